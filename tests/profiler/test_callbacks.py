"""Under which callback the CPU went: every microsecond under one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given

from profiler.callbacks import DEEP, NODE, Callbacks, put_back, shares
from store.facts import Frame, Recording
from tests.profiler.formats.making import ROOT, base, frame, native, package, profiles


def own(number: int, parent: int, name: str, self_us: int = 0) -> Frame:
    """Return a frame of Node's own code."""
    return frame(number, parent, name, self_us, script=0, url="node:timers")


def builtin(number: int, parent: int, name: str, self_us: int = 0) -> Frame:
    """Return a frame of a native function."""
    return frame(number, parent, name, self_us, script=0, url="", line=0, column=0)


def under(recording: Recording, **how: Any) -> dict[str, tuple[int, int, int]]:
    rows = Callbacks(recording, fold=True, **how).rows()
    return {x.named.title: (x.under, x.own, x.inclusive) for x in rows}


@given(profiles())
def test_no_time_is_lost_or_counted_twice(recording: Recording) -> None:
    whole = sum(one.self_us for one in recording.frames)
    for fold in (True, False):
        rows = Callbacks(recording, fold=fold).rows()
        assert sum(row.under for row in rows) == whole
        assert all(row.own <= row.under <= row.inclusive <= whole for row in rows)
    moved = put_back(recording)
    assert sum(one.self_us for one in moved.frames) == whole


def test_the_innermost_callback_of_the_app_counts() -> None:
    # A route below a middleware, which calls it through the framework.
    frames = (
        ROOT,
        own(2, 1, "emit", 1),
        package(3, 2, "next", 2),
        frame(4, 3, "middleware", 10),
        package(5, 4, "next", 3),
        frame(6, 5, "route", 20),
        frame(7, 6, "helper", 30),
        builtin(8, 7, "forEach", 4),
        frame(9, 8, "each", 40),
    )
    assert under(base(frames=frames)) == {
        "route": (94, 20, 94),
        "middleware": (13, 10, 107),
        "express": (2, 2, 109),
        NODE.name: (1, 0, 1),
    }


def test_what_follows_an_await_and_what_v8_does_itself_stand_alone() -> None:
    frames = (
        ROOT,
        frame(2, 1, "asks", 5),
        own(3, 1, "runNextTicks"),
        builtin(4, 3, "runMicrotasks", 2),
        frame(5, 4, "asks", 7, line=2),
        native(6, "(idle)", 1000),
        native(7, "(garbage collector)", 3),
    )
    recording = base(frames=frames)
    assert under(recording) == {
        "asks": (12, 12, 12),
        "(garbage collector)": (3, 3, 3),
        "(idle)": (1000, 1000, 1000),
        NODE.name: (2, 0, 2),
    }
    assert shares(Callbacks(recording, fold=True).rows()) == 17


def test_a_callback_below_itself_is_counted_once() -> None:
    frames = (
        ROOT,
        frame(2, 1, "again", 1),
        own(3, 2, "emit"),
        frame(4, 3, "again", 2, line=2),
    )
    assert under(base(frames=frames)) == {"again": (3, 3, 3)}


def test_where_v8_looked_no_deeper_no_callback_is_told() -> None:
    frames = [ROOT, *(frame(n, n - 1, "deep", 1, line=7) for n in range(2, 9))]
    found = under(base(frames=tuple(frames)), deepest=5)
    assert found == {"deep": (4, 4, 4), DEEP.name: (3, 0, 3)}


def test_a_caller_that_v8_missed_is_put_back() -> None:
    frames = (
        ROOT,
        own(2, 1, "emit"),
        frame(3, 2, "handle", 1),
        frame(4, 3, "work", 50, line=9),
        frame(5, 2, "work", 10, line=9),
        frame(6, 2, "other", 2),
    )
    recording = base(frames=frames)
    assert under(put_back(recording)) == {"handle": (61, 1, 61), "other": (2, 2, 2)}
    moved = {one.number: one.total_us for one in put_back(recording).frames}
    assert (moved[3], moved[4], moved[5]) == (frames[2].total_us + 10, 60, 0)
    # What the event loop may run, such as the rest of an async function, stays.
    assert under(put_back(recording, lambda _: False))["work"] == (10, 10, 10)
    # So does what called something of its own: its stack was whole.
    below = replace(recording, frames=(*frames, frame(7, 5, "inner", 3)))
    assert under(put_back(below))["work"] == (13, 10, 13)
