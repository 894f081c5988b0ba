"""The scripts of a block get other numbers, and nothing else changes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.abi import Event
from store.packing import Reader, pack
from store.renumber import renumbered


def block(*records: Any) -> bytes:
    return b"".join(map(pack, records))


def moved(number: int) -> int:
    return number + 100


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([Event.ENTER, 1, 2, 3, 3, 3, 0, 0, 0, 0], {3: 103}),
        ([Event.HAND, 1, 2, 3, 4, 5, 6, 7, "f"], {5: 105}),
        ([Event.HAND, 1, 2, 3, 4, 0, 0, 7, "f"], {}),
        ([Event.CELL, 1, 0, 0, "0", 5, 6], {5: 105}),
        ([Event.SHAPE, 3, 4, "arg:0", "string", 5], {1: 103}),
        ([Event.COUNT, 3, 4, 9, 7, 2, 4, 0], {1: 103}),
        ([Event.AFTER, 3, 4, 5.0, 6], {1: 103, 3: 105}),
        ([Event.READ, 3, 3, 3], {}),
        ([Event.COUNT, "3", 4], {}),
        ([Event.ENTER], {}),
        ([], {}),
        (["text"], {}),
        (5, {}),
    ],
)
def test_only_numbers_of_scripts_change(before: Any, after: dict[int, int]) -> None:
    wanted = before
    if after:
        wanted = [after.get(at, value) for at, value in enumerate(before)]
    assert renumbered(block(before), moved) == block(wanted)


def test_a_block_without_other_numbers_is_the_same_one() -> None:
    data = block([Event.COUNT, 3, 4, 9, 7, 2, 4, 0])
    assert renumbered(data, lambda number: number) is data


@given(st.binary(max_size=60))
def test_what_cannot_be_read_stays_behind(junk: bytes) -> None:
    head = block([Event.COUNT, 3, 4, 9, 7, 2, 4, 0])
    found = renumbered(head + junk, moved)
    before, after = Reader(head + junk), Reader(found)
    assert len(list(before)) == len(list(after))
    assert len(found) - after.good == len(head + junk) - before.good
