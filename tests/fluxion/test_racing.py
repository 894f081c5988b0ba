"""Races as rows and as lines; names in them are hostile."""

from __future__ import annotations

from dataclasses import replace

from fluxion.racing import (
    MOST,
    Starts,
    fluxion_lines,
    plan_races,
    race_lines,
    race_rows,
    report_lines,
)
from fluxion.views import Names
from store.facts import Activation, Effect, Race, Recording
from store.plans import Plan
from tests.fluxion.recordings import LATER, SAVE, recording
from tests.fluxion.test_decisions import MOVES

SPLIT = Race(2, "split", SAVE, LATER, 3, 2, 1500, True, 3, 2500, False)
LUCK = Race(1, "order", LATER, LATER, 1, 3, 2500, True, 4, 9000, True)


def ran(number: int, ref: object, cause: int = 0) -> Activation:
    times = (number * 1000, number * 1000 + 5)
    return Activation(number, ref, 0, 0, cause, 7, *times, "undefined")  # type: ignore[arg-type]


def racy(tmp_path, *races: Race) -> Recording:
    runs = (ran(2, SAVE), ran(3, LATER, cause=2), ran(4, LATER, cause=99))
    return replace(recording(tmp_path), activations=runs, races=races)


def test_a_row_has_both_touches_and_with_what_each_began(tmp_path):
    [row] = race_rows(Names(racy(tmp_path, SPLIT)))
    assert (row["cell"], row["kind"], row["count"]) == ("req.body", "split", 3)
    assert row["function"]["name"] == "saveBody"
    first, then = row["example"]
    assert (first["activation"], first["at_ms"], first["did"]) == (2, 1.5, "write")
    assert (then["activation"], then["at_ms"], then["did"]) == (3, 2.5, "read")
    assert then["begun_by"]["name"] == "saveBody"
    assert (then["begun_activation"], then["begun_ms"]) == (2, 2.0)


def test_a_cell_can_be_asked_for(tmp_path):
    names = Names(racy(tmp_path, SPLIT, LUCK))
    assert [row["kind"] for row in race_rows(names, "req.body")] == ["split"]
    assert race_rows(names, "nothing") == []


def test_a_chain_ends_where_nobody_was_kept(tmp_path):
    starts = Starts(racy(tmp_path))
    found = starts.of(4)
    assert found is not None
    assert found.number == 4
    assert starts.of(77) is None


def test_the_lines_are_inert_and_not_too_many(tmp_path):
    rows = race_rows(Names(racy(tmp_path, *[SPLIT] * (MOST + 3))))
    lines = list(race_lines(rows))
    assert "belong together, 3 pairs of runs" in lines[1]
    assert "write at 1.5 ms by saveBody" in lines[2]
    assert "of saveBody, run 2" in lines[3]
    assert lines[-1] == "  and 3 more (--json has all)"
    assert all(line.isprintable() for line in lines)
    assert list(race_lines([])) == []


def test_the_report_says_it_in_one_line_or_not_at_all(tmp_path):
    assert list(report_lines([])) == []
    [line] = report_lines(race_rows(Names(racy(tmp_path, SPLIT, LUCK))))
    assert line.startswith("races: 2 cells are touched in no order, 1 of them between")
    assert "such as req.body" in line
    [line] = report_lines(race_rows(Names(racy(tmp_path, LUCK))))
    assert line.startswith("races: 1 cell is touched in no order, such as ")
    assert line.isprintable()


def test_a_fluxion_has_the_races_of_what_it_and_what_it_calls_touch(tmp_path):
    moves = replace(MOVES, function=replace(MOVES.function, ref=SAVE))
    moves = replace(moves, cut=replace(moves.cut, callee=None))
    effects = (Effect(SAVE, 2, "write", 1, 2, 2, (5,)),)
    value = replace(racy(tmp_path, SPLIT, LUCK), effects=effects)
    [[row]] = plan_races(Plan((moves,), ()), Names(value))
    assert row["cell"] == "req.body"
    [line] = fluxion_lines([row])
    assert line.startswith("  race at req.body: saveBody")
    assert list(fluxion_lines([row] * 6))[-1] == "  and 2 more races (--json has all)"
    assert plan_races(Plan((moves,), ()), Names(racy(tmp_path))) == [[]]
