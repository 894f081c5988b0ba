"""Races: two runs that touched one place in memory, one writing, in no order.

In: the touches of each place, and the Order of the runs. Out: Race facts, the worst
first. Pure. What is told was seen; that nothing is told is no proof that there is none.
Where not every run was observed, two runs of one request may be connected by one that
was not: then only what is reached from variables of modules and from globals counts,
which other requests share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from profiler.effects import Effects
from profiler.order import Order
from profiler.streams import Numbers
from profiler.touches import Bindings, Touch
from store.abi import CELL_KINDS
from store.facts import FunctionRef, Race

NEAR = 12
"""Touches are compared with so many later ones of other runs."""

FAR = 64
AROUND = 16
"""So far away is what belongs together looked for."""

MOST_CHECKS = 500_000
Pair = tuple[Touch, Touch]
_CAPTURE = CELL_KINDS.index("capture")
_GLOBAL = CELL_KINDS.index("global")


def shared_by_all(effects: Effects, bindings: Bindings | None, cell: int) -> bool:
    """Tell whether a cell's path begins at a variable of a module, or a global."""
    root = effects.root(cell)
    if root is None or root.kind not in {_CAPTURE, _GLOBAL}:
        return False
    if root.kind == _GLOBAL or not root.script:
        return root.kind == _GLOBAL
    binding = None if bindings is None else bindings(root.script, root.start)
    return binding is not None and binding.function is None


def renumbered(touches: Iterable[Touch], numbers: Numbers) -> list[Touch]:
    """Return touches with the numbers and times of the recording."""
    return [
        one._replace(
            at=numbers.at(one.activation, one.at),
            activation=numbers.activation(one.activation),
        )
        for one in touches
    ]


@dataclass(slots=True)
class _Between:
    """What was seen between two functions at one cell."""

    runs: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    first: Pair | None = None
    split: Pair | None = None


def races(
    places: Iterable[tuple[int, Sequence[Touch]]],
    order: Order,
    function: Callable[[int], FunctionRef],
) -> tuple[Race, ...]:
    """Return the races at all places: a cell's number and who touched it."""
    found: dict[tuple[int, FunctionRef, FunctionRef], _Between] = {}
    left = MOST_CHECKS
    for cell, touches in places:
        seen = _Place(sorted(touches), order)
        for one, other in seen.pairs(left):
            refs = sorted((function(one.activation), function(other.activation)))
            between = found.setdefault((cell, refs[0], refs[1]), _Between())
            runs = sorted((one.activation, other.activation))
            between.runs.add((runs[0], runs[1]))
            between.first = between.first or (one, other)
            if between.split is None and seen.is_split(one, other):
                between.split = (one, other)
        left -= seen.checks
    told = [_race(cell, between, function) for (cell, _, _), between in found.items()]
    return tuple(sorted(told, key=lambda race: (race.kind != "split", -race.count)))


def _race(cell: int, between: _Between, function: Callable[[int], FunctionRef]) -> Race:
    pair = between.split or between.first
    assert pair is not None
    one, other = pair
    return Race(
        cell=cell,
        kind="order" if between.split is None else "split",
        function=function(one.activation),
        then=function(other.activation),
        count=len(between.runs),
        activation=one.activation,
        at_us=one.at,
        wrote=one.wrote,
        then_activation=other.activation,
        then_at_us=other.at,
        then_wrote=other.wrote,
    )


class _Place:
    """The touches of one place, in the order in which they were made."""

    def __init__(self, touches: Sequence[Touch], order: Order) -> None:
        self.touches = touches
        self.order = order
        self.checks = 0
        self._at = {touch: at for at, touch in enumerate(touches)}

    def pairs(self, most: int) -> Iterator[Pair]:
        """Yield the pairs in no order, one of them writing."""
        for at, one in enumerate(self.touches):
            near = 0
            for other in self.touches[at + 1 : at + 1 + FAR]:
                if other.activation == one.activation or not _conflict(one, other):
                    continue
                if near >= NEAR or self.checks >= most:
                    break
                near += 1
                if self._apart(one, other):
                    yield one, other

    def is_split(self, one: Touch, other: Touch) -> bool:
        """Tell whether one of a pair came between two touches of the other's."""
        at, then = self._at[one], self._at[other]
        earlier = self.touches[max(0, at - AROUND) : at]
        later = self.touches[then + 1 : then + 1 + AROUND]
        return (one.wrote and any(self._around(x, other, one) for x in earlier)) or (
            other.wrote and any(self._around(one, x, other) for x in later)
        )

    def _around(self, first: Touch, last: Touch, between: Touch) -> bool:
        """Tell whether these belong together, and not with what came between."""
        if not _same(first, last) or between.activation in {
            first.activation,
            last.activation,
        }:
            return False
        if first.activation == last.activation:
            return first.piece != last.piece
        return (
            not self._apart(first, last)
            and self._apart(first, between)
            and self._apart(last, between)
        )

    def _apart(self, one: Touch, other: Touch) -> bool:
        self.checks += 1
        return self.order.concurrent(
            (one.activation, one.piece), (other.activation, other.piece)
        )


def _conflict(one: Touch, other: Touch) -> bool:
    return (one.wrote or other.wrote) and _same(one, other)


def _same(one: Touch, other: Touch) -> bool:
    return not one.item or not other.item or one.item == other.item
