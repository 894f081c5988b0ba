"""Text that is kept stays where it was, and what is left is a program."""

from __future__ import annotations

import pytest

from rewriter.keep import Kept


def shown(module, kept: Kept) -> str:
    """Return the text with everything blanked that is not kept."""
    text = ["\n" if c == "\n" else " " for c in module.text]
    for start, end in kept.ranges():
        text[start:end] = module.text[start:end]
    return "".join(text)


@pytest.mark.parametrize(
    ("text", "wanted", "left"),
    [
        ("const a = 1, b = 2, c = 3;", {0}, "const a = 1              ;"),
        ("const a = 1, b = 2, c = 3;", {0, 2}, "const a = 1       , c = 3;"),
        ("const a = 1, b = 2, c = 3;", {1}, "const        b = 2       ;"),
        ("const a = 1, /* , */ b = 2", {1}, "const                b = 2"),
        ("const a = 1 /* , */, b = 2", {0, 1}, "const a = 1 /* , */, b = 2"),
        ("var a = 1,\n  b = 2,\n  c = 3", {0, 2}, "var a = 1 \n       \n, c = 3"),
    ],
)
def test_single_declarators(world, text, wanted, left, syntax) -> None:
    module = world(text).program.modules[1]
    kept = Kept(module)
    statement = module.statements[0]
    for index in wanted:
        kept.add_item(statement, statement, statement.all("declarations")[index])
    found = shown(module, kept)
    assert len(found) == len(text)
    assert found.split() == left.split()
    syntax.parse(found, "commonjs")


def test_single_exports(world, syntax) -> None:
    text = "'use strict'\nmodule.exports = {\n  a, // first, or\n  b: 2,\n  c,\n}"
    module = world(text).program.modules[1]
    kept = Kept(module)
    statement = module.statements[1]
    literal = statement.the("expression").the("right")
    items = literal.all("properties")
    assert kept.add_item(statement, literal, items[0])
    assert not kept.add_item(statement, literal, items[0])
    assert kept.add_item(statement, literal, items[2])
    found = shown(module, kept)
    assert found.split() == [
        "'use",
        "strict'",
        "module.exports",
        "=",
        "{",
        "a",
        ",",
        "c",
        "}",
    ]
    syntax.parse(found, "commonjs")
    assert [n.raw for n in kept.dropped(statement)] == ["b: 2"]
    assert not kept.holds(statement)
    assert kept.add(statement)
    assert kept.holds(statement)
    assert kept.dropped(statement) == []
