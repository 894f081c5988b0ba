"""Whose run is whose, and how much of it is kept."""

from __future__ import annotations

import pytest

from profiler import runs as runs_module
from profiler.records import Enter, Exit
from profiler.runs import NOBODY, Ended, Runs
from store.facts import Edge, FunctionRef
from tests.profiler.telling import alone


def enter(
    runs: Runs, activation: int, start: int, parent: int = 0, cause: int = 0
) -> int:
    return runs.enter(Enter(10, activation, 1, start, 0, parent, cause, 7), cause)


def test_a_run_is_known_by_its_number() -> None:
    runs = Runs()
    function = enter(runs, 1, 40)
    assert runs.refs[function] == FunctionRef(1, 40)
    assert runs.of(1) == function
    assert runs.of(2) == NOBODY
    assert runs.is_open(1)
    assert runs.exit(Exit(25, 1, 1)) == Ended(function, 15)
    assert not runs.is_open(1)
    assert runs.of(1) == function


def test_an_exit_counts_once_and_time_never_runs_backwards() -> None:
    runs = Runs()
    function = enter(runs, 1, 40)
    assert runs.exit(Exit(5, 1, 0)) == Ended(function, 0)
    assert runs.exit(Exit(50, 1, 0)) is None
    assert runs.exit(Exit(50, 9, 0)) is None
    assert runs.orphans == 2
    (activation,) = runs.activations(alone())
    assert (activation.started_us, activation.ended_us) == (10, 10)


def test_below_means_on_the_same_stack() -> None:
    runs = Runs()
    enter(runs, 1, 40)
    enter(runs, 2, 41, parent=1)
    enter(runs, 3, 42, parent=2)
    assert runs.is_below(3, 1)
    assert runs.is_below(3, 3)
    assert not runs.is_below(1, 3)
    assert runs.parent(3) == runs.of(2)
    assert runs.parent(1) == NOBODY


def test_a_ring_of_parents_ends() -> None:
    runs = Runs()
    enter(runs, 1, 40, parent=2)
    enter(runs, 2, 41, parent=1)
    assert not runs.is_below(1, 9)


def test_edges_are_counted_for_calls_and_causes() -> None:
    runs = Runs()
    enter(runs, 1, 40)
    for activation in (2, 3):
        enter(runs, activation, 41, parent=1)
    enter(runs, 4, 42, cause=1)
    enter(runs, 5, 42, cause=99)
    a, b, c = FunctionRef(1, 40), FunctionRef(1, 41), FunctionRef(1, 42)
    assert runs.edges() == (Edge("call", a, b, 2), Edge("cause", a, c, 1))


def test_a_run_that_did_not_end_is_open() -> None:
    runs = Runs()
    enter(runs, 1, 40)
    (activation,) = runs.activations(alone())
    assert activation.outcome == "open"


def test_one_busy_function_leaves_room_for_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runs_module, "MOST_ACTIVATIONS", 6)
    monkeypatch.setattr(runs_module, "MOST_OF_ONE", 4)
    runs = Runs()
    for activation in range(1, 50):
        enter(runs, activation, 40)
    for activation in range(50, 60):
        enter(runs, activation, 41)
    kept = [activation.function.start for activation in runs.activations(alone())]
    assert kept == [40] * 4 + [41] * 2
    assert runs.entered == {0: 49, 1: 10}


def test_old_runs_are_forgotten_in_a_long_recording(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runs_module, "MOST_REMEMBERED", 100)
    runs = Runs()
    for activation in range(1, 1001):
        enter(runs, activation, 40)
    assert runs.of(1) == NOBODY
    assert runs.of(1000) != NOBODY
    assert runs.exit(Exit(20, 1, 0)) is None
    assert runs.entered[0] == 1000
