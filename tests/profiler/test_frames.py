"""The call tree keeps every microsecond, and reads any text."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.frames import read_frames
from store.errors import ProtocolError
from store.facts import Frame, Script
from tests.profiler.telling import APP, function

OUTER = function(10, "outer", line=2)


def node(
    number: int, name: str, children: Sequence[int] = (), **frame: Any
) -> dict[str, Any]:
    call = {
        "functionName": name,
        "scriptId": "9",
        "url": "file:///app/server.js",
        "lineNumber": number,
        "columnNumber": 0,
        **frame,
    }
    return {"id": number, "callFrame": call, "hitCount": 1, "children": list(children)}


def native(number: int, name: str, children: Sequence[int] = ()) -> dict[str, Any]:
    return node(number, name, children, url="", lineNumber=-1, columnNumber=-1)


def profile(nodes: list[Any], **more: Any) -> str:
    return json.dumps({"nodes": nodes, "startTime": 0, "endTime": 0, **more})


def tree(text: str) -> dict[str, Frame]:
    return {frame.name: frame for frame in read_frames(text, (APP,), (OUTER,))}


def test_self_and_total_come_from_samples() -> None:
    text = profile(
        [
            native(1, "(root)", [2, 5]),
            node(2, "a", [3]),
            node(3, "b"),
            native(5, "(gc)"),
        ],
        samples=[2, 3, 3, 5],
        timeDeltas=[100, 10, 20, 30],
        endTime=200,
    )
    found = tree(text)
    times = {name: (frame.self_us, frame.total_us) for name, frame in found.items()}
    assert times == {"(root)": (0, 100), "a": (10, 60), "b": (50, 50), "(gc)": (40, 40)}


def test_native_frames_have_no_script_and_no_line() -> None:
    found = tree(profile([native(1, "(root)", [2]), native(2, "(garbage collector)")]))
    frame = found["(garbage collector)"]
    assert (frame.script, frame.line, frame.column, frame.function) == (0, 0, 0, None)


def test_frames_know_script_and_function() -> None:
    nodes = [
        native(1, "(root)", [2, 3]),
        node(2, "outer", lineNumber=1, columnNumber=len("function outer"), script=1),
        node(3, "other", url="node:events", script=0),
    ]
    found = tree(profile(nodes))
    assert found["outer"].function == OUTER.ref
    assert (found["outer"].line, found["outer"].column) == (2, 1)
    assert found["outer"].script == 1
    assert (found["other"].script, found["other"].function) == (0, None)


def test_scripts_are_found_by_url_when_there_is_no_number() -> None:
    assert tree(profile([node(5, "a")]))["a"].script == 1


def test_a_twin_and_its_original_are_one_frame() -> None:
    nodes = [
        native(1, "(root)", [2, 3]),
        node(2, "outer", lineNumber=1, columnNumber=0, script=1, scriptId="9"),
        node(3, "outer", lineNumber=1, columnNumber=66, script=1, scriptId="70"),
    ]
    text = profile(nodes, samples=[2, 3], timeDeltas=[0, 5], endTime=11)
    frames = read_frames(text, (APP,), (OUTER,))
    assert len(frames) == 2
    assert frames[1].self_us == 11


def test_a_file_that_was_rewritten_keeps_its_lines() -> None:
    nodes = [
        node(1, "outer", lineNumber=1, columnNumber=300),
        node(2, "x", lineNumber=1),
    ]
    frames = read_frames(profile(nodes), (APP,), (OUTER,), rewritten=True)
    assert [frame.function for frame in frames] == [OUTER.ref, None]


def test_siblings_of_one_identity_are_merged_with_their_children() -> None:
    twin = node(4, "a", [5])
    twin["callFrame"] = node(2, "a")["callFrame"]
    nodes = [native(1, "(root)", [2, 4]), node(2, "a", [3]), node(3, "b"), twin]
    below = node(5, "b")
    below["callFrame"] = node(3, "b")["callFrame"]
    text = profile([*nodes, below], samples=[3, 5], timeDeltas=[0, 5], endTime=9)
    frames = read_frames(text, (), ())
    assert [frame.name for frame in frames] == ["(root)", "a", "b"]
    assert [frame.parent for frame in frames] == [0, 1, 2]
    assert frames[0].total_us == frames[2].self_us == 9


def test_parents_may_be_named_instead_of_children() -> None:
    child = node(2, "a")
    child["parent"] = 1
    frames = read_frames(profile([native(1, "(root)"), child]), (), ())
    assert [frame.parent for frame in frames] == [0, 1]


def test_without_samples_hits_share_the_time() -> None:
    text = profile([native(1, "(root)", [2]), node(2, "a")], endTime=100)
    assert [frame.self_us for frame in read_frames(text, (), ())] == [50, 50]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"nodes": 5}', "[" * 100_000, "NaN", '{"nodes": {}}']
)
def test_what_is_no_profile_is_an_error(text: str) -> None:
    with pytest.raises(ProtocolError, match="CPU profile"):
        read_frames(text, (), ())


@pytest.mark.parametrize(
    "nodes",
    [
        [],
        [5, None, "x", {}, {"id": "1"}],
        [node(1, "a", [1])],
        [node(1, "a", [2]), node(2, "b", [1])],
        [node(1, "a", [2, 2, 99]), node(2, "b")],
        [{"id": 1, "callFrame": 5, "children": "x", "parent": "y"}],
        [node(1, "a", lineNumber="x", columnNumber=1e99, url=5, scriptId=[])],
    ],
)
def test_hostile_nodes_do_no_harm(nodes: list[Any]) -> None:
    text = profile(nodes, samples=[1, "x", None, 2], timeDeltas=[1, -5, "z", 1e400, 9])
    for frame in read_frames(text, (APP,), (OUTER,)):
        assert 0 <= frame.self_us <= frame.total_us


def test_a_deep_tree_needs_no_deep_stack() -> None:
    nodes = [node(number, f"f{number}", [number + 1]) for number in range(1, 30_000)]
    text = profile([*nodes, node(30_000, "leaf")], samples=[30_000, 30_000])
    assert len(read_frames(text, (), ())) == 30_000


SAMPLES = st.lists(st.tuples(st.integers(1, 8), st.integers(-50, 1000)), max_size=30)


@given(st.lists(st.integers(1, 7), min_size=7, max_size=7), SAMPLES)
def test_no_time_is_lost_or_made(
    parents: list[int], samples: list[tuple[int, int]]
) -> None:
    nodes = [native(1, "(root)")]
    for number, parent in enumerate(parents, 2):
        one = node(number, "abc"[number % 3], lineNumber=number % 3)
        one["parent"] = min(parent, number - 1)
        nodes.append(one)
    deltas = [delta for _, delta in samples]
    span = sum(max(delta, 0) for delta in deltas) + 5
    text = profile(
        nodes, samples=[at for at, _ in samples], timeDeltas=deltas, endTime=span
    )
    frames = read_frames(text, (), ())
    if samples:
        spent = span - max(deltas[0], 0)
        assert sum(frame.self_us for frame in frames) == spent
        assert frames[0].total_us == spent
    for frame in frames:
        below = sum(f.total_us for f in frames if f.parent == frame.number)
        assert frame.total_us == frame.self_us + below
        assert frame.parent < frame.number


def test_a_real_profile(tmp_path: Path, node_version: Path) -> None:
    script = tmp_path / "busy.js"
    script.write_text(
        "function burn(ms) { const end = Date.now() + ms; while (Date.now() < end); }\n"
        "function hot() { burn(150) }\nfunction warm() { burn(50) }\nhot(); warm()\n"
    )
    subprocess.run(
        [node_version, "--cpu-prof", f"--cpu-prof-dir={tmp_path}", script], check=True
    )
    (written,) = tmp_path.glob("*.cpuprofile")
    text = written.read_text()
    scripts = (Script(1, script.as_uri(), str(script), "", 1, "commonjs"),)
    frames = read_frames(text, scripts, ())
    assert frames[0].name == "(root)"
    named = {frame.name: frame for frame in frames if frame.script == 1}
    assert named["hot"].total_us > named["warm"].total_us > 20_000
    assert (named["hot"].line, named["warm"].line) == (2, 3)
    assert sum(frame.self_us for frame in frames) == frames[0].total_us
