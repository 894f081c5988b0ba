"""What functions do to memory: effects folded to cells, and what flows through them.

In: CELL, READ, WRITE and OPAQUE records. Out: Cell, Effect, Flow and Opaque facts.
A cell is an abstract path, so ``req.body`` of all requests is one; a flow therefore
says that the value may have come from there, never that it could not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Literal

from profiler.labels import describe
from profiler.places import Places
from profiler.records import CellUsed
from store.facts import Cell, Effect, Flow, FunctionRef, Opaque

MOST_CELLS = 200_000
MOST_EFFECTS = 500_000
MOST_SITES = 64


class _Touched:
    """One function's reads or writes of one cell."""

    __slots__ = ("count", "first", "last", "sites")

    def __init__(self, activation: int) -> None:
        self.count = 0
        self.first = activation
        self.last = activation
        self.sites: set[int] = set()


class Effects:
    """Fold reads and writes."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.uncounted = 0
        """Records beyond what is kept in memory."""
        self._cells: dict[int, CellUsed] = {}
        self._reads: dict[tuple[int, int], _Touched] = {}
        self._writes: dict[tuple[int, int], _Touched] = {}
        self._writers: dict[int, tuple[int, int]] = {}
        self._flows: Counter[tuple[int, int, int]] = Counter()
        self._opaques: Counter[tuple[int, int, str]] = Counter()

    def cell(self, record: CellUsed) -> None:
        """Learn what a cell's number means."""
        if len(self._cells) < MOST_CELLS:
            self._cells.setdefault(record.cell, record)
        else:
            self.uncounted += 1

    def read(self, function: int, activation: int, site: int, cell: int) -> None:
        """Take in a read, and where the value may have come from."""
        self._touch(self._reads, function, activation, site, cell)
        writer = self._writers.get(cell)
        if writer is not None and writer[0] != activation:
            self._flows[cell, writer[1], function] += 1

    def write(self, function: int, activation: int, site: int, cell: int) -> None:
        """Take in a write."""
        self._touch(self._writes, function, activation, site, cell)
        self._writers[cell] = (activation, function)

    def opaque(self, function: int, site: int, what: str) -> None:
        """Take in something that nobody can see into."""
        key = (function, site, what)
        if key in self._opaques or len(self._opaques) < MOST_EFFECTS:
            self._opaques[key] += 1
        else:
            self.uncounted += 1

    def _touch(
        self,
        table: dict[tuple[int, int], _Touched],
        function: int,
        activation: int,
        site: int,
        cell: int,
    ) -> None:
        key = (function, cell)
        touched = table.get(key)
        if touched is None:
            if len(table) >= MOST_EFFECTS:
                self.uncounted += 1
                return
            touched = table[key] = _Touched(activation)
        touched.count += 1
        touched.last = activation
        if len(touched.sites) < MOST_SITES:
            touched.sites.add(site)

    def cells(self, places: Places) -> tuple[Cell, ...]:
        """Return every cell with its label; an unknown one is called by number."""
        touched = {cell for _, cell in (*self._reads, *self._writes)}
        known: Mapping[int, CellUsed] = self._cells
        return describe(known, sorted(touched - known.keys()), places)

    def effects(self, refs: list[FunctionRef]) -> tuple[Effect, ...]:
        """Return who read and who wrote what, writers first, in order of first use."""
        tables: tuple[
            tuple[Literal["read", "write"], dict[tuple[int, int], _Touched]], ...
        ]
        tables = (("write", self._writes), ("read", self._reads))
        return tuple(
            Effect(
                refs[function],
                cell,
                operation,
                touched.count,
                touched.first,
                touched.last,
                tuple(sorted(touched.sites)),
            )
            for operation, table in tables
            for (function, cell), touched in table.items()
        )

    def flows(self, refs: list[FunctionRef]) -> tuple[Flow, ...]:
        """Return what was written by one activation and read by a later one."""
        return tuple(
            Flow(cell, refs[writer], refs[reader], count)
            for (cell, writer, reader), count in self._flows.most_common()
        )

    def opaques(self, refs: list[FunctionRef]) -> tuple[Opaque, ...]:
        """Return what is unknown, the most frequent first."""
        return tuple(
            Opaque(refs[function], site, what, count)
            for (function, site, what), count in self._opaques.most_common()
        )
