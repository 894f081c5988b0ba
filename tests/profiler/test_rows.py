"""A block is read as rows only where each record is what a probe writes."""

from __future__ import annotations

from typing import Any

import pytest

from profiler.decode import LARGEST
from profiler.rows import plain_rows
from store.abi import Event
from store.packing import pack

ENTER: list[Any] = [Event.ENTER, 1, 2, 3, 4, 5, 6, 7, 8, 9]
PLAIN: list[list[Any]] = [
    ENTER,
    [Event.READ, 2, 2, LARGEST, 0, 0],
    [Event.CALL, 2, 3, 4, 0],
]


def test_what_a_probe_writes_is_rows_in_order() -> None:
    others: list[list[Any]] = [
        [Event.NOTE, "hello"],
        [99, {}],
        [Event.START, 1, 1, 2**62, 0],
    ]
    records: list[list[Any]] = [
        *PLAIN,
        *others,
        [Event.EXIT, 9, 2, 1],
        [Event.WRITE, 0, 0, 0, 0, 0],
    ]
    rows = plain_rows(b"".join(map(pack, records)))
    assert rows is not None
    assert rows == [tuple(one) for one in records]


@pytest.mark.parametrize(
    "record",
    [
        ENTER[:9],  # an earlier probe's
        [*ENTER, 1],
        [Event.READ, 1, 2],
        [Event.READ, 1, 2, 3],
        [Event.READ, 1, 2, -1, 0, 0],
        [Event.READ, 1, 2, LARGEST + 1, 0, 0],
        [Event.READ, 1, 2, 3.0, 0, 0],
        [Event.READ, 1, 2, True, 0, 0],
        [Event.READ, 1, 2, "a", 0, 0],
        [5.0, 1, 2, 3],
        bytes([Event.READ, 1, 2, 3, 0, 0]),
        [Event.REQUEST, 1, 2, 3, "GET", "/", [], b"", 0],
        [],
        [{}],
        {"a": 1},
        7,
        None,
        "text",
    ],
)
def test_anything_else_needs_a_closer_look(record: Any) -> None:
    block = b"".join(map(pack, [*PLAIN, record]))
    if record == "text":
        assert plain_rows(block) is not None, "no code of these: nothing to be wrong"
    else:
        assert plain_rows(block) is None


def test_a_cut_block_needs_a_closer_look() -> None:
    block = b"".join(map(pack, PLAIN))
    whole = {0, *(len(b"".join(map(pack, PLAIN[:many]))) for many in (1, 2, 3))}
    for cut in range(len(block) + 1):
        assert (plain_rows(block[:cut]) is not None) == (cut in whole)
