"""Offsets are V8's: UTF-16, with V8's line ends."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.places import Lines, Places, origin, plain_path, script_numbers
from store.facts import FunctionRef, Place, Script
from tests.profiler.telling import function


@given(st.text(st.sampled_from("ab\n\r\u2028\u2029é💥\x85\x0b"), max_size=40))
def test_positions_are_those_of_a_naive_walk(text: str) -> None:
    lines = Lines(text)
    line, column, offset = 1, 1, 0
    for at, character in enumerate(text):
        assert lines.position(offset) == (line, column)
        offset += 2 if ord(character) > 0xFFFF else 1
        column += 2 if ord(character) > 0xFFFF else 1
        crlf = character == "\r" and text[at + 1 : at + 2] == "\n"
        if character in "\n\r\u2028\u2029" and not crlf:
            line, column = line + 1, 1
    assert lines.position(offset) == (line, column)


SHOW = r"""
try {
  require(process.argv[1])
} catch (error) {
  const frame = error.stack.split('\n    at ')[1]
  console.log(/lines\.js:(\d+):(\d+)/.exec(frame).slice(1).join())
}
"""


def test_v8_counts_the_same_lines(tmp_path: Path, node: Path) -> None:
    text = "/* a\r b\u2028 c\u2029 d\r\n e\x85 \U0001f4a5 */ throw new Error('x')"
    script = tmp_path / "lines.js"
    script.write_text(text, newline="")
    done = subprocess.run([node, "-e", SHOW, script], capture_output=True, check=True)
    python = text.index("new Error")
    offset = len(text[:python].encode("utf-16-le")) // 2
    expected = ",".join(map(str, Lines(text).position(offset)))
    assert done.stdout.decode().strip() == expected


def test_a_place_needs_a_text_or_a_known_literal() -> None:
    known = function(40, line=3)
    assert Places([known]).place(1, 40) == Place(1, 40, 3, 1)
    assert Places([known]).place(1, 41) == Place(1, 41, 0, 0)
    assert Places([known], {1: "a\nbc"}).place(1, 3) == Place(1, 3, 2, 2)


def test_literals_know_which_one_is_around_them() -> None:
    outer, middle, inner = (
        function(10, end=99),
        function(20, end=80),
        function(30, end=40),
    )
    beside, elsewhere = function(85, end=90), function(25, end=30, script=2)
    places = Places([inner, elsewhere, beside, outer, middle])
    assert places.enclosing(inner.ref) == middle.ref
    assert places.enclosing(middle.ref) == outer.ref
    assert places.enclosing(beside.ref) == outer.ref
    assert places.enclosing(outer.ref) is None
    assert places.enclosing(elsewhere.ref) is None
    assert places.enclosing(FunctionRef(9, 9)) is None


@pytest.mark.parametrize(
    ("url", "whose"),
    [
        ("file:///app/server.js", "app"),
        ("/app/lib/node_modules.js", "app"),
        ("/app/node_modules/express/lib/router.js", "express"),
        ("file:///app/node_modules/a/node_modules/@s/b/index.js", "@s/b"),
        ("C:\\app\\node_modules\\koa\\a.js", "koa"),
        ("node:events", "node:"),
        ("", "app"),
    ],
)
def test_origin_says_whose_code_it_is(url: str, whose: str) -> None:
    assert origin(url) == whose


def test_scripts_are_found_by_path_and_url() -> None:
    one = Script(1, "file:///a%20b.js", None, "", 1, "module")
    two = Script(2, "file:///c.js", "/c.js", "", 1, "commonjs")
    twin = Script(3, "file:///c.js", "/c.js", "", 1, "eval")
    assert script_numbers([one, two, twin]) == {"/a b.js": 1, "/c.js": 2}
    assert plain_path("node:fs") == "node:fs"
