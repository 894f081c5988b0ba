"""What changed from one recording to the next, and what chance explains."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxion import exits
from fluxion.changed import certainty, changed_lines, changed_rows
from fluxion.cli import main
from store.facts import Activation, Cell, Effect, FunctionRef, Recording
from tests.fluxion.recordings import LATER, SAVE, make_store, recording

TIMES = st.lists(st.integers(0, 10**6), max_size=30)


@pytest.fixture
def base(tmp_path) -> Recording:
    return recording(tmp_path)


def ran(base: Recording, times: list[int]) -> Recording:
    """Let `saveBody` have taken these times, in microseconds."""
    runs = tuple(
        Activation(n, SAVE, 1, 0, 0, n, n * 10**6, n * 10**6 + took, "undefined")
        for n, took in enumerate(times, 1)
    )
    costs = tuple(
        replace(c, activations=len(times), estimated=len(times)) for c in base.costs
    )
    return replace(base, activations=runs, costs=costs)


def state(rows) -> str:
    (row,) = [r for r in rows["callbacks"] if r["function"]["name"] == "saveBody"]
    return str(row["state"])


def noisy(seed: int, us: int) -> list[int]:
    chance = random.Random(seed)
    return [int(us * chance.uniform(0.7, 1.6)) for _ in range(40)]


def test_slower_and_faster_are_told_and_chance_is_not(base) -> None:
    before = ran(base, noisy(1, 1000))
    assert state(changed_rows(before, ran(base, noisy(2, 2000)))) == "slower"
    assert state(changed_rows(before, ran(base, noisy(3, 500)))) == "faster"
    same = [changed_rows(before, ran(base, noisy(n, 1000))) for n in range(4, 40)]
    assert {state(rows) for rows in same} == {"same"}
    assert state(changed_rows(before, ran(base, [90_000] * 4))) == "same"


def test_the_slower_comes_first_and_by_how_much(base) -> None:
    rows = changed_rows(ran(base, [1000] * 20), ran(base, [3000] * 20))
    before, after, first, *_ = changed_lines(rows)
    assert before.startswith("before: ")
    assert after.endswith("10 s, 20 runs")
    assert first.startswith("slower  saveBody  app.js:2:3  1.0 ms -> 3.0 ms")


def test_a_callback_is_found_again_where_lines_were_added(base) -> None:
    before = ran(base, [1000] * 20)
    moved = FunctionRef(1, 500)
    after = ran(base, [1000] * 20)
    after = replace(
        after,
        functions=tuple(
            replace(f, ref=moved, line=40) if f.ref == SAVE else f
            for f in after.functions
        ),
        ruptures=tuple(
            replace(p, function=moved) if p.function == SAVE else p
            for p in after.ruptures
        ),
        activations=tuple(replace(a, function=moved) for a in after.activations),
    )
    assert state(changed_rows(before, after)) == "same"


def test_new_and_gone(base) -> None:
    one = replace(base, ruptures=base.ruptures[:1])
    (row,) = [r for r in changed_rows(one, base)["callbacks"] if r["state"] == "new"]
    assert row["before"] is None
    (row,) = [r for r in changed_rows(base, one)["callbacks"] if r["state"] == "gone"]
    assert row["after"] is None
    assert "4 -> " not in "\n".join(changed_lines(changed_rows(base, one)))


def test_effects_by_the_key_of_the_cell_not_by_who_met_its_object_first(base) -> None:
    one = ran(base, [1000] * 10)
    named = tuple(
        replace(cell, label="frame.body") if cell.number == 2 else cell
        for cell in one.cells
    )
    assert changed_rows(one, replace(one, cells=named))["effects"] == []
    cell = Cell(9, "property", 1, "raw", "req.raw")
    more = replace(
        one,
        cells=(*one.cells, cell),
        effects=(*one.effects, Effect(SAVE, 9, "write", 3, 1, 9, (12,))),
    )
    (found,) = changed_rows(one, more)["effects"]
    assert (found["cell"], found["state"]) == ("req.raw", "new")
    *_, last = changed_lines(changed_rows(more, one))
    assert last == "saveBody  app.js:2:3  no longer writes req.raw"
    seldom = replace(more, costs=())
    assert changed_rows(one, seldom)["effects"] == []


@given(TIMES, TIMES)
def test_certainty_is_the_same_from_either_side(first, second) -> None:
    assert certainty(first, second) == pytest.approx(-certainty(second, first))
    assert certainty(first, first) == pytest.approx(0)
    if first:
        more = [time + 10**7 for time in first]
        assert certainty(first, more) > 0


def test_certainty_is_that_of_the_textbook() -> None:
    """The ranks of 5 below 5 others: U = 0, z = 12.5 / sqrt(275 / 12)."""
    assert certainty([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]) == pytest.approx(2.6112, 1e-4)


def test_two_stores_on_the_command_line(tmp_path, capsys) -> None:
    store = make_store(tmp_path)
    assert main(["report", str(store), str(store)]) == exits.DONE
    assert "2 of 2 callbacks are as before" in capsys.readouterr().out
    assert main(["report", str(store), str(store), "--json"]) == exits.DONE
    assert json.loads(capsys.readouterr().out)["effects"] == []
    assert main(["report", str(store), str(tmp_path / "none.db")]) == exits.STORE


def test_nothing_hostile_gets_through(base) -> None:
    one = replace(base, ruptures=base.ruptures[:1])
    assert LATER in {p.function for p in base.ruptures}
    for rows in (changed_rows(one, base), changed_rows(base, one)):
        assert all(line.isprintable() for line in changed_lines(rows))
