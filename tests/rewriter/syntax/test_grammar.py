from __future__ import annotations

from rewriter.syntax.client import Syntax
from rewriter.syntax.grammar import Grammar


def test_the_sidecar_describes_itself(syntax: Syntax):
    grammar = syntax.parse("", "script").grammar
    call = grammar.type_number["CallExpression"]
    assert (call, grammar.field_number["arguments"]) in grammar.lists
    assert (call, grammar.field_number["callee"]) in grammar.known - grammar.lists
    assert grammar.operators[grammar.operator_number["??="]] == "??="
    assert len(set(grammar.flag_bit.values())) == len(grammar.flags)
    # What a column of bytes, or of 16 bits, can number.
    assert max(map(len, (grammar.types, grammar.fields, grammar.operators))) < 256
    assert len(grammar.flags) <= 16


def test_tables_from_words():
    made = Grammar.of(["Hole", "A"], ["", "b", "c"], [""], ["x", "y"], {"A": "b c[]"})
    assert made.known == {(1, 1), (1, 2)}
    assert made.lists == {(1, 2)}
    assert made.flag_bit == {"x": 1, "y": 2}
