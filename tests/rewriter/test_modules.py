"""Small questions about one file."""

from __future__ import annotations

import pytest

from rewriter.modules import enclosing, function_name, plain, static_name

TEXT = """\
const a = function () {}, b = () => {};
exports.c = function () {};
const o = { d () {}, 'e f': function () {}, g: () => {} };
function h () { return () => 1 }
class K { m () {} }
let x = o?.d; (x).y; x[1]; x['z']; x[x];
"""


@pytest.fixture
def module(world):
    return world(TEXT).program.modules[1]


def test_functions_are_named_by_where_they_are_put(module) -> None:
    names = [function_name(node) for node in module.tree.functions()]
    assert names == ["a", "b", "c", "d", "e f", "g", "h", "", "m"]


def test_a_node_knows_its_statement_and_its_function(module) -> None:
    inner = next(n for n in module.tree.functions() if function_name(n) == "")
    outer = enclosing(inner)
    assert outer is not None
    assert function_name(outer) == "h"
    assert enclosing(outer) is None
    assert module.statement(inner).the("id").name == "h"


def test_static_names_of_members(module) -> None:
    last = module.statements[-4:]
    members = [plain(s.the("expression")) for s in last]
    assert [static_name(m) for m in members] == ["y", "1", "z", None]


def test_places_are_one_based(module) -> None:
    place = module.place(TEXT.index("exports"))
    assert (place.line, place.column) == (2, 1)
    assert module.describe(place.offset) == "/app/a.js:2:1"


def test_what_is_no_commonjs_has_no_tree(world) -> None:
    made = world({"/app/a.js": "", "/app/b.json": "{}", "/app/c.js": "a b"})
    parsed = [m.parsed is not None for m in made.program.modules.values()]
    assert parsed == [True, False, False]
    assert made.program.parsed == [made.program.modules[1]]
