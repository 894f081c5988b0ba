from __future__ import annotations

from rewriter.scopes import analyse
from rewriter.syntax.client import Syntax
from rewriter.syntax.tree import Tree
from rewriter.syntax.units import to_units
from rewriter.trace.writer import Frame, Writer
from tests.rewriter.trace.harness import read, real_files


def test_without_rules_every_text_stays_as_it_is(syntax: Syntax):
    written = 0
    for file in real_files(150):
        text = read(file)
        tree = syntax.try_parse(text, "commonjs")
        if not isinstance(tree, Tree) or len(text) > 200_000:
            continue
        writer = Writer(tree, analyse(tree), 1, {})
        units = writer.span(0, len(tree.units), tree.root.all("body"))
        assert units == to_units(text), file
        written += 1
    assert written > 80


def test_temporaries_are_used_again(syntax: Syntax):
    tree = syntax.parse("() => 1", "script")
    function = next(tree.functions())
    frame = Frame(function, analyse(tree).of(function), full=True, suspends=False)
    assert frame.temporary("$") == "$0"
    assert frame.temporary("$") == "$1"
    frame.depth = 0
    assert frame.temporary("$") == "$0"
    assert frame.deepest == 2


def test_left_out_text_leaves_its_line_breaks(syntax: Syntax):
    tree = syntax.parse("a /*\r\n\u2028*/ ()", "script")
    writer = Writer(tree, analyse(tree), 1, {})
    assert writer.breaks(0, len(tree.units)) == "\n\n"
