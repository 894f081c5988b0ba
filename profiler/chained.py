"""Put the stacks of a profile below the callbacks that led to them.

In: frames, and a recording of the same app that saw who hands over to whom. Out: the
same frames, each callback's below those of its chain: what an async flamegraph draws.
Where several ways lead to a callback, its time is shared among them as often as the
recording saw each; no microsecond is lost or made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from profiler.callbacks import Callbacks
from store.facts import Edge, Frame, Function, FunctionRef, Recording, Script

MOST_WAYS = 6
"""To one callback; the rarest are left out."""
LONGEST = 24
MOST_NODES = 200_000

Way = tuple[FunctionRef, ...]
"""The callbacks above one, the start event's first."""


class Ways:
    """How each callback is reached, by what a recording saw."""

    def __init__(self, recording: Recording) -> None:
        """Index the edges."""
        self._starts = {r.function for r in recording.ruptures if r.kind == "start"}
        self._causes = _by_target(recording.edges, "cause")
        self._calls = _by_target(recording.edges, "call")
        self._known: dict[FunctionRef, tuple[tuple[Way, float], ...]] = {}

    def knows(self, function: FunctionRef) -> bool:
        """Tell whether the recording has seen who leads to a function."""
        return function in self._starts or bool(self._before(function))

    def to(self, function: FunctionRef) -> tuple[tuple[Way, float], ...]:
        """Return the ways to a function and the share of each, the largest first."""
        known = self._known.get(function)
        if known is None:
            found = sorted(self._walk(function), key=lambda way: (-way[1], way[0]))
            found = found[:MOST_WAYS]
            whole = sum(share for _, share in found) or 1.0
            known = tuple((way, share / whole) for way, share in found)
            self._known[function] = known
        return known

    def _walk(self, function: FunctionRef) -> Iterator[tuple[Way, float]]:
        """Go back breadth first, the likeliest way first; a ring is cut."""
        waiting: list[tuple[Way, float]] = [((function,), 1.0)]
        found = 0
        while waiting and found < MOST_WAYS * 4:
            waiting.sort(key=lambda way: way[1])
            way, share = waiting.pop()
            before = {
                source: count
                for source, count in self._before(way[0]).items()
                if source not in way
            }
            if not before or len(way) > LONGEST:
                found += 1
                yield way[:-1], share
                continue
            whole = sum(before.values())
            waiting += (
                ((source, *way), share * count / whole)
                for source, count in before.items()
            )

    def _before(self, function: FunctionRef) -> Mapping[FunctionRef, int]:
        """Return who handed it over; else who called it, before an ``await`` in it."""
        if function in self._starts:
            return {}
        return self._causes.get(function) or self._calls.get(function, {})


@dataclass(slots=True)
class _Node:
    frame: Frame
    parent: int
    self_us: int = 0
    children: dict[Any, int] = field(default_factory=dict[Any, int])


class _Tree:
    """A tree that grows; numbers are places in it, from 1."""

    def __init__(
        self, functions: Iterable[Function], scripts: Iterable[Script]
    ) -> None:
        self.nodes: list[_Node] = []
        self._functions = {one.ref: one for one in functions}
        self._urls = {one.number: one.url for one in scripts}
        self._roots: dict[Any, int] = {}

    def below(self, parent: int, frame: Frame) -> int:
        """Return the number of a frame below another, or of a root."""
        siblings = self.nodes[parent - 1].children if parent else self._roots
        key: Any = frame.function or (
            *(frame.script, frame.name, frame.url),
            *(frame.line, frame.column),
        )
        number = siblings.get(key)
        if number is None:
            self.nodes.append(_Node(frame, parent))
            number = siblings[key] = len(self.nodes)
        return number

    def way(self, parent: int, way: Way) -> int:
        """Return the number of the last of these, each below the one before."""
        for ref in way:
            parent = self.below(parent, self._made(ref))
        return parent

    def frames(self) -> tuple[Frame, ...]:
        """Return them, parents first."""
        totals = [node.self_us for node in self.nodes]
        for at in range(len(self.nodes) - 1, -1, -1):
            if self.nodes[at].parent:
                totals[self.nodes[at].parent - 1] += totals[at]
        return tuple(
            replace(
                node.frame,
                number=at + 1,
                parent=node.parent,
                self_us=node.self_us,
                total_us=totals[at],
            )
            for at, node in enumerate(self.nodes)
        )

    def _made(self, ref: FunctionRef) -> Frame:
        known = self._functions.get(ref)
        name, line, column = ("", 0, 0)
        if known is not None:
            name, line, column = known.name, known.line, known.column
        url = self._urls.get(ref.script, "")
        return Frame(0, 0, ref.script, name, url, line, column, ref, 0, 0)


def chained(recording: Recording, callbacks: Callbacks, ways: Ways) -> Recording:
    """Return a profile with its frames below those of the chains that led to them."""
    tree = _Tree(recording.functions, recording.scripts)
    entered = entries(recording, callbacks, ways)
    places: dict[int, list[tuple[int, float]]] = {}
    root = 0
    for frame in recording.frames:
        above = places.get(frame.parent)
        if above is None:
            root = tree.below(0, frame)
            places[frame.number] = [(root, 1.0)]
        else:
            ref = frame.function
            if frame.number in entered and ref is not None:
                above = [(tree.way(root, way), share) for way, share in ways.to(ref)]
            if len(tree.nodes) > MOST_NODES:
                above = [(above[0][0], 1.0)]
            places[frame.number] = [
                (tree.below(parent, frame), share) for parent, share in above
            ]
        here = places[frame.number]
        parts = split(frame.self_us, [share for _, share in here])
        for (number, _), part in zip(here, parts, strict=True):
            tree.nodes[number - 1].self_us += part
    return replace(recording, frames=tree.frames())


def known_share(recording: Recording, callbacks: Callbacks, ways: Ways) -> float:
    """Return for which part of what callbacks took it is known what led to them."""
    entered = entries(recording, callbacks, ways)
    known = sum(f.total_us for f in recording.frames if f.number in entered)
    under = (f.self_us for f in recording.frames if callbacks.of[f.number])
    return known / (sum(under) or 1)


def entries(recording: Recording, callbacks: Callbacks, ways: Ways) -> frozenset[int]:
    """Return the frames at which a known chain begins to be on its stack.

    They are callbacks that the recording knows, with no such one above them.
    """
    found: set[int] = set()
    below: set[int] = set()
    for frame in recording.frames:
        if frame.parent in below:
            below.add(frame.number)
        elif callbacks.of[frame.number] == frame.number and (
            frame.function is not None and ways.knows(frame.function)
        ):
            found.add(frame.number)
            below.add(frame.number)
    return frozenset(found)


def split(whole: int, among: Sequence[float]) -> list[int]:
    """Split a number by shares that make one; the parts make the number."""
    parts: list[int] = []
    given, passed = 0, 0.0
    for share in among[:-1]:
        passed += share
        part = min(round(whole * passed), whole) - given
        parts.append(part)
        given += part
    return [*parts, whole - given]


def _by_target(
    edges: Iterable[Edge], kind: str
) -> dict[FunctionRef, dict[FunctionRef, int]]:
    found: dict[FunctionRef, dict[FunctionRef, int]] = {}
    for edge in edges:
        if edge.type == kind and edge.source != edge.target:
            found.setdefault(edge.target, {})[edge.source] = max(edge.count, 1)
    return found
