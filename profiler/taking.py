"""Take blocks into the folds: most records as plain rows, any other as an object.

In: blocks in the order of arrival. Out: nothing; the folds have grown, and the tally.
Both ways do the same, which a test holds; the one by rows is several times quicker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from profiler.costs import Costs
from profiler.decode import Tally, decode, decode_one
from profiler.effects import Effects
from profiler.records import Enter, Exit, Record
from profiler.rows import CALL, ENTER, EXIT, READ, WRITE, Row, plain_rows
from profiler.runs import NOBODY, Runs
from profiler.ruptures import Ruptures
from profiler.streams import Streams
from profiler.touches import Touches
from store.abi import OUTCOMES
from store.journal import Block

TOUCHES = (READ, WRITE)


class Folds(Protocol):
    """What takes records in."""

    runs: Runs
    effects: Effects
    costs: Costs
    ruptures: Ruptures
    touches: Touches
    orphans: int

    def takers(self) -> Mapping[type[Any], Callable[[Any], None]]:
        """Return what takes in each kind of record."""
        ...


class Taking:
    """The way of blocks into the folds."""

    def __init__(self, streams: Streams, folds: Folds) -> None:
        """Begin, with folds that took in nothing yet."""
        self.tally = Tally()
        self._streams = streams
        self._folds = folds
        self._take = folds.takers()

    def block(self, block: Block) -> None:
        """Take in one block, by rows if it can be."""
        rows = plain_rows(block.data)
        if rows is None:
            self.records(block)
        else:
            self._rows(block, rows)

    def records(self, block: Block) -> None:
        """Take in one block, whatever is in it."""
        for record in self._streams.join(block, decode((block.data,), self.tally)):
            self._take[type(record)](record)

    def _rows(self, block: Block, rows: list[Row]) -> None:
        folds, streams = self._folds, self._streams
        streams.begin(block)
        prefix = streams.current.prefix
        of, calling = folds.runs.of, folds.ruptures.calling
        read, write, costs = folds.effects.read, folds.effects.write, folds.costs
        last, function = -1, NOBODY  # rows of one run often follow each other
        others = 0
        for row in rows:
            code = row[0]
            if code in TOUCHES:
                _, run, site, cell, object_, item = row
                if run != last:
                    last, function = run, of(run + prefix)
                if function == NOBODY:
                    folds.orphans += 1
                elif cell:
                    take = read if code == READ else write
                    take(function, run + prefix, site, cell + prefix)
                    folds.touches.touch(
                        *(run + prefix, site, cell + prefix, object_, item),
                        at=streams.current.last_us,
                        wrote=code == WRITE,
                    )
            elif code == CALL:
                _, run, site, elapsed_us, _ = row
                if run != last:
                    last, function = run, of(run + prefix)
                if run + prefix in calling:
                    folds.ruptures.called(run + prefix, site)
                if function == NOBODY:
                    folds.orphans += 1
                else:
                    costs.called(function, site, elapsed_us)
            else:
                others += 1
                self._other(block, row)
                last, prefix = -1, streams.current.prefix
        self.tally.records += len(rows) - others

    def _other(self, block: Block, row: Row) -> None:
        """Take in a record as an object."""
        code = row[0]
        raw: Record | None
        # `_make` looks again at how many fields there are.
        if code == ENTER and row[2] > 0:
            self.tally.records += 1
            raw = tuple.__new__(Enter, row[1:])
        elif code == EXIT and row[3] < len(OUTCOMES):
            self.tally.records += 1
            raw = tuple.__new__(Exit, row[1:])
        else:
            raw = decode_one(row, self.tally)
        record = None if raw is None else self._streams.joined(block, raw)
        if record is not None:
            self._take[type(record)](record)
