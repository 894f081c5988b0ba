"""What a callback took by itself, as the plan sees it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rewriter.own_times import OwnTimes, at99, rests, shaved, waiting
from store.facts import Activation, Frame, FunctionRef, ProbeCost
from tests.rewriter.worlds import World
from tests.store.samples import PROCESS


def nested(world) -> tuple[World, FunctionRef, FunctionRef]:
    """A callback that costs next to nothing, and one inside of it that takes 20 ms."""
    made = world(
        "const heavy = n => n\n"
        "function outer (f) { f() }\n"
        "function inner () { heavy(5) }\n"
    )
    outer = made.callback("/app/a.js", "function outer", ms=20)
    inner = made.callback("/app/a.js", "function inner", handed="f() }", ms=19.99)
    return made, outer, inner


def test_the_time_of_callbacks_that_run_inside_is_not_their_own(world) -> None:
    made, outer, inner = nested(world)
    runs = [
        Activation(1, outer, 1, 0, 0, 1, 0, 20_000, "undefined"),
        Activation(2, inner, 2, 1, 0, 1, 5, 19_995, "undefined"),
    ]
    made.see(activations=tuple(runs))
    plan = made.plan()
    assert [s.function.ref for s in plan.stays] == [outer]
    assert plan.stays[0].refusal.code == "FX001"
    assert "0.010 ms" in plan.stays[0].refusal.reason
    assert [f.function.ref for f in plan.fluxions] == [inner]


@pytest.mark.parametrize("missed", [0, 20, 60])
def test_an_inner_callback_that_was_not_observed_costs_its_caller_nothing(
    world, missed
) -> None:
    made, outer, inner = nested(world)
    seen = 40
    runs = []
    for n in range(seen + missed):
        start = n * 30_000
        number = 2 * n + 1
        took = 20_030
        runs.append(
            Activation(number, outer, 1, 0, 0, 1, start, start + took, "undefined")
        )
        if n < seen:
            at = (start + 5, start + 20_005)
            runs.append(Activation(number + 1, inner, 2, number, 0, 1, *at, "value"))
    made.see(activations=tuple(runs))
    costs = made.recording.costs
    made.recording = replace(
        made.recording,
        costs=tuple(
            replace(cost, activations=seen, estimated=seen + missed)
            if cost.function == inner
            else cost
            for cost in costs
        ),
    )
    plan = made.plan()
    assert [s.function.ref for s in plan.stays] == [outer]
    assert plan.stays[0].refusal.code == "FX001"
    assert "0.030 ms at the median, 0.030 ms at p99" in plan.stays[0].refusal.reason


def test_runs_that_are_far_longer_than_what_runs_inside_are_the_callers(world) -> None:
    """Of bwip-js' listener: what is called back inside takes half a millisecond."""
    made, outer, inner = nested(world)
    runs = [Activation(1, outer, 1, 0, 0, 1, 0, 30_000, "undefined")]
    runs.append(Activation(2, inner, 2, 1, 0, 1, 5, 505, "value"))
    for n in range(3, 200):
        took = 60 if n % 9 else 25_000
        runs.append(
            Activation(n, outer, 1, 0, 0, 1, n * 90_000, n * 90_000 + took, "undefined")
        )
    made.see(activations=tuple(runs))
    made.recording = replace(
        made.recording,
        costs=tuple(
            replace(cost, activations=1, estimated=200)
            if cost.function == inner
            else cost
            for cost in made.recording.costs
        ),
    )
    own = OwnTimes(made.recording).of(outer)
    assert own.count(24_500) == 22
    assert own[-1] == 29_500
    assert not _cheap(made, outer)


@pytest.mark.parametrize(("sampled_ms", "cheap"), [(0, True), (2, True), (900, False)])
def test_the_profile_tells_them_apart_where_no_run_inside_was_observed(
    world, sampled_ms, cheap
) -> None:
    """The paper's callback in CI: what runs inside was seen, but not there."""
    made, outer, inner = nested(world)
    ran(made, outer, [20_010, 12_000, 30_000, 20_030])
    made.see(
        activations=tuple(
            Activation(n, inner, 9, 0, 0, n, n, n + 20_000, "value") for n in (7, 8)
        )
    )
    made.spine(("/app/a.js", "function outer"), ("/app/a.js", "function inner"))
    frames = made.recording.frames
    below = frames[-1]
    own = replace(below, number=9, parent=below.parent, function=None, line=0, column=0)
    own = replace(own, self_us=sampled_ms * 1000, total_us=sampled_ms * 1000)
    below = replace(below, total_us=1_000_000 - own.total_us, self_us=2000)
    made.recording = replace(made.recording, frames=(*frames[:-1], below, own))
    assert _cheap(made, outer) == cheap


@pytest.mark.parametrize(("slow", "moves"), [(1, False), (2, True)])
def test_one_slow_run_says_nothing_about_the_callback(world, slow, moves) -> None:
    made = world("const heavy = n => n\nfunction inner () { heavy(5) }\n")
    inner = made.callback("/app/a.js", "function inner", ms=8)
    ends = [36] * (100 - slow) + [8_000] * slow
    made.see(
        activations=tuple(
            Activation(n, inner, 1, 0, 0, 1, n * 10_000, n * 10_000 + end, "undefined")
            for n, end in enumerate(ends, 1)
        )
    )
    plan = made.plan()
    assert [f.function.ref for f in plan.fluxions] == [inner] * moves
    assert [s.refusal.code for s in plan.stays] == ["FX001"] * (not moves)


def test_runs_are_in_order_and_open_ones_left_out(world) -> None:
    made = world("function inner () { }\n")
    inner = made.callback("/app/a.js", "function inner")
    made.see(
        activations=(
            Activation(1, inner, 1, 0, 0, 1, 0, 30, "undefined"),
            Activation(2, inner, 1, 0, 0, 1, 100, 110, "throw"),
            Activation(3, inner, 1, 0, 0, 1, 200, 0, "open"),
        )
    )
    assert OwnTimes(made.recording).of(inner) == [10, 30]


@pytest.mark.parametrize(("times", "found"), [([7], 7), ([1, 9], 1), ([1, 2, 9], 2)])
def test_the_slowest_of_few_runs_makes_no_percentile(times, found) -> None:
    assert at99(times) == found


def ran(made: World, function: FunctionRef, took: list[int]) -> None:
    """Let runs of these lengths have been seen."""
    made.see(
        activations=tuple(
            Activation(n, function, 1, 0, 0, n, n * 90_000, n * 90_000 + us, "value")
            for n, us in enumerate(took, 1)
        )
    )


def loaded(made: World, cpu_ms: int) -> None:
    """Let main have been busy for 1000 ms, and have had a CPU for some of them."""
    number = len(made.recording.frames)
    made.see(
        frames=(
            Frame(number + 1, 0, 0, "(idle)", "", 0, 0, None, 700_000, 700_000),
            Frame(number + 2, 0, 0, "f", "", 1, 1, None, 1_000_000, 1_000_000),
        ),
        probe_costs=(ProbeCost(1, 9, cpu_ms * 1000, 0),),
    )


@pytest.mark.parametrize(("cpu_ms", "share"), [(1200, 0), (1000, 0), (400, 0.6)])
def test_how_long_main_was_kept_waiting(world, cpu_ms, share) -> None:
    made, _, _ = nested(world)
    assert waiting(made.recording) == 0  # nothing is known
    loaded(made, cpu_ms)
    assert waiting(made.recording) == pytest.approx(share)


def test_what_is_left_of_each_run_without_the_calls_inside_of_it(world) -> None:
    made, outer, inner = nested(world)

    def run(number, function, took, parent=0, outcome="undefined"):
        return Activation(number, function, 1, parent, 0, 1, 0, took, outcome)

    made.recording = replace(
        made.recording,
        activations=(
            run(1, outer, 100),
            run(2, FunctionRef(1, 9), 95, 1),
            run(3, inner, 40, 2),
            run(4, inner, 30, 1),
            run(5, inner, 20, 4),  # inside of the one before
            run(6, outer, 50),
            run(7, inner, 45, 6),
            run(8, outer, 70),  # nobody knows what was inside
            run(9, outer, 10, outcome="open"),
            run(10, inner, 10, 9),
            run(11, inner, 10),
        ),
    )
    assert rests(made.recording, outer, inner) == [5, 30]
    assert rests(made.recording, inner, FunctionRef(1, 9)) == []


def test_what_the_kernel_tells_of_waiting_counts_before_what_the_profile_shows(
    world,
) -> None:
    made, _, _ = nested(world)
    loaded(made, 400)
    told = replace(made.recording, waited=0.125)
    assert waiting(told) == 0.125
    two = (PROCESS, replace(PROCESS, number=2))
    assert waiting(replace(told, processes=two)) == waiting(made.recording) == 0.6


def test_runs_that_the_machine_stopped_make_no_callback_dear(world) -> None:
    """These were seen of the paper's callback, and one such run more."""
    made, outer, _ = nested(world)
    ran(made, outer, [50, 60, 70, 75, 186, 5300, 15_861])
    assert not _cheap(made, outer)
    loaded(made, 530)
    assert _cheap(made, outer)


def _cheap(made: World, function: FunctionRef) -> bool:
    """Tell whether the plan calls it too cheap."""
    stay = [s for s in made.plan().stays if s.function.ref == function]
    return any(s.refusal.code == "FX001" for s in stay)


def test_runs_that_work_for_long_stay_dear_on_a_busy_machine(world) -> None:
    made, outer, _ = nested(world)
    ran(made, outer, [60] * 190 + [20_000] * 10)
    loaded(made, 530)
    assert not _cheap(made, outer)


def test_what_is_taken_off_comes_from_the_top() -> None:
    assert shaved([1.0, 2.0, 3.0], 0) == [1.0, 2.0, 3.0]
    own = [100.0] * 50 + [50_000.0, 80_000.0]
    rest = 0.5 * sum(own)
    left = shaved(own, 0.5)
    assert left == sorted(left)
    assert left[:50] == own[:50]
    assert left[50] == left[51]
    taken = sum(own) - sum(left)
    assert taken == pytest.approx(rest + (rest * 4000) ** 0.5)
    assert shaved([100.0, 200.0], 0.5) == [0.0, 0.0]
    assert shaved([], 0.5) == []
