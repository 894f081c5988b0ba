"""V8's stack texts are read, and nothing else does harm."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.stacks import Stacks, parse_stack
from store.facts import FunctionRef, Stack, StackFrame


@pytest.mark.parametrize(
    ("line", "frame"),
    [
        ("at f (/a/b.js:1:2)", StackFrame("f", "/a/b.js", 1, 2)),
        ("at /a/b.js:1:2", StackFrame("", "/a/b.js", 1, 2)),
        ("at file:///a/b.mjs:10:20", StackFrame("", "file:///a/b.mjs", 10, 20)),
        ("at new Foo (node:x:1:2)", StackFrame("new Foo", "node:x", 1, 2)),
        (
            "at Layer.handle [as handle_request] (/a b/(c)/l.js:95:5)",
            StackFrame("Layer.handle [as handle_request]", "/a b/(c)/l.js", 95, 5),
        ),
        ("at Array.map (<anonymous>)", StackFrame("Array.map", "", 0, 0)),
        ("at <anonymous>", StackFrame("", "", 0, 0)),
        ("at native", StackFrame("", "", 0, 0)),
        (
            "at eval (eval at run (/a.js:1:2), <anonymous>:3:4)",
            StackFrame("eval", "<anonymous>", 3, 4),
        ),
        (
            "at f (eval at a (eval at b (/x.js:1:2), /y.js:3:4), /z.js:5:6)",
            StackFrame("f", "/z.js", 5, 6),
        ),
        (
            "at Object.<img src=x onerror=alert(1)> (/a.js:7:8)",
            StackFrame("Object.<img src=x onerror=alert(1)>", "/a.js", 7, 8),
        ),
        ("at C:\\a\\b.js:3:4", StackFrame("", "C:\\a\\b.js", 3, 4)),
    ],
)
def test_each_form_of_a_frame(line: str, frame: StackFrame) -> None:
    assert parse_stack(f"Error\n    {line}\n") == (frame,)


def test_frames_behind_an_await_were_not_on_this_stack() -> None:
    text = "    at f (/a.js:1:2)\n    at async g (/a.js:3:4)\n    at h (/a.js:5:6)"
    assert [frame.name for frame in parse_stack(text)] == ["f"]


def test_what_v8_says_of_a_real_stack(node: Path, tmp_path: Path) -> None:
    script = tmp_path / "real.js"
    script.write_text(
        "const show = () => console.log(JSON.stringify(new Error('no').stack))\n"
        "class Shop { constructor() { this.run() }\n"
        "  run() { [1].forEach(function each() { eval('show()') }) } }\n"
        "const table = { 'a (b:1:2)'() { new Shop() } }\n"
        "table['a (b:1:2)']()\n"
    )
    done = subprocess.run([node, script], capture_output=True, text=True, check=True)
    frames = parse_stack(json.loads(done.stdout))
    names = [frame.name for frame in frames]
    assert names[:6] == [
        "show",
        "eval",
        "each",
        "Array.forEach",
        "Shop.run",
        "new Shop",
    ]
    assert names[6].endswith("a (b:1:2)")
    assert [frame.line for frame in frames[:7]] == [1, 1, 3, 0, 3, 2, 4]
    assert all(frame.url == str(script) for frame in (frames[0], *frames[4:7]))


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    for frame in parse_stack(text) + parse_stack(f"at {text}"):
        assert frame.line >= 0
        assert len(frame.name) <= 400


@pytest.mark.parametrize("piece", ["(", " (", "at ", ":", ")", " (eval at ", ", "])
def test_long_hostile_lines_are_read_in_linear_time(piece: str) -> None:
    begin = time.process_time()
    parse_stack("at " + piece * 200_000 + ":1:2)")
    assert time.process_time() - begin < 2


def test_stacks_are_counted_by_function_and_frames() -> None:
    stacks = Stacks()
    stacks.add(0, -1, "at f (/a.js:1:2)")
    stacks.add(0, -1, "at f (/a.js:1:2)")
    stacks.add(0, 1, "")
    frame = StackFrame("f", "/a.js", 1, 2)
    ref = FunctionRef(1, 5)
    assert stacks.facts([ref]) == (Stack(ref, (frame,), 2), Stack(ref, (), 1))
    assert stacks.callers == {(0, -1): [(frame,), (frame,)], (0, 1): [()]}
