"""Which runs touched which place in memory: of which object, in which order.

In: ENTER, HAND, LEAD, CELL, READ and WRITE records. Out: for each place that more than
one kept run touched, its touches. A place is exact or left out: an object's property by
the object's number, a variable by the run or the closure whose it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from profiler.places import Places
from profiler.records import CellUsed, Hand, LeadSeen
from profiler.runs import NOBODY, Runs
from store.abi import CELL_KINDS, LEADS
from store.facts import FunctionRef

MOST_TOUCHES = 500_000
MOST_OF_PLACE = 256
MOST_OF_VARIABLE = 4096
"""Of all the variables that one declaration makes."""

DEEPEST = 50
_CAPTURE = CELL_KINDS.index("capture")
_GLOBAL = CELL_KINDS.index("global")
_PROPERTY = CELL_KINDS.index("property")
_RESUMED = LEADS.index("resumed")


@dataclass(frozen=True, slots=True)
class Binding:
    """What a parser knows of a variable's declaration."""

    function: FunctionRef | None
    """Whose variable it is; None for the module's."""
    many: bool
    """A loop makes one in each turn."""


Bindings = Callable[[int, int], Binding | None]
"""By script and offset of the declaration; None where nobody knows."""


class Touch(NamedTuple):
    """A run touched a place; ``piece``: how often it had gone on after an await."""

    order: int
    at: int
    activation: int
    piece: int
    wrote: bool
    item: int
    """0: all of it."""


class _Key(NamedTuple):
    activation: int
    piece: int
    wrote: bool
    item: int


class Touches:
    """Collect touches of the runs that are kept."""

    def __init__(self, runs: Runs) -> None:
        """Begin with nothing."""
        self._runs = runs
        self._roots: dict[int, CellUsed] = {}
        self._pieces: Counter[int] = Counter()
        self._gave: dict[int, int] = {}
        """Closure: the run that handed it over first."""
        self._found: dict[tuple[int, int], dict[_Key, Touch]] = {}
        self._count = 0
        self.unkept = 0

    def cell(self, record: CellUsed) -> None:
        """Learn what a root is."""
        if record.kind != _PROPERTY:
            self._roots.setdefault(record.cell, record)

    def hand(self, record: Hand) -> None:
        """Remember who handed a closure over first."""
        if record.closure and self._runs.is_kept(record.activation):
            self._gave.setdefault(record.closure, record.activation)

    def lead(self, record: LeadSeen) -> None:
        """Count a run's pieces."""
        if record.how == _RESUMED and self._runs.is_kept(record.activation):
            self._pieces[record.activation] += 1

    def touch(
        self,
        activation: int,
        _: int,
        cell: int,
        object_: int,
        item: int,
        *,
        at: int,
        wrote: bool,
    ) -> None:
        """Take in the fields of a read or a write."""
        if not self._runs.is_kept(activation):
            return
        most = MOST_OF_PLACE
        if not object_:
            root = self._roots.get(cell)
            if root is None or root.kind not in {_CAPTURE, _GLOBAL}:
                return
            most = MOST_OF_VARIABLE
        found = self._found.setdefault((cell, object_), {})
        piece = self._pieces.get(activation, 0)
        key = _Key(activation, piece, wrote, item)
        if key in found:
            return
        if len(found) >= most or self._count >= MOST_TOUCHES:
            self.unkept += 1
            return
        self._count += 1
        found[key] = Touch(self._count, at, *key)

    def places(
        self, places: Places, bindings: Bindings | None, only: Mapping[int, int]
    ) -> Iterator[tuple[int, list[Touch]]]:
        """Yield the cell and touches of each place that several touched, one writing.

        ``only``: the run of a function that surely had no other.
        """
        for (cell, object_), found in self._found.items():
            if not _shared(found.values()):
                continue
            root = self._roots.get(cell)
            if object_ or root is None or root.kind == _GLOBAL:
                yield cell, list(found.values())
                continue
            binding = None if bindings is None else bindings(root.script, root.start)
            of: dict[tuple[str, int], list[Touch]] = {}
            for one in found.values():
                whose = self._whose(one.activation, binding, places, only)
                if whose is not None:
                    of.setdefault(whose, []).append(one)
            for group in of.values():
                if _shared(group):
                    yield cell, group

    def _whose(
        self,
        activation: int,
        binding: Binding | None,
        places: Places,
        only: Mapping[int, int],
    ) -> tuple[str, int] | None:
        """Tell which of the variables of a declaration a run touched."""
        closure = self._runs.closure(activation)
        of_closure = ("closure", closure) if closure else None
        if binding is None or binding.many:
            return of_closure
        if binding.function is None:
            return ("module", 0)
        run, refs = activation, self._runs.refs
        for _ in range(DEEPEST):
            ref = refs[self._runs.of(run)]
            if ref == binding.function:
                return ("run", run)
            maker = self._gave.get(self._runs.closure(run), 0)
            around = places.enclosing(ref)
            of = self._runs.of(maker) if maker else NOBODY
            if of == NOBODY or refs[of] != around:
                break
            run = maker
        home = binding.function
        alone = only.get(self._runs.number(home.script, home.start))
        return of_closure if alone is None else ("run", alone)


def _shared(touches: Iterable[Touch]) -> bool:
    first = 0
    several = wrote = False
    for one in touches:
        several = several or first not in {0, one.activation}
        first = one.activation
        wrote = wrote or one.wrote
    return several and wrote
