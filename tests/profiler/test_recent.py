"""What a target does now: counts that add up, times of the last seconds, silence."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.recent import MOST_FUNCTIONS, Recent
from profiler.seconds import OVER_NS, SECONDS, SILENT_NS
from store.abi import VERSION, Event
from store.errors import ProtocolError
from store.facts import FunctionRef
from store.packing import pack
from tests.profiler.telling import APP, EXPRESS, ZERO_NS, Story, function

HANDLE = function(100, "handle")
ROUTER = function(20, "next", script=2)
SECOND = 1_000_000


def block(*records: list[Any]) -> bytes:
    return b"".join(map(pack, records))


def begun(recent: Recent, process: int = 1) -> None:
    start = [Event.START, VERSION, 7 + process, ZERO_NS, 1]
    recent.take(process, block(start), 0)


def count(runs: int, ref: FunctionRef = HANDLE.ref, missed: int = 0) -> list[Any]:
    return [Event.COUNT, ref.script, ref.start, runs, runs, 0, 0, missed]


def report(second: int, idle_us: int = 0) -> list[Any]:
    return [Event.COST, second * SECOND, 1, 1, 1, idle_us]


def ran(recent: Recent, run: int, took: int, process: int = 1) -> None:
    where = [HANDLE.ref.script, HANDLE.ref.start, 1, 0, 0, 9]
    told = block([Event.ENTER, 0, run, *where], [Event.EXIT, took, run, 0])
    recent.take(process, told, 0)


def pace(recent: Recent, now_ns: int = 0, over: int = 1):
    [one] = recent.moment(now_ns, over).paces
    return one


def test_rates_are_those_of_the_last_second():
    recent = Recent()
    begun(recent)
    recent.take(1, block(count(10), report(1)), 0)
    assert pace(recent).rate == 10
    recent.take(1, block(count(40), report(3)), 0)
    assert (pace(recent).rate, pace(recent).runs) == (15, 40)
    assert pace(recent, over=2).rate == pytest.approx(40 / 3)
    assert recent.reports == recent.moment(0).reports == 2
    assert recent.moment(0).at_ns == ZERO_NS + 3 * 10**9


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)), min_size=1))
def test_no_run_is_counted_twice_or_lost(seconds: list[tuple[int, int]]):
    recent, at, counted, told = Recent(), 0, 0, 0.0
    begun(recent)
    for more, length in seconds:
        counted, at = counted + more, at + length
        recent.take(1, block(count(counted), report(at)), 0)
        told += sum(one.rate * length for one in recent.moment(0).paces)
    assert told == pytest.approx(counted)
    assert sum(one.runs for one in recent.moment(0).paces) == counted


def test_an_estimate_that_falls_is_made_up_for():
    recent = Recent()
    begun(recent)
    told = []
    for second, missed in enumerate((30, 10, 50), 1):
        recent.take(1, block(count(0, missed=missed), report(second)), 0)
        told.append(pace(recent).rate)
    assert told == [30, 0, 20]


@given(st.lists(st.lists(st.integers(0, 4000), max_size=20), min_size=1, max_size=25))
def test_times_are_those_of_the_last_ten_seconds(seconds: list[list[int]]):
    recent, run = Recent(), 0
    begun(recent)
    for number, times in enumerate(seconds, 1):
        for took in times:
            run += 1
            ran(recent, run, took)
        recent.take(1, block(count(run), report(number)), 0)
    last = sorted(took for times in seconds[-SECONDS:] for took in times)
    paces = recent.moment(0).paces
    assert sum(one.observed for one in paces) == len(last)
    if last:
        assert paces[0].max_us == last[-1]
        assert paces[0].p50_us == last[(len(last) + 1) // 2 - 1]
        assert paces[0].mean_us == pytest.approx(sum(last) / len(last))


def test_isolates_are_added_up():
    recent = Recent()
    for process, runs in ((1, 10), (2, 5)):
        begun(recent, process)
        ran(recent, 1, 100 * process, process)
        recent.take(process, block(count(runs), report(1)), 0)
    one = pace(recent)
    assert (one.rate, one.runs, one.observed, one.max_us) == (15, 15, 2, 200)
    assert [loop.process for loop in recent.moment(0).loops] == [1, 2]


def test_how_busy_and_how_late_a_loop_is():
    recent = Recent()
    begun(recent)
    late = [[Event.LATE, us] for us in (100, 300, 9000, 200)]
    recent.take(1, block(*late, report(1, 70 * SECOND)), 0)
    [loop] = recent.moment(0).loops
    assert loop.utilization is None, "idle since the process began, not since then"
    assert (loop.p50_us, loop.p99_us, loop.silent_us) == (200, 9000, 0)
    recent.take(1, block(report(3, 70 * SECOND + SECOND // 2)), 0)
    [loop] = recent.moment(0).loops
    assert loop.utilization == pytest.approx(0.75)


def test_a_probe_that_told_no_idle_time_leaves_it_open():
    recent = Recent()
    begun(recent)
    for second in (1, 2):
        recent.take(1, block(report(second)), 0)
    assert recent.moment(0).loops[0].utilization is None


def test_a_loop_that_does_not_turn_runs_nothing_and_says_so():
    recent = Recent()
    begun(recent)
    ran(recent, 1, 50)
    recent.take(1, block(count(9), report(1, 9), [Event.LATE, 3]), 5)
    assert pace(recent, 5 + SILENT_NS).rate == 9
    now = 5 + SILENT_NS + 1
    [loop] = recent.moment(now).loops
    assert (loop.utilization, loop.silent_us) == (None, 500_000)
    assert loop.p50_us == loop.p99_us == loop.silent_us
    assert (pace(recent, now).rate, pace(recent, now).observed) == (0, 1)
    assert pace(recent, 6 + OVER_NS).observed == 0, "the window has passed"
    assert pace(recent, 6 + OVER_NS).runs == 9


@pytest.mark.parametrize("how", ["said so", "was killed"])
def test_an_isolate_that_ended_is_no_loop_that_stands_still(how: str):
    recent = Recent()
    for process in (1, 2):
        begun(recent, process)
        recent.take(process, block(count(4), report(1)), 0)
    now = 0
    if how == "said so":
        recent.take(2, block([Event.NOTE, "left: detached"]), 0)
    else:
        now = OVER_NS + 1
        recent.take(1, block(count(4), report(2)), now)
    assert [loop.process for loop in recent.moment(now).loops] == [1]
    assert pace(recent, now).runs == 8, "what it ran is not forgotten"


def test_kinds_are_judged_by_who_called():
    story = Story()
    above = story.enter(ROUTER, closure=1, stack="at emit (node:events:1:1)")
    story.ran(HANDLE, closure=2, parent=above)
    story.ran(HANDLE, closure=2, parent=above)
    story.exit(above)
    recent = Recent()
    recent.know((HANDLE, ROUTER), (APP, EXPRESS))
    for one in story.blocks():
        recent.take(1, one, 0)
    recent.take(1, block(count(2), count(1, ROUTER.ref), report(1)), 0)
    kinds = {one.function: one.kind for one in recent.moment(0).paces}
    assert kinds == {HANDLE.ref: "start", ROUTER.ref: "start"}


def test_what_was_never_observed_is_counted_all_the_same():
    recent = Recent()
    begun(recent)
    recent.take(1, block(count(3), report(1)), 0)
    one = pace(recent)
    assert (one.runs, one.observed, one.p99_us, one.callers) == (3, 0, 0, ())


def test_who_called_is_kept():
    story = Story()
    stack = "at emit (node:events:5:3)\nat Server.x (/app/server.js:7:1)"
    story.ran(HANDLE, closure=1, stack=stack)
    recent = Recent()
    for one in story.blocks():
        recent.take(1, one, 0)
    recent.take(1, block(count(1)), 0)
    names = [(frame.name, frame.line) for frame in pace(recent).callers]
    assert names == [("emit", 5), ("Server.x", 7)]


def test_a_target_that_invents_functions_fills_no_memory():
    recent = Recent()
    begun(recent)
    for first in range(1, MOST_FUNCTIONS + 2000, 500):
        many = (count(1, FunctionRef(9, first + at)) for at in range(500))
        recent.take(1, block(*many), 0)
    where = [9, MOST_FUNCTIONS + 1999, 1, 0, 0, 9]
    recent.take(1, block([Event.ENTER, 0, 1, *where], [Event.EXIT, 5, 1, 0]), 0)
    assert len(recent.moment(0).paces) == MOST_FUNCTIONS


@given(st.lists(st.binary(max_size=60), max_size=10))
def test_whatever_comes_a_moment_can_be_told(blocks: list[bytes]):
    recent = Recent()
    begun(recent)
    recent.take(1, block(count(1), report(1)), 0)
    for one in blocks:
        recent.take(1, one, 0)
    assert recent.moment(0).reports >= 1


def test_another_version_of_the_probe_is_refused():
    with pytest.raises(ProtocolError):
        Recent().take(1, block([Event.START, VERSION + 1, 1, 1, 1]), 0)
