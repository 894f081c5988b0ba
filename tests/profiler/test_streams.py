"""Two streams of one recording do not mix their numbers."""

from __future__ import annotations

from profiler.records import (
    CellUsed,
    Enter,
    Exit,
    Hand,
    Note,
    Read,
    Record,
    Request,
    Start,
    Write,
)
from profiler.streams import Streams
from store.facts import CapturedRequest

FIRST: list[Record] = [
    Start(1, 10, 1_000_000_000),
    CellUsed(1, 5, 0, "k", 0, 0),
    CellUsed(2, 5, 1, "k", 0, 0),
    Enter(5, 1, 1, 9, 3, 0, 0, 1),
    Hand(6, 1, 40, 4, 0, 0, 0, "f"),
    Read(1, 40, 2),
    Exit(9, 1, 0),
]


def test_one_stream_passes_as_it_is() -> None:
    streams = Streams()
    assert list(streams.join(FIRST)) == FIRST[1:]
    assert streams.zero_ns == 1_000_000_000


def test_the_same_stream_may_begin_again() -> None:
    streams = Streams()
    assert list(streams.join([*FIRST, *FIRST[:1], Read(1, 41, 2)]))[-1] == Read(
        1, 41, 2
    )
    assert streams.count == 1


def test_a_new_stream_is_moved_behind_the_first() -> None:
    request = CapturedRequest(1, 7, 1, "GET", "/", (), b"", redacted=False)
    again: list[Record] = [
        Start(1, 10, 2_000_000_000),
        CellUsed(1, 5, 0, "k", 0, 0),
        Enter(5, 1, 1, 9, 0, 0, 0, 1),
        Hand(6, 1, 40, 1, 0, 0, 0, "f"),
        Write(1, 40, 1),
        Note("hello"),
        Request(request),
    ]
    moved = list(Streams().join([*FIRST, *again]))[6:]
    assert moved[0] == CellUsed(3, 5, 0, "k", 0, 0)
    assert moved[1] == Enter(1_000_005, 2, 1, 9, 0, 0, 0, 1)
    assert moved[2] == Hand(1_000_006, 2, 40, 5, 0, 0, 0, "f")
    assert moved[3] == Write(2, 40, 3)
    assert moved[4] == Note("hello")
    assert isinstance(moved[5], Request)
    assert moved[5].fact.at_us == 1_000_007
