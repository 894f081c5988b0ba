"""Where a variable lives, by the offset of its declaration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rewriter.bindings import LARGEST, Declarations, Declared
from rewriter.syntax.client import Syntax
from store.facts import FunctionRef, Script

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT = """\
let whole = 0;
for (let turn = 0; turn < 2; turn += 1) { var hoisted = turn; }
function outer(given) {
  const once = 1;
  for (const each of given) {
    const own = each;
    later(() => { let inside = own; return inside + once; });
    while (given) { var of_outer = each; }
  }
  { let block = 2; return block; }
}
class Thing { act(part) { return part; } }
"""
OUTER = FunctionRef(1, TEXT.index("function outer"))
INNER = FunctionRef(1, TEXT.index("() =>"))


@pytest.fixture(scope="module")
def syntax() -> Iterator[Syntax]:
    with Syntax() as opened:
        opened.parse("", "commonjs")  # its process starts now, not within a test
        yield opened


def script(number: int, kind: str = "commonjs") -> Script:
    return Script(number, "file:///a.js", "/a.js", "aa", 9, kind)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "lives", "many"),
    [
        ("whole", None, False),
        ("turn", None, True),
        ("hoisted", None, False),
        ("given", OUTER, False),
        ("once", OUTER, False),
        ("each", OUTER, True),
        ("own", OUTER, True),
        ("inside", INNER, False),
        ("of_outer", OUTER, False),
        ("block", OUTER, False),
    ],
)
def test_each_lives_where_its_scope_is(
    syntax: Syntax, name: str, lives: FunctionRef | None, many: bool
):
    declared = Declarations([script(1)], {1: TEXT}, syntax)
    assert declared(1, TEXT.index(name)) == Declared(lives, many)


def test_a_parameter_of_a_method_is_the_methods(syntax: Syntax):
    declared = Declarations([script(1)], {1: TEXT}, syntax)
    found = declared(1, TEXT.index("part"))
    assert found == Declared(FunctionRef(1, TEXT.index("(part)")), many=False)


def test_what_node_gives_a_module_is_the_modules(syntax: Syntax):
    assert Declarations([script(1)], {1: TEXT}, syntax)(1, 0) == Declared(
        None, many=False
    )


def test_nobody_knows_without_a_text_or_in_one_that_is_none(syntax: Syntax):
    texts = {2: "let (", 3: " " * (LARGEST + 1), 4: "import.meta; let a"}
    scripts = [script(1), script(2), script(3), script(4, "module")]
    declared = Declarations(scripts, texts, syntax)
    assert declared(1, 4) is None
    assert declared(2, 4) is None
    assert declared(3, 4) is None
    assert declared(4, texts[4].index("a", 12)) == Declared(None, many=False)
    assert declared(4, 2) is None, "no declaration begins there"
