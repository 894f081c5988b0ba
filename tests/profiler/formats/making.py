"""Recordings to export, made by hypothesis, with every kind of hostile name in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from profiler.labels import shown
from store.facts import (
    Activation,
    Edge,
    Frame,
    Function,
    FunctionRef,
    Origin,
    Place,
    Recording,
    RupturePoint,
    Script,
)
from tests.profiler.telling import APP, EXPRESS, PROCESS, ZERO_NS

HOSTILE = (
    "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</script><!--",
    "n" * 10_000,
    "\x1b" * 10_000,
    "\ud800",
    "a\udfff\ud83db",
    "nul\0nul",
    "semi;colon 7",
    "quote\"quote'quote",
    "back\\slash\\n\\N\\",
    "`tick` *star* _line_ ~~no~~",
    "1. list",
    "- list",
    "#35;",
    "&#60;b&#62;&lt;b&gt;&amp;",
    "line\nbreak\r\n\u2028\u2029\x85",
    "\u202eright to left\u200b",
    "ﬂ°°60¶ßbﬂ°°62¶ß",
    "%%{init: {}}%%",
    "end",
    "]) --> n1; click n1 href",
    "|pipe|",
    "__proto__",
    "constructor",
    "$& $1 {{x}}",
    "漢字 é 💥",
    "[native code]",
    "x 12",
    "x\t12",
)
NAMES = st.one_of(
    st.sampled_from(HOSTILE),
    st.sampled_from(("handle", "later", "", "work", "Socket._write")),
    st.text(st.characters(), max_size=12),
)
OUTCOMES: tuple[Any, ...] = ("undefined", "value", "promise", "throw")
TYPES: tuple[Any, ...] = ("cause", "call")
TIMES = st.integers(0, 5_000_000)
FUNCTIONS = tuple(
    Function(FunctionRef(script, start), start + 5, f"f{start}", start, 3)
    for script in (1, 2)
    for start in (10, 20, 30)
)
SCRIPTS = (APP, EXPRESS, Script(3, "\x1b[31m.js", None, "cc", 9, "eval"))
ORIGIN = Origin(1, 20, "/app/src/server.ts", 4, 2, "wrote")


def base(**more: Any) -> Recording:
    """Return a recording of an app and one package."""
    fields: dict[str, Any] = {
        "process": PROCESS,
        "seconds": 3.5,
        "scripts": SCRIPTS,
        "functions": FUNCTIONS,
        "origins": (ORIGIN,),
        "zero_ns": ZERO_NS,
        **more,
    }
    return Recording(**fields)


def frame(number: int, parent: int, name: str, self_us: int = 0, **more: Any) -> Frame:
    """Return a frame of the app, one line a frame, unless something else is said."""
    fields: dict[str, Any] = {
        "script": 1,
        "url": APP.url,
        "line": number,
        "column": 2,
        "function": None,
        **more,
    }
    return Frame(number, parent, name=name, self_us=self_us, total_us=self_us, **fields)


ROOT = Frame(1, 0, 0, "(root)", "", 0, 0, None, 0, 0)


def native(number: int, name: str, self_us: int) -> Frame:
    """Return one of V8's own, such as ``(program)``."""
    return Frame(number, 1, 0, name, "", 0, 0, None, self_us, self_us)


def package(number: int, parent: int, name: str, self_us: int = 0) -> Frame:
    """Return a frame of express."""
    return frame(number, parent, name, self_us, script=2, url=EXPRESS.url)


@st.composite
def profiles(draw: st.DrawFn) -> Recording:
    """Return a recording with a tree of frames that took some time."""
    frames = [ROOT]
    for number in range(2, draw(st.integers(2, 12)) + 1):
        parent = draw(st.integers(1, number - 1))
        known = draw(st.sampled_from((None, *FUNCTIONS)))
        name, self_us = draw(NAMES), draw(TIMES)
        if known is not None:
            url = APP.url if known.ref.script == 1 else EXPRESS.url
            place = {"line": known.line, "column": known.column}
            more: dict[str, Any] = {"function": known.ref, "url": url, **place}
            frames.append(frame(number, parent, known.name, self_us, **more))
        else:
            url = draw(st.sampled_from((APP.url, "node:net", EXPRESS.url)))
            frames.append(frame(number, parent, name, self_us, url=url))
    if not any(one.self_us for one in frames):
        frames[-1] = replace(frames[-1], self_us=7)
    return base(frames=tuple(frames))


Seen = tuple[str, str, int, int]
"""A frame as a reader shows it: name, file, line, column."""


def seen(recording: Recording, one: Frame) -> Seen:
    """Say what a reader has to see of a frame: worked out anew, not by the exporter."""
    name, line, column = one.name, one.line, one.column
    path = one.url.removeprefix("file://")
    if one.function == FunctionRef(ORIGIN.script, ORIGIN.start):
        name, path, line, column = "wrote", ORIGIN.source, ORIGIN.line, ORIGIN.column
    file = shown(path.removeprefix("/app/"), 400)
    return shown(name, 200) or "(anonymous)", file, line, column


def stacks(recording: Recording) -> Counter[tuple[Seen, ...]]:
    """Return the self time of each stack, outermost first, without the root."""
    paths: dict[int, tuple[Seen, ...]] = {1: ()}
    found: Counter[tuple[Seen, ...]] = Counter()
    for one in recording.frames[1:]:
        paths[one.number] = (*paths[one.parent], seen(recording, one))
        if one.self_us:
            found[paths[one.number]] += one.self_us
    return found


def total(recording: Recording) -> int:
    """Return the time of all frames."""
    return sum(one.self_us for one in recording.frames)


@st.composite
def timelines(draw: st.DrawFn) -> Recording:
    """Return a recording of two isolates: runs, within runs, and causes among them.

    No two runs of one isolate begin in the same microsecond.
    """
    names = draw(st.lists(NAMES, min_size=len(FUNCTIONS), max_size=len(FUNCTIONS)))
    functions = [
        replace(one, name=name)
        for one, name in zip(FUNCTIONS, names, strict=True)
    ]  # fmt: skip
    worker = replace(PROCESS, number=2, thread=1, parent=1, role="thread")
    runs: list[Activation] = []
    for process in (1, 2):
        runs += _runs(draw, process, len(runs))
    return base(
        functions=tuple(functions),
        activations=tuple(runs),
        processes=(PROCESS, worker),
        ruptures=(rupture(FUNCTIONS[0].ref, "start"), rupture(FUNCTIONS[1].ref)),
    )


def _runs(draw: st.DrawFn, process: int, before: int) -> list[Activation]:
    runs: list[Activation] = []
    now = 0

    def run(parent: int, deep: int) -> None:
        nonlocal now
        now += draw(st.integers(1, 50))
        started, at = now, len(runs)
        number = before + at + 1
        cause = draw(st.sampled_from((0, 999, *range(before + 1, number))))
        runs.append(_activation(draw, number, parent, cause, started, process))
        for _ in range(draw(st.integers(0, 2)) if deep else 0):
            run(number, deep - 1)
        now += draw(st.integers(1, 50))
        runs[at] = replace(runs[at], ended_us=now)

    for _ in range(draw(st.integers(1, 4))):
        run(0, 2)
    return runs


def _activation(
    draw: st.DrawFn, number: int, parent: int, cause: int, started: int, process: int
) -> Activation:
    ref = draw(st.sampled_from(FUNCTIONS)).ref
    outcome = draw(st.sampled_from(OUTCOMES))
    turn = number * 2
    return Activation(
        *(number, ref, number, parent, cause, turn, started, started),
        outcome=outcome,
        process=process,
    )


def rupture(
    ref: FunctionRef, kind: Any = "post", runs: int = 1, registrar: str = "app.get"
) -> RupturePoint:
    """Return a callback that was handed over."""
    place = Place(ref.script, ref.start, ref.start, 3)
    return RupturePoint(ref, kind, place, None, None, "seen", registrar, runs)


@st.composite
def graphs(draw: st.DrawFn) -> Recording:
    """Return a recording with callbacks and edges among them."""
    names = draw(st.lists(NAMES, min_size=len(FUNCTIONS), max_size=len(FUNCTIONS)))
    functions = tuple(
        replace(one, name=name)
        for one, name in zip(FUNCTIONS, names, strict=True)
    )  # fmt: skip
    refs = [one.ref for one in FUNCTIONS]
    pairs = st.tuples(
        st.sampled_from(TYPES), st.sampled_from(refs), st.sampled_from(refs)
    )
    edges = draw(st.lists(pairs, max_size=8, unique=True))
    kinds = draw(st.lists(st.sampled_from(("start", "post")), min_size=6, max_size=6))
    found = zip(refs, kinds, strict=True)
    return base(
        functions=functions,
        ruptures=tuple(
            rupture(ref, kind, number, draw(NAMES))
            for number, (ref, kind) in enumerate(found, 1)
        ),
        edges=tuple(
            Edge(kind, source, target, draw(st.integers(1, 900)))
            for kind, source, target in edges
        ),
    )


def is_inert(text: str) -> bool:
    """Tell whether a text can be printed: no controls, surrogates or overrides."""
    return all(one == "\n" or shown(one) == one for one in text)


def lines_of(boxes: Iterable[Any]) -> list[list[str]]:
    """Return what readers saw in boxes, in one order."""
    return sorted(list(box) for box in boxes)
