"""Effects are folded, and flows go from a write to a later read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler import effects as effects_module
from profiler.effects import Effects
from profiler.places import Places
from profiler.records import CellUsed
from store.facts import Effect, Flow, FunctionRef, Opaque
from tests.profiler.telling import alone

A, B = FunctionRef(1, 10), FunctionRef(1, 20)


def test_effects_are_folded_with_their_first_and_last_run() -> None:
    effects = Effects()
    effects.write(0, 3, 44, 1)
    effects.write(0, 9, 40, 1)
    effects.write(0, 9, 40, 1)
    effects.read(1, 5, 60, 1)
    assert effects.effects([A, B], effects.names(), alone()) == (
        Effect(A, 1, "write", 3, 3, 9, (40, 44)),
        Effect(B, 1, "read", 1, 5, 5, (60,)),
    )


def test_a_flow_is_a_read_of_what_another_run_wrote() -> None:
    effects = Effects()
    effects.read(1, 1, 60, 1)
    effects.write(0, 2, 44, 1)
    effects.read(0, 2, 45, 1)
    assert effects.flows([A, B], effects.names()) == ()
    effects.read(1, 3, 60, 1)
    effects.read(1, 4, 60, 1)
    effects.read(0, 5, 45, 1)
    assert effects.flows([A, B], effects.names()) == (
        Flow(1, A, B, 2),
        Flow(1, A, A, 1),
    )


def test_the_last_writer_is_the_one() -> None:
    effects = Effects()
    effects.write(0, 1, 44, 1)
    effects.write(1, 2, 44, 1)
    effects.read(0, 3, 44, 1)
    assert effects.flows([A, B], effects.names()) == (Flow(1, B, A, 1),)


def test_opaque_operations_are_counted() -> None:
    effects = Effects()
    for _ in range(3):
        effects.opaque(0, 50, "eval")
    assert effects.opaques([A]) == (Opaque(A, 50, "eval", 3),)


def test_cells_that_were_touched_all_have_a_fact() -> None:
    effects = Effects()
    effects.cell(CellUsed(1, 1, 0, "count", 1, 4))
    effects.read(0, 1, 5, 1)
    effects.read(0, 1, 5, 9)
    assert [cell.number for cell in effects.cells(Places(()), effects.names())] == [
        1,
        9,
    ]


def test_what_is_beyond_memory_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effects_module, "MOST_CELLS", 2)
    monkeypatch.setattr(effects_module, "MOST_EFFECTS", 2)
    effects = Effects()
    for number in range(1, 6):
        effects.cell(CellUsed(number, 1, 0, f"k{number}", 1, 4))
        effects.read(0, 1, 5, number)
        effects.opaque(0, number, "eval")
    assert effects.uncounted == 9
    assert len(effects.effects([A], effects.names(), alone())) == 2


TOUCHES = st.tuples(
    st.booleans(), st.integers(0, 2), st.integers(1, 5), st.integers(1, 3)
)


@given(st.lists(TOUCHES))
def test_every_touch_is_counted_once(touches: list[tuple[bool, int, int, int]]) -> None:
    effects = Effects()
    for is_read, function, activation, cell in touches:
        take = effects.read if is_read else effects.write
        take(function, activation, 7, cell)
    refs = [A, B, FunctionRef(1, 30)]
    found = effects.effects(refs, effects.names(), alone())
    assert sum(effect.count for effect in found) == len(touches)
    keys = [(effect.function, effect.cell, effect.operation) for effect in found]
    assert len(set(keys)) == len(keys)
    reads = sum(is_read for is_read, *_ in touches)
    assert sum(flow.count for flow in effects.flows(refs, effects.names())) <= reads
