"""Facts are values: equal when their fields are, usable as keys, never changed."""

from __future__ import annotations

import dataclasses

import pytest

from store.facts import FunctionRef, Recording
from tests.store.samples import INNER, OUTER, PROCESS, RECORDING


def test_facts_are_equal_by_value_and_hashable() -> None:
    again = dataclasses.replace(RECORDING)
    assert again == RECORDING
    assert hash(again) == hash(RECORDING)
    assert {OUTER: 1}[FunctionRef(1, 10)] == 1


def test_facts_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(OUTER, "start", 5)  # noqa: B010


def test_functions_sort_by_script_then_start() -> None:
    assert sorted([FunctionRef(2, 1), INNER, OUTER]) == [
        OUTER,
        INNER,
        FunctionRef(2, 1),
    ]


def test_a_recording_needs_only_what_every_target_has() -> None:
    empty = Recording(PROCESS, 1.0, ())
    rest = dataclasses.fields(empty)[3:]
    assert all(getattr(empty, field.name) in {(), 0} for field in rest)
