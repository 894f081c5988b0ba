"""DevTools and speedscope read a .cpuprofile and see the times that were."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from hypothesis import given

from profiler.formats.cpuprofile import cpuprofile
from profiler.formats.named import Asked
from profiler.frames import read_frames
from tests.profiler.formats.making import (
    ROOT,
    SCRIPTS,
    base,
    frame,
    native,
    package,
    profiles,
    stacks,
    total,
)
from tests.profiler.telling import APP

ALL = Asked(fold=False)


def tree(model, key):
    """Stacks with their self times, as DevTools has them by hits or by samples."""
    nodes = {node["id"]: node for node in model["nodes"]}
    found: Counter[tuple[Any, ...]] = Counter()
    for node in nodes.values():
        path, above = [], node
        while above is not None:
            path.append((above["name"], above["line"] + 1, above["column"] + 1))
            above = nodes.get(above["parent"])
        found[tuple(reversed(path))] += round(node[key] * 1000)
    return +found


def wanted(recording):
    """The same, from the recording; a function without a name has none here."""
    found: Counter[tuple[Any, ...]] = Counter()
    for stack, self_us in stacks(recording).items():
        path = [(name.replace("(anonymous)", ""), *at) for name, _, *at in stack]
        found[tuple(path)] += self_us
    return found


@given(profiles())
def test_devtools_sees_every_stack_with_its_time(readers, recording):
    text = cpuprofile(recording, ALL)
    assert text.isascii()
    model = readers.read("devtools_cpuprofile", text)
    assert tree(model, "self") == wanted(recording)
    assert tree(model, "timed") == wanted(recording)
    assert round(model["root"]["total"] * 1000) == total(recording)


@given(profiles())
def test_speedscope_sees_the_same_total(readers, recording):
    (profile,) = readers.read("speedscope", cpuprofile(recording, ALL))
    assert sum(frame["self"] for frame in profile["frames"]) == total(recording)


def test_what_is_no_javascript_stands_apart_in_every_reader(readers):
    frames = (
        ROOT,
        frame(2, 1, "a", 10),
        native(3, "(garbage collector)", 80),
        frame(4, 1, "b", 40),
        native(5, "(program)", 20),
        native(6, "(idle)", 160),
    )
    text = cpuprofile(base(frames=frames), ALL)
    (profile,) = readers.read("speedscope", text)
    times = {f["name"]: (f["self"], f["total"]) for f in profile["frames"]}
    assert times == {
        "a": (10, 10),
        "b": (40, 40),
        "(program)": (20, 20),
        "(garbage collector)": (80, 80),
    }, "speedscope leaves (idle) out"
    model = readers.read("devtools_cpuprofile", text)
    assert model["meta"] == ["(program)", "(garbage collector)", "(idle)"]
    wanted = {"a": 10, "b": 40, "(program)": 20, "(idle)": 160}
    for key in ("total", "timed"):
        seen = {n["name"]: round(n[key] * 1000) for n in model["nodes"]}
        assert seen == {**wanted, "(garbage collector)": 80}


def test_a_click_opens_the_users_source(readers):
    from_map = {"line": 20, "column": 3}
    function = base().functions[1]
    frames = (
        ROOT,
        frame(2, 1, function.name, 1, function=function.ref, **from_map),
        package(3, 1, "next", 1),
        frame(4, 1, "x", 1, url="file:///app/a%20b.js"),
    )
    model = readers.read(
        "devtools_cpuprofile", cpuprofile(base(frames=frames), Asked())
    )
    seen = {n["name"]: (n["url"], n["line"], n["column"]) for n in model["nodes"]}
    assert seen == {
        "wrote": ("file:///app/src/server.ts", 3, 1),
        "express": ("file:///app/node_modules/express", -1, -1),
        "x": ("file:///app/a%20b.js", 3, 1),
    }


def test_our_own_reader_gets_the_frames_back():
    frames = (ROOT, frame(2, 1, "a", 10), frame(3, 2, "b", 30), frame(4, 1, "c", 0))
    text = cpuprofile(base(frames=frames), ALL)
    again = read_frames(text, SCRIPTS, ())
    assert [(f.number, f.parent, f.name, f.self_us) for f in again] == [
        (f.number, f.parent, f.name, f.self_us) for f in frames
    ]
    assert json.loads(text)["nodes"][1]["callFrame"]["url"] == APP.url
