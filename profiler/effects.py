"""What functions do to memory: effects folded to cells, and what flows through them.

In: CELL, READ, WRITE and OPAQUE records. Out: Cell, Effect, Flow and Opaque facts.
A cell is an abstract path, so ``req.body`` of all requests is one, in all isolates; a
flow therefore says that the value may have come from there, never that it could not.
Isolates share no memory: nothing flows from one to another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Literal

from profiler.labels import DEEPEST, describe
from profiler.places import Places
from profiler.records import CellUsed
from profiler.streams import BITS, LOCAL, Numbers
from store.facts import Cell, Effect, Flow, FunctionRef, Opaque

MOST_CELLS = 200_000
MOST_ALIASES = 2_000_000
"""Cell numbers of all isolates that name those cells."""

MOST_EFFECTS = 500_000
MOST_SITES = 64


class _Touched:
    """One function's reads or writes of one cell."""

    __slots__ = ("count", "first", "last", "latest", "sites", "streams")

    def __init__(self, activation: int) -> None:
        self.count = 0
        self.first = activation
        self.last = activation
        self.latest = activation >> BITS
        """The stream of ``last``."""
        self.sites: set[int] = set()
        self.streams: set[int] | None = None
        """Set once there are several; most cells are of one."""

    def add(self, activation: int, site: int) -> None:
        """Count once more; first and last go by isolate, then by time."""
        self.count += 1
        if activation >> BITS == self.latest:
            self.last = activation
        else:
            self._among_streams(activation)
        sites = self.sites
        if site not in sites and len(sites) < MOST_SITES:
            sites.add(site)

    def _among_streams(self, activation: int) -> None:
        stream = activation >> BITS
        if self.streams is not None:
            self.streams.add(stream)
        elif stream != self.first >> BITS:
            self.streams = {stream, self.first >> BITS}
        if stream < self.first >> BITS:
            self.first = activation
        if stream > self.latest:
            self.last, self.latest = activation, stream


def _isolates(touched: _Touched, numbers: Numbers) -> tuple[int, ...]:
    if touched.streams is None:
        return (numbers.process(touched.first),)
    return tuple(sorted({numbers.process(s << BITS) for s in touched.streams}))


class Effects:
    """Fold reads and writes."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.uncounted = 0
        """Records beyond what is kept in memory."""
        self._cells: dict[int, CellUsed] = {}
        self._paths: dict[tuple[int, int, str, int, int], int] = {}
        self._same: dict[int, int] = {}
        """A cell's number: that under which the same path was met first."""
        self._reads: dict[tuple[int, int], _Touched] = {}
        self._writes: dict[tuple[int, int], _Touched] = {}
        self._writers: dict[int, tuple[int, int]] = {}
        self._flows: Counter[tuple[int, int, int]] = Counter()
        self._opaques: Counter[tuple[int, int, str]] = Counter()

    def cell(self, record: CellUsed) -> None:
        """Learn what a cell's number means."""
        if record.cell in self._same:
            return
        base = self._same.get(record.base, record.base)
        path = (record.kind, base, record.key, record.script, record.start)
        number = self._paths.get(path)
        if number is None and len(self._cells) < MOST_CELLS:
            number = self._paths[path] = record.cell
            self._cells[number] = record._replace(base=base)
        if number is None or len(self._same) >= MOST_ALIASES:
            self.uncounted += 1
        else:
            self._same[record.cell] = number

    def read(self, function: int, activation: int, site: int, cell: int) -> None:
        """Take in a read, and where the value may have come from."""
        number = self._same.get(cell, cell)
        touched = self._reads.get((function, number))
        if touched is None:
            touched = self._first(self._reads, function, activation, number)
        touched.add(activation, site)
        writer = self._writers.get(cell)
        if writer is not None and writer[0] != activation:
            self._flows[number, writer[1], function] += 1

    def write(self, function: int, activation: int, site: int, cell: int) -> None:
        """Take in a write."""
        number = self._same.get(cell, cell)
        touched = self._writes.get((function, number))
        if touched is None:
            touched = self._first(self._writes, function, activation, number)
        touched.add(activation, site)
        self._writers[cell] = (activation, function)

    def opaque(self, function: int, site: int, what: str) -> None:
        """Take in something that nobody can see into."""
        key = (function, site, what)
        if key in self._opaques or len(self._opaques) < MOST_EFFECTS:
            self._opaques[key] += 1
        else:
            self.uncounted += 1

    def _first(
        self,
        table: dict[tuple[int, int], _Touched],
        function: int,
        activation: int,
        cell: int,
    ) -> _Touched:
        """Return where to count; one that nobody reads when there are too many."""
        touched = _Touched(activation)
        if len(table) >= MOST_EFFECTS:
            self.uncounted += 1
        else:
            table[function, cell] = touched
        return touched

    def first(self, cell: int) -> int:
        """Return the number under which a cell's path was met first."""
        return self._same.get(cell, cell)

    def root(self, cell: int) -> CellUsed | None:
        """Return where a cell's path begins; None where that was never told."""
        found = self._cells.get(self.first(cell))
        for _ in range(DEEPEST):
            if found is None or not found.base:
                break
            found = self._cells.get(found.base)
        return found

    def names(self) -> dict[int, int]:
        """Return what each cell is called, whatever the order of the blocks was.

        Those of the first isolate keep its numbers; the others follow them.
        """
        touched = {cell for _, cell in (*self._reads, *self._writes)}
        least = {cell: cell for cell in touched | self._cells.keys()}
        for alias, cell in self._same.items():
            least[cell] = min(least[cell], alias)
        order = sorted(least, key=least.__getitem__)
        named: dict[int, int] = {}
        last = 0
        for cell in order:
            last = least[cell] if least[cell] <= LOCAL else last + 1
            named[cell] = last
        return named

    def cells(self, places: Places, names: dict[int, int]) -> tuple[Cell, ...]:
        """Return every cell with its label; an unknown one is called by number."""
        known: Mapping[int, CellUsed] = {
            names[cell]: record._replace(
                cell=names[cell], base=names.get(record.base, record.base & LOCAL)
            )
            for cell, record in self._cells.items()
        }
        unknown = sorted(set(names.values()) - known.keys())
        return describe(known, unknown, places)

    def effects(
        self, refs: list[FunctionRef], names: dict[int, int], numbers: Numbers
    ) -> tuple[Effect, ...]:
        """Return who read and who wrote what, writers first, in order of first use."""
        tables: tuple[
            tuple[Literal["read", "write"], dict[tuple[int, int], _Touched]], ...
        ]
        tables = (("write", self._writes), ("read", self._reads))
        return tuple(
            Effect(
                refs[function],
                names[cell],
                operation,
                touched.count,
                numbers.activation(touched.first),
                numbers.activation(touched.last),
                tuple(sorted(touched.sites)),
                _isolates(touched, numbers),
            )
            for operation, table in tables
            for (function, cell), touched in table.items()
        )

    def flows(self, refs: list[FunctionRef], names: dict[int, int]) -> tuple[Flow, ...]:
        """Return what was written by one activation and read by a later one."""
        return tuple(
            Flow(names[cell], refs[writer], refs[reader], count)
            for (cell, writer, reader), count in self._flows.most_common()
        )

    def opaques(self, refs: list[FunctionRef]) -> tuple[Opaque, ...]:
        """Return what is unknown, the most frequent first."""
        return tuple(
            Opaque(refs[function], site, what, count)
            for (function, site, what), count in self._opaques.most_common()
        )
