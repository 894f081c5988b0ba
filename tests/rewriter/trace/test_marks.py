"""The way back from instrumented text."""

from __future__ import annotations

from collections import Counter

import pytest

from rewriter.syntax.client import Syntax
from rewriter.syntax.tree import Node, Tree
from rewriter.trace.functions import MAKES_FUNCTIONS
from rewriter.trace.marks import source_text
from store.facts import Rewrite
from tests.rewriter.trace.harness import (
    PROGRAMS,
    ROOT,
    loaded,
    read,
    real_files,
    run,
    twin_of,
)

FORMS = (ROOT / "tests/golden/trace/texts.js").read_text("utf-8")


def literals(tree: Tree) -> list[Node]:
    """Functions and classes, as they stand in the text; none of the rewriter's."""
    return [
        node
        for node in tree.of_type(*MAKES_FUNCTIONS)
        if not node.raw.startswith("($x")
    ]


def texts(tree: Tree) -> list[str]:
    spans = [source_text(tree, node) for node in literals(tree)]
    return [tree.slice(start, end) for start, end in spans]


def asked(syntax: Syntax, before: str, *, module: bool = False) -> dict[str, object]:
    after = loaded(syntax, before, module=module).text
    tree = syntax.parse(after, "module" if module else "commonjs")
    marked = [text for text in texts(tree) if "/*$x" in text]
    return {"before": before, "after": after, "texts": marked}


def test_every_function_says_its_own_text(syntax: Syntax):
    given = [asked(syntax, FORMS), *(asked(syntax, t) for t in PROGRAMS.values())]
    for file in real_files(60):
        text = read(file)
        if len(text) < 200_000 and isinstance(syntax.try_parse(text, "commonjs"), Tree):
            given.append(asked(syntax, text))
    told = 0
    for one, answers in zip(given, run("run_texts.js", given), strict=True):
        tree = syntax.try_parse(str(one["before"]), "commonjs")
        if not isinstance(tree, Tree):
            tree = syntax.parse(str(one["before"]), "script")
        assert Counter(answers) == Counter(texts(tree)), one["before"]
        told += len(answers)
    print(f"{told} functions and classes of {len(given)} files say their own text")
    assert told > 500


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("class A { static m() {} }", "m() {}"),
        ("class A { static /* m( */ // x\n async * m() {} }", "async * m() {}"),
        ("class A { static static() {} }", "static() {}"),
        ("class A { get x() { return 1 } }", "get x() { return 1 }"),
        ("class A { constructor() {} }", "constructor() {}"),
        ("({ async m() {} })", "async m() {}"),
        ("({ m: function () {} })", "function () {}"),
        ("x = async a => a", "async a => a"),
    ],
)
def test_where_a_text_begins(syntax: Syntax, text: str, own: str):
    tree = syntax.parse(text, "commonjs")
    node = next(iter(tree.functions()))
    assert tree.slice(*source_text(tree, node)) == own


def test_a_twin_is_not_marked(syntax: Syntax):
    made = twin_of(syntax, "const f = /*F*/function (a) { return () => a.b }")
    assert isinstance(made, Rewrite)
    assert "/*$x" not in made.text
