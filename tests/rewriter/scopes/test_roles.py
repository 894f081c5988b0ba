from __future__ import annotations

from rewriter.scopes.roles import SPECIAL, Role, roles_of
from rewriter.syntax.client import Syntax


def test_every_place_is_one_of_the_grammar(syntax: Syntax):
    grammar = syntax.parse("", "script").grammar
    roles = roles_of(grammar)
    for role, places in SPECIAL.items():
        for place in places.split():
            parent, name = place.split(".")
            pair = grammar.type_number[parent], grammar.field_number[name]
            assert pair in grammar.known, place
            assert roles.table[pair[0]][pair[1]] is role


def test_anything_else_is_read(syntax: Syntax):
    grammar = syntax.parse("", "script").grammar
    table = roles_of(grammar).table
    call = grammar.type_number["CallExpression"]
    assert table[call][grammar.field_number["callee"]] is Role.READ
