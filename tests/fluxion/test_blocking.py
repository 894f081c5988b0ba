"""Who blocks the loop, from where, and what moving it gives."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fluxion.blocking import Routes, blockers, blocking_lines, blocking_rows
from fluxion.views import Names
from store.facts import (
    Activation,
    Edge,
    Frame,
    FunctionRef,
    Place,
    ProbeCost,
    Recording,
    RupturePoint,
)
from store.plans import Plan, Stay, Where
from tests.fluxion.recordings import EVIL, LATER, SAVE, TEXT, recording
from tests.fluxion.test_decisions import MOVES


@pytest.fixture
def seen(tmp_path) -> Recording:
    """`saveBody` runs ten times for 2 ms; inside of it the other, for 1.5 ms."""
    runs = []
    for n in range(10):
        start = n * 100_000
        runs.append(
            Activation(2 * n + 1, SAVE, 1, 0, 0, n, start, start + 2000, "undefined")
        )
        inner = (start + 100, start + 1600)
        runs.append(Activation(2 * n + 2, LATER, 2, 2 * n + 1, 0, n, *inner, "value"))
    base = recording(tmp_path)
    points = tuple(replace(p, registration=p.definition) for p in base.ruptures)
    costs = tuple(replace(c, activations=10, estimated=20) for c in base.costs)
    return replace(base, activations=tuple(runs), ruptures=points, costs=costs)


def moved(seen: Recording, ref: FunctionRef, share: float) -> Plan:
    where = Where("/app/app.js", 2, 3, "f", ref)
    one = replace(MOVES, function=where, gain_ms=2.4, share=share)
    return Plan((one,), ())


def test_own_time_decides_and_runs_that_nobody_observed_count(seen) -> None:
    first, second = blockers(seen, None)
    assert first.function == LATER
    assert (first.p50_us, first.runs, first.total_us) == (1500, 20, 30_000)
    assert second.function == SAVE
    assert second.p50_us == 500
    assert first.share == pytest.approx(0.003)
    assert first.moving is None
    assert first.stay is None


def test_what_moves_saves_its_share_and_leaves_the_rest(seen) -> None:
    first, second = blockers(seen, moved(seen, LATER, 0.9))
    assert first.moving is not None
    assert first.saved_us == pytest.approx(1350)
    assert first.left_us == 500  # of the other, which is longer than 10 % of 1.5 ms
    assert second.moving is None
    (first, _) = blockers(seen, moved(seen, LATER, 0.5))
    assert first.left_us == 750


def test_what_is_left_is_what_was_left_of_runs_that_show_the_call(seen) -> None:
    """SAVE's runs of 2 ms have one of LATER, of 1.5 ms, inside."""
    plan = moved(seen, SAVE, 0.9)
    cut = replace(plan.fluxions[0].cut, callee=LATER)
    plan = Plan((replace(plan.fluxions[0], cut=cut),), ())
    alone = replace(
        seen, ruptures=tuple(r for r in seen.ruptures if r.function == SAVE)
    )
    (first,) = blockers(alone, plan)
    assert first.left_us == 500


def test_what_main_waited_for_a_cpu_is_no_cpu_that_is_saved(seen) -> None:
    frame = Frame(1, 0, 0, "f", "", 0, 0, None, 1_000_000, 1_000_000)
    cost = ProbeCost(1, 9, 600_000, 0)
    seen = replace(seen, frames=(frame,), probe_costs=(cost,))
    assert blockers(seen, moved(seen, LATER, 1.0))[0].saved_us == pytest.approx(900)


def test_the_route_is_the_start_on_the_way_here(seen) -> None:
    found = Routes(seen).of(LATER)
    assert found is not None
    assert found.function == SAVE
    assert Routes(seen).of(SAVE) == found
    alone = replace(seen, edges=())
    found = Routes(alone).of(LATER)
    assert found is not None
    assert found.function == LATER
    assert Routes(replace(alone, ruptures=())).of(LATER) is None
    circle = (Edge("call", LATER, LATER, 3), Edge("cause", LATER, SAVE, 3))
    assert Routes(replace(seen, edges=circle)).of(LATER) is not None


def test_three_lines_say_who_whose_and_what_helps(seen) -> None:
    texts = {1: TEXT.replace("const a", "on('/x', a)")}
    rows = blocking_rows(Names(seen), blockers(seen, moved(seen, LATER, 0.9)), texts)
    who, whose, helps = blocking_lines(rows)
    assert "1.5 ms at the median, 1.5 ms at p99: 0% of the time" in who
    assert whose == "  runs for ('/x', a) = 1  app.js:2:3"
    assert helps == (
        "  moving it saves 1.4 ms of main CPU a run; "
        "the longest block left is 0.50 ms at p99"
    )


def test_a_reason_and_an_unreadable_source_are_told(seen) -> None:
    where = Where("/app/app.js", 2, 3, "f", LATER)
    refusal = replace(seen.refusals[0], code="FX020")
    plan = Plan((), (Stay(where, refusal),))
    rows = blocking_rows(Names(seen), blockers(seen, plan), {})
    *_, stays, helps = blocking_lines(rows)
    assert stays.startswith("  it stays: FX020 ")
    assert helps.startswith("  what helps: evil")
    assert helps.isprintable()
    rows = blocking_rows(Names(seen), blockers(seen, None), {})
    *_, helps = blocking_lines(rows)
    assert "not known" in helps


def test_nothing_hostile_gets_through(seen) -> None:
    texts = {1: f"'use strict'\nx {EVIL}\x1b]0;\n" + "y" * 10_000}
    point = RupturePoint(
        *(LATER, "start", Place(1, 0, 1, 1), None, Place(1, 0, 2, 1), "seen", EVIL, 99)
    )
    seen = replace(seen, ruptures=(*seen.ruptures, point))
    rows = blocking_rows(Names(seen), blockers(seen, None), texts)
    lines = list(blocking_lines(rows))
    assert len(lines) == 3
    assert all(line.isprintable() and len(line) < 300 for line in lines)


def test_nothing_seen_is_said() -> None:
    assert list(blocking_lines([])) == ["no callback was seen that blocks the loop"]
