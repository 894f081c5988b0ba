"""Streams of one recording do not mix their numbers, and have one timeline."""

from __future__ import annotations

from profiler.records import (
    CellUsed,
    Enter,
    Exit,
    Hand,
    LeadSeen,
    Note,
    Read,
    Record,
    Start,
    Write,
)
from profiler.streams import BITS, LARGEST_NUMBER, RESUMED, Numbers, Streams
from store.journal import Block

ZERO = 1_760_000_000_000_000_000
HOUR = 3600 * 10**9
FIRST: list[Record] = [
    Start(1, 10, ZERO),
    CellUsed(1, 5, 0, "k", 0, 0),
    CellUsed(2, 5, 1, "k", 0, 0),
    Enter(5, 1, 1, 9, 3, 0, 0, 1),
    Hand(6, 1, 40, 4, 0, 0, 0, "f"),
    Read(1, 40, 2),
    Exit(9, 1, 0),
]
AGAIN: list[Record] = [
    Start(1, 10, ZERO + 10**9),
    CellUsed(1, 5, 0, "k", 0, 0),
    CellUsed(2, 5, 1, "k", 0, 0),
    Enter(5, 1, 1, 9, 0, 0, 0, 1),
    Hand(6, 1, 40, 1, 0, 0, 0, "f"),
    Write(1, 40, 1),
    Note("hello"),
]


def joined(*parts: tuple[int, list[Record]]) -> tuple[list[Record], Numbers]:
    streams = Streams()
    found = [
        record
        for process, records in parts
        for record in streams.join(Block(b"", process), records)
    ]
    return found, streams.settle()


def test_one_stream_passes_as_it_is() -> None:
    found, numbers = joined((1, FIRST))
    assert found == FIRST[1:]
    assert numbers.zero_ns == ZERO
    assert (numbers.activation(1), numbers.closure(4), numbers.at(1, 9)) == (1, 4, 9)


def test_the_same_stream_may_begin_again() -> None:
    found, numbers = joined((1, [*FIRST, *FIRST[:1], Read(1, 41, 2)]))
    assert found[-1] == Read(1, 41, 2)
    assert numbers.count == 1


def test_a_new_stream_is_called_behind_the_first() -> None:
    found, numbers = joined((1, [*FIRST, *AGAIN]))
    cell, child, entered, handed, written, note = found[6:]
    assert isinstance(cell, CellUsed)
    assert isinstance(child, CellUsed)
    assert isinstance(entered, Enter)
    assert isinstance(handed, Hand)
    assert isinstance(written, Write)
    assert cell.base == 0
    assert child.base == cell.cell == written.cell == (1 << BITS) + 1
    assert entered.activation == handed.activation == written.activation
    assert numbers.activation(entered.activation) == 2
    assert numbers.closure(handed.closure) == 5
    assert (entered.closure, entered.parent, entered.cause) == (0, 0, 0)
    assert numbers.at(entered.activation, entered.at) == 1_000_005
    assert note == Note("hello")


def test_where_a_run_went_on_is_a_place_in_every_stream() -> None:
    settled = RESUMED - 1
    told: list[Record] = [LeadSeen(7, 1, RESUMED, 40, 7), LeadSeen(7, 1, settled, 1, 6)]
    found, _ = joined((1, FIRST), (1, [*AGAIN, *told]))
    resumed, other = found[-2:]
    assert isinstance(resumed, LeadSeen)
    assert isinstance(other, LeadSeen)
    assert resumed.source == 40
    assert resumed.activation == other.activation == other.source > 1


def test_isolates_keep_apart_whatever_the_order_of_their_blocks() -> None:
    one, numbers = joined((2, AGAIN[:4]), (1, FIRST[:4]), (2, AGAIN[4:]))
    entered = [record for record in one if isinstance(record, Enter)]
    assert [numbers.process(record.activation) for record in entered] == [2, 1]
    assert [numbers.activation(record.activation) for record in entered] == [2, 1]
    assert numbers.zero_ns == ZERO
    assert [numbers.at(record.activation, 5) for record in entered] == [1_000_005, 5]


def test_the_hosts_clock_beats_epochs_that_jumped() -> None:
    _, numbers = joined(
        (1, [Start(1, 10, ZERO, 5 * 10**9)]),
        (2, [Start(1, 11, 7, 6 * 10**9)]),
        (3, [Start(1, 12, ZERO * 2, 4 * 10**9)]),
    )
    later = [numbers.at((process - 1) * 2**20 << BITS, 0) for process in (1, 2, 3)]
    assert later == [1_000_000, 2_000_000, 0]
    assert numbers.zero_ns == ZERO - 10**9


def test_an_epoch_that_disagrees_with_the_arrival_is_not_believed() -> None:
    streams = Streams()
    for process, epoch, arrived in (
        (1, ZERO, ZERO + 1000),
        (2, 5, ZERO + 2 * 10**9),
        (3, ZERO + 1000 * HOUR, ZERO - 5 * 10**9),
    ):
        block = Block(b"", process, arrived)
        assert not list(streams.join(block, [Start(1, process, epoch)]))
    numbers = streams.settle()
    later = [numbers.at((process - 1) * 2**20 << BITS, 0) for process in (1, 2, 3)]
    assert later == [0, 1_999_999, 0]


def test_a_stream_of_an_isolate_begins_after_the_one_before_it() -> None:
    back: list[Record] = [Start(1, 10, ZERO - HOUR), Enter(5, 1, 1, 9, 0, 0, 0, 1)]
    found, numbers = joined((1, [*FIRST, *back]))
    assert isinstance(found[-1], Enter)
    assert numbers.at(found[-1].activation, 5) == 14


def test_numbers_beyond_reason_are_not_believed() -> None:
    far = LARGEST_NUMBER
    streams = Streams()
    records: list[Record] = [
        Enter(5, far, 1, 9, 0, 0, 0, 1),
        Hand(6, 1, 40, far, 0, 0, 0, "f"),
        Enter(7, 1, 1, 9, far, 0, 0, 1),
    ]
    assert not list(streams.join(Block(b""), records))
    assert streams.disbelieved == 3
    assert streams.settle().activation(far) == 0
