"""Join the streams of one recording: of several isolates, and of one after another.

In: blocks' records, with a START at the head of each stream. Out: the records behind
it, with numbers that no other stream uses; at the end, what to call those numbers, and
one timeline for all. Memory grows with the number of streams alone.

An isolate's first stream keeps its own numbers as far as it can: the facts number
activations and closures isolate by isolate, however their blocks were interleaved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from profiler.records import (
    Call,
    CellUsed,
    Enter,
    Exit,
    Hand,
    LeadSeen,
    Mail,
    OpaqueSeen,
    Read,
    Record,
    StackSeen,
    Start,
    Write,
)
from store.abi import LEADS
from store.journal import Block

RESUMED = LEADS.index("resumed")
BITS = 53
"""Of a probe's own number, which is a whole number of JavaScript's."""

LOCAL = (1 << BITS) - 1
LARGEST_NUMBER = 1 << 40
"""No probe counts that far; a record that says so is not believed."""

MOST_STREAMS = 1 << 20
"""Of one isolate."""

MISTRUST_US = 3600 * 1_000_000
"""An epoch that disagrees with the arrival by more is a clock that was set."""

LATEST_US = 1 << 60


@dataclass(slots=True)
class Stream:
    """What one probe has said so far."""

    process: int
    prefix: int
    identity: tuple[int, int] | None = None
    zero_ns: int = 0
    clock_ns: int = 0
    received_ns: int = 0
    activations: int = 0
    closures: int = 0
    last_us: int = 0


class Streams:
    """The streams of a recording, told apart by isolate and by their START."""

    def __init__(self) -> None:
        """Begin with none."""
        self.disbelieved = 0
        """Records whose numbers no probe could have reached."""
        self.current = Stream(1, 0)
        """The stream of the record that was yielded last."""
        self._now: dict[int, Stream] = {}
        self._all: dict[int, Stream] = {}

    def join(self, block: Block, records: Iterable[Record]) -> Iterator[Record]:
        """Yield every record of a block but the STARTs, with recording-wide numbers."""
        self.begin(block)
        for raw in records:
            record = self.joined(block, raw)
            if record is not None:
                yield record

    def begin(self, block: Block) -> None:
        """Go on with the stream of a block's isolate."""
        self.current = self._now.get(block.process) or self._new(block.process, 0)

    def joined(self, block: Block, record: Record) -> Record | None:
        """Return a record of a block that was begun, with recording-wide numbers.

        None for a START, and for one whose numbers are not believed.
        """
        kind = type(record)
        if kind is Start:
            self.current = self._begin(record, block, self.current)  # type: ignore[arg-type]
            return None
        stream = self.current
        if kind in _COUNTED and not self._count(stream, record):
            self.disbelieved += 1
            return None
        if not stream.prefix:
            return record
        move = _MOVED.get(kind)
        return record if move is None else move(record, stream.prefix)

    def settle(self) -> Numbers:
        """Return the names of all numbers, once every block was read."""
        return Numbers(self._all)

    def _new(self, process: int, index: int) -> Stream:
        ordinal = (process - 1) * MOST_STREAMS + index
        stream = Stream(process, ordinal << BITS)
        self._now[process] = self._all[ordinal] = stream
        return stream

    def _begin(self, record: Start, block: Block, stream: Stream) -> Stream:
        identity = (record.pid, record.zero_ns)
        if identity == stream.identity:
            return stream
        if stream.identity is not None:
            index = ((stream.prefix >> BITS) + 1) % MOST_STREAMS
            if index == 0:
                self.disbelieved += 1
                return stream
            stream = self._new(block.process, index)
        stream.identity = identity
        stream.zero_ns = record.zero_ns
        stream.clock_ns = record.clock_ns
        stream.received_ns = block.received_ns
        return stream

    @staticmethod
    def _count(stream: Stream, record: Any) -> bool:
        """Follow how far a stream's numbers have come."""
        stream.last_us = max(stream.last_us, record.at)
        kind = type(record)
        if kind is Exit:
            return True
        if kind is Enter:
            if record.activation >= LARGEST_NUMBER:
                return False
            stream.activations = max(stream.activations, record.activation)
        if record.closure >= LARGEST_NUMBER:
            return False
        stream.closures = max(stream.closures, record.closure)
        return True


class Numbers:
    """What the numbers of all streams are called in the facts, and when they were."""

    def __init__(self, streams: dict[int, Stream]) -> None:
        """Put the streams behind each other, isolate by isolate."""
        self._streams = streams
        order = [streams[ordinal] for ordinal in sorted(streams)]
        self._activations = _bases(order, lambda one: one.activations)
        self._closures = _bases(order, lambda one: one.closures)
        self.zero_ns, self._later = _timeline(order)
        self.count = len(order)

    def process(self, number: int) -> int:
        """Return the isolate of an activation, a closure or a prefix."""
        return self._streams[number >> BITS].process

    def activation(self, number: int) -> int:
        """Return what an activation is called; 0 for one that cannot be."""
        local, stream = number & LOCAL, self._streams[number >> BITS]
        known = 0 < local <= stream.activations
        return local + self._activations[stream.prefix] if known else 0

    def closure(self, number: int) -> int:
        """Return what a closure is called."""
        local, stream = number & LOCAL, self._streams[number >> BITS]
        return local + self._closures[stream.prefix] if local else 0

    def at(self, number: int, local_us: int) -> int:
        """Return a time of an activation's stream on the recording's timeline."""
        return local_us + self._later[self._streams[number >> BITS].prefix]


def _bases(order: list[Stream], size: Callable[[Stream], int]) -> dict[int, int]:
    bases: dict[int, int] = {}
    base = 0
    for stream in order:
        bases[stream.prefix] = base
        base += size(stream)
    return bases


def _timeline(order: list[Stream]) -> tuple[int, dict[int, int]]:
    """Return time zero, and how much later each stream's own zero was.

    Within a stream only the target's monotonic clock counts. Streams are set against
    each other by the host's monotonic clock; where a probe did not tell it, by the
    epochs, unless these disagree with the arrivals.
    """
    begun = [stream for stream in order if stream.identity is not None]
    if not begun:
        return 0, dict.fromkeys((stream.prefix for stream in order), 0)
    first = begun[0]
    offsets = {stream.prefix: _offset(first, stream) for stream in order}
    before: Stream | None = None
    for stream in order:
        if before is not None and before.process == stream.process:
            ended = offsets[before.prefix] + before.last_us
            offsets[stream.prefix] = max(offsets[stream.prefix], ended)
        before = stream
    earliest = max(min(offsets.values()), -(first.zero_ns // 1000))
    moved = {
        prefix: min(max(offset - earliest, 0), LATEST_US)
        for prefix, offset in offsets.items()
    }
    return first.zero_ns + earliest * 1000, moved


def _offset(first: Stream, stream: Stream) -> int:
    if stream.identity is None:
        return 0
    if first.clock_ns and stream.clock_ns:
        return (stream.clock_ns - first.clock_ns) // 1000
    told = (stream.zero_ns - first.zero_ns) // 1000
    if first.received_ns and stream.received_ns:
        arrived = (stream.received_ns - first.received_ns) // 1000
        if abs(told - arrived) > MISTRUST_US:
            told = arrived
    return max(told, 0)


_COUNTED = frozenset({Enter, Exit, Hand})


def _run(record: Any, prefix: int) -> Any:
    return record._replace(activation=record.activation + prefix)


def _enter(record: Enter, prefix: int) -> Enter:
    at, activation, script, start, closure, parent, cause, turn, trigger = record
    return Enter(
        at,
        activation + prefix,
        script,
        start,
        closure and closure + prefix,
        parent and parent + prefix,
        cause and cause + prefix,
        turn,
        trigger,
    )


def _hand(record: Hand, prefix: int) -> Hand:
    closure = record.closure and record.closure + prefix
    return record._replace(activation=record.activation + prefix, closure=closure)


def _lead(record: LeadSeen, prefix: int) -> LeadSeen:
    source = record.source
    if source and record.how != RESUMED:  # of that it is a place in a script
        source += prefix
    return record._replace(activation=record.activation + prefix, source=source)


def _read(record: Read, prefix: int) -> Read:
    activation, site, cell, object_, item = record
    return Read(activation + prefix, site, cell and cell + prefix, object_, item)


def _write(record: Write, prefix: int) -> Write:
    activation, site, cell, object_, item = record
    return Write(activation + prefix, site, cell and cell + prefix, object_, item)


def _cell(record: CellUsed, prefix: int) -> CellUsed:
    base = record.base and record.base + prefix
    return record._replace(cell=record.cell + prefix, base=base)


_MOVED: dict[type[Any], Callable[[Any, int], Any]] = {
    Enter: _enter,
    Exit: _run,
    Hand: _hand,
    Read: _read,
    Write: _write,
    CellUsed: _cell,
    OpaqueSeen: _run,
    Call: _run,
    StackSeen: _run,
    LeadSeen: _lead,
    Mail: _run,
}
"""Activations, closures and cells of a later stream are moved; 0 means none."""
