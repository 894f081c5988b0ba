from __future__ import annotations

import re
from pathlib import Path

import pytest

from rewriter.syntax.client import Syntax
from rewriter.syntax.tree import FUNCTION_TYPES
from rewriter.trace.positions import (
    find_token,
    literal_at,
    literal_at_offset,
    seek_token,
    v8_position,
)
from tests.rewriter.trace.harness import ROOT, run

KINDS = (ROOT / "tests/golden/trace/positions.js").read_text("utf-8")


@pytest.mark.parametrize(
    "text",
    [
        KINDS,
        KINDS.replace("\n", " "),
        KINDS.replace("\n", "\r\n"),
        KINDS.replace("\n", "\u2028"),
    ],
)
def test_every_kind_of_function_is_where_v8_says(
    syntax: Syntax, node_version: Path, text: str
):
    tree = syntax.parse(text, "commonjs")
    answers = run("run_positions.js", text, node_version)
    assert len({answer["mark"] for answer in answers}) >= 33
    for answer in answers:
        found = literal_at(tree, answer["line"], answer["column"])
        assert found is not None, answer
        assert answer["mark"] in re.findall(r"k\d+", found.raw), answer
        inner = [
            f
            for f in tree.of_type(*FUNCTION_TYPES, within=found)
            if answer["mark"] in re.findall(r"k\d+", f.raw)
        ]
        assert found.type.startswith("Class") or inner == [found], answer
        assert v8_position(tree, found) == (answer["line"], answer["column"])


def test_positions_are_unique_and_come_back(syntax: Syntax):
    tree = syntax.parse(KINDS, "commonjs")
    positions = [v8_position(tree, function) for function in tree.functions()]
    assert len(set(positions)) == len(positions)
    for function, (line, column) in zip(tree.functions(), positions, strict=True):
        assert literal_at(tree, line, column) == function


def test_nothing_where_there_is_no_function(syntax: Syntax):
    tree = syntax.parse("var a = () => 1", "commonjs")
    assert literal_at(tree, 0, 0) is None
    assert literal_at(tree, 7, 0) is None
    assert literal_at(tree, 0, 999) is None
    assert literal_at_offset(tree, 8) is not None


def test_tokens_in_comments_are_not_found(syntax: Syntax):
    tree = syntax.parse("f /* ( */ // (\n (1)", "script")
    assert find_token(tree, "(", 1) == 16
    assert seek_token(tree, "[", 1, 16) == -1
