"""Join the streams of one recording, so that numbers are unique in it.

In: records, with a START at the head of each stream. Out: the records behind it. When
a later stream counts from one again (the probe was installed anew), its activations,
closures, cells and times are moved behind those that came before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from profiler.records import (
    Call,
    CellUsed,
    Enter,
    Exit,
    Hand,
    OpaqueSeen,
    Read,
    Record,
    Request,
    StackSeen,
    Start,
    Write,
)


@dataclass(slots=True)
class Streams:
    """How far the numbers of a recording have come."""

    zero_ns: int = 0
    """Time zero of the first stream."""
    count: int = 0
    _current: tuple[int, int] | None = None
    _activations: int = 0
    _closures: int = 0
    _cells: int = 0

    def join(self, records: Iterable[Record]) -> Iterator[Record]:
        """Yield every record but the STARTs, renumbered where it must be."""
        shift: _Shift | None = None
        for raw in records:
            if isinstance(raw, Start):
                shift = self._begin(raw, shift)
                continue
            record = raw if shift is None else shift.moved(raw)
            if isinstance(record, Enter):
                self._activations = max(self._activations, record.activation)
                self._closures = max(self._closures, record.closure)
            elif isinstance(record, Hand):
                self._closures = max(self._closures, record.closure)
            elif isinstance(record, CellUsed):
                self._cells = max(self._cells, record.cell)
            yield record

    def _begin(self, record: Start, shift: _Shift | None) -> _Shift | None:
        identity = (record.pid, record.zero_ns)
        if identity == self._current:
            return shift
        self._current = identity
        self.count += 1
        if self.count == 1:
            self.zero_ns = record.zero_ns
            return None
        later_us = max(record.zero_ns - self.zero_ns, 0) // 1000
        return _Shift(self._activations, self._closures, self._cells, later_us)


@dataclass(frozen=True, slots=True)
class _Shift:
    """What is added to the numbers of a later stream."""

    activations: int
    closures: int
    cells: int
    at: int

    def moved(self, record: Record) -> Record:
        """Return a record with its numbers moved; 0 means none and stays."""
        fields = _MOVED.get(type(record))
        if fields is None:
            return self._moved_request(record)
        changed = {
            field: value + getattr(self, by)
            for field, by in fields.items()
            if (value := getattr(record, field)) or by == "at"
        }
        moved: Record = record._replace(**changed)
        return moved

    def _moved_request(self, record: Record) -> Record:
        if not isinstance(record, Request):
            return record
        at = record.fact.at_us + self.at
        return Request(replace(record.fact, at_us=at))


_RUN = {"activation": "activations"}
_TIMED = {**_RUN, "at": "at"}
_MOVED: dict[type[Any], dict[str, str]] = {
    Enter: {
        **_TIMED,
        "closure": "closures",
        "parent": "activations",
        "cause": "activations",
    },
    Exit: _TIMED,
    Hand: {**_TIMED, "closure": "closures"},
    Read: {**_RUN, "cell": "cells"},
    Write: {**_RUN, "cell": "cells"},
    CellUsed: {"cell": "cells", "base": "cells"},
    OpaqueSeen: _RUN,
    Call: _RUN,
    StackSeen: _RUN,
}
