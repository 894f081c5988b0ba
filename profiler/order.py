"""What happens before what: the order that a recording implies, and no more.

In: the activations and leads of a Recording. Out: an Order that is asked about two
activations. ``a`` is before ``b`` when ``b`` was entered only after ``a`` was, in every
run of the program in which the same hand-overs happen:

- on one synchronous stack, what was entered first is first;
- what a run led to (a hand-over, a settled promise, the rest of itself after an
  ``await``, the next tick of the same timer) begins on a later stack of the same
  isolate only when that stack is empty: all that was on the stack is before it;
- a message to another isolate comes after what its sender's stack had entered when it
  was posted, and not after what that stack does meanwhile;
- these are transitive, and there is nothing else: neither the clock nor the place in a
  queue orders two runs. Two activations with no path are concurrent.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from store.facts import Activation, Lead, Recording

MOST_KNOWN = 100_000
MOST_VISITED = 3000
BEGIN = -1
"""The point at which a stack begins; else points are the numbers of activations."""


class _Far(NamedTuple):
    """What was posted to another isolate."""

    source: int
    since: int
    target: int
    point: int


@dataclass(slots=True)
class _Stack:
    """One synchronous stack, and what it led to: other stacks, from a point on."""

    process: int
    began: int
    """Its first activation's time, or that of the piece that it begins with."""
    to: dict[int, int] = field(default_factory=dict[int, int])
    after: dict[int, int] = field(default_factory=dict[int, int])
    """The same, from the other end: what comes before it, and before which point."""
    far: list[_Far] = field(default_factory=list[_Far])


@dataclass(slots=True)
class _Pieces:
    """An activation's pieces: where it was entered, and where it went on."""

    at: list[int]
    stacks: list[int]

    def stack(self, at: int) -> int:
        """Return the stack on which it was at a time."""
        return self.stacks[max(bisect_right(self.at, at) - 1, 0)]


class Order:
    """The happens-before order of the activations that are kept."""

    def __init__(
        self, activations: Iterable[Activation], leads: Iterable[Lead]
    ) -> None:
        """Take in all activations and leads, in any order."""
        self._stacks: list[_Stack] = []
        self._pieces: dict[int, _Pieces] = {}
        self._reached: dict[tuple[int, int], dict[int, int]] = {}
        self._apart: dict[tuple[int, int, int], bool] = {}
        of: dict[int, list[Lead]] = {}
        for lead in leads:
            of.setdefault(lead.activation, []).append(lead)
        known = sorted(activations, key=lambda run: run.number)
        for run in sorted(known, key=lambda run: (run.started_us, run.number)):
            self._place(run, of.get(run.number, ()))
        for run in known:
            for lead in of.get(run.number, ()):
                self._connect(run, lead)

    def before(self, first: int, then: int) -> bool:
        """Tell whether an activation was entered before another, by necessity."""
        if first == then:
            return False
        stack, other = self._entry(first), self._entry(then)
        if stack is None or other is None:
            return False
        if stack == other:
            return first < then
        point = self._from(stack, first).get(other)
        return point is not None and point <= then

    def concurrent(self, one: tuple[int, int], other: tuple[int, int]) -> bool:
        """Tell whether two pieces of runs are certainly in no order.

        A piece is an activation and how often it had gone on after an ``await``. What
        would take too long to tell is in order.
        """
        first, then = self._piece(one), self._piece(other)
        if first is None or then is None or first == then:
            return False
        if self._stacks[first].began > self._stacks[then].began:
            first, then, other = then, first, one
        key = (first, then, BEGIN if other[1] else other[0])
        known = self._apart.get(key)
        if known is None:
            if len(self._apart) >= MOST_KNOWN:
                self._apart.clear()
            known = self._apart[key] = not self._follows(*key)
        return known

    def _piece(self, piece: tuple[int, int]) -> int | None:
        pieces = self._pieces.get(piece[0])
        if pieces is None or piece[1] >= len(pieces.stacks):
            return None
        return pieces.stacks[piece[1]]

    def _follows(self, first: int, then: int, point: int) -> bool:
        """Go back from a stack, no further than to when another one began."""
        began = self._stacks[first].began
        seen = {then}
        waiting = [s for s, at in self._stacks[then].after.items() if at <= point]
        while waiting:
            stack = waiting.pop()
            if stack == first or len(seen) > MOST_VISITED:
                return True
            if stack in seen or self._stacks[stack].began < began:
                continue
            seen.add(stack)
            waiting += self._stacks[stack].after
        return False

    def ordered(self, one: int, other: int) -> bool:
        """Tell whether two activations are in some order."""
        return one == other or self.before(one, other) or self.before(other, one)

    def _entry(self, number: int) -> int | None:
        pieces = self._pieces.get(number)
        return None if pieces is None else pieces.stacks[0]

    def _place(self, run: Activation, leads: Iterable[Lead]) -> None:
        """Find the stacks that a run was on."""
        above = self._above(run, leads)
        if above is None:
            above = self._new(run.process, run.started_us)
        pieces = _Pieces([run.started_us], [above])
        for at in sorted({lead.at_us for lead in leads if lead.kind == "resumed"}):
            stack = self._new(run.process, at)
            self._leads(pieces.stacks[-1], stack, BEGIN)
            pieces.at.append(at)
            pieces.stacks.append(stack)
        self._pieces[run.number] = pieces

    def _above(self, run: Activation, leads: Iterable[Lead]) -> int | None:
        """Return the stack that a run was entered on, None for one of its own."""
        if run.parent:
            pieces = self._pieces.get(run.parent)
            return None if pieces is None else pieces.stack(run.started_us)
        for lead in leads:
            if lead.kind in {"called", "stack"}:
                pieces = self._pieces.get(lead.source)
                if pieces is not None:
                    return pieces.stack(lead.since_us)
        return None

    def _new(self, process: int, began: int) -> int:
        self._stacks.append(_Stack(process, began))
        return len(self._stacks) - 1

    def _leads(self, source: int, target: int, point: int) -> None:
        """Add that what is at a point of a stack, or behind it, comes later."""
        to, after = self._stacks[source].to, self._stacks[target].after
        known = to.get(target)
        if known is None or point < known:
            to[target] = after[source] = point

    def _connect(self, run: Activation, lead: Lead) -> None:
        source, target = self._pieces.get(lead.source), self._pieces[run.number]
        if source is None or lead.kind in {"called", "stack", "resumed"}:
            return
        gave = source.stack(lead.since_us)
        got = target.stack(lead.at_us)
        if gave == got:
            return
        entered = lead.at_us < target.at[1] if len(target.at) > 1 else True
        point = run.number if entered else BEGIN
        if self._stacks[gave].process == self._stacks[got].process:
            self._leads(gave, got, point)
        elif lead.kind == "sent":
            far = _Far(lead.source, lead.since_us, got, point)
            self._stacks[gave].far.append(far)
            self._stacks[got].after[gave] = point

    def _from(self, stack: int, first: int) -> dict[int, int]:
        """Return every stack that is later than a run of one, and from which point."""
        start = (stack, first if self._stacks[stack].far else BEGIN)
        known = self._reached.get(start)
        if known is not None:
            return known
        reached: dict[int, int] = {}
        waiting = [start]
        while waiting:
            at, since = waiting.pop()
            for to, point in self._next(self._stacks[at], since):
                before = reached.get(to)
                if before is not None and before <= point:
                    continue
                reached[to] = point
                if before is None or self._stacks[to].far:
                    waiting.append((to, point))
        self._reached[start] = reached
        return reached

    def _next(self, stack: _Stack, since: int) -> Iterator[tuple[int, int]]:
        """Yield what comes after a point of a stack, and from which point on."""
        yield from stack.to.items()
        for far in stack.far:
            entered = self._pieces[since].at[0] if since != BEGIN else 0
            if since <= far.source or entered < far.since:
                yield far.target, far.point


def order(recording: Recording) -> Order:
    """Return the order that a recording implies."""
    return Order(recording.activations, recording.leads)
