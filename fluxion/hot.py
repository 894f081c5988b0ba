"""Read a sampling profile to choose what is worth tracing.

In: the text of .cpuprofiles. Out: which functions burn CPU themselves, which lie above
those that do, and two profiles as one. Pure; text of a target, so nothing is trusted.

What is left out by a share is left out by chance when the share is that of a few
samples: with 20 busy samples, one is 5 %. So a share counts from `ENOUGH` samples on.
The samples that meet a function are binomial, and few of many, so nearly Poisson: of a
function whose true share is half of where that lies, 16 or more samples come where 8
are expected in 0.8 % of the recordings; of one with twice as much, fewer than 16 where
32 are expected in 0.07 %. Between the two it may be traced in one recording and not in
the next; without enough samples a function of the app is always traced, and the probe's
budget has to do. At 2 ms, 16 samples are 32 ms of CPU: in three seconds 1 % of a core,
which a hot loop's own parts exceed and a callback that runs now and then does not.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from agent.profile import parsed

Position = tuple[int, int, int]
"""Script number, line and column as V8 has them, from zero."""

IDLE = {"(idle)", "(program)", "(root)"}
COLLECTOR = "(garbage collector)"

ABOVE = 0.20
"""Share of the CPU from which a function lies on the way to it, if it burns at most
a tenth of that itself."""
BURNS = 0.005
"""Share of the CPU from which a function that calls little burns it itself."""
INSIDE = 0.002
"""Share of the CPU from which a function below all those is a part of the work."""
ENOUGH = 16
"""Samples from which a share counts; why so many stands above."""
LONG = 5
"""Samples in a row that are one long run of a function, or one loop around it.

That is 8 ms or more at 2 ms, and no matter of chance: traced, such a loop would hold
the target up, however seldom it runs.
"""
DEEPEST = 10_000


class Share(NamedTuple):
    """A part of the busy time, and in how many samples it was met."""

    part: float = 0.0
    samples: int = 0

    def reaches(self, limit: float) -> bool:
        """Tell whether there is evidence that it is so much."""
        return self.part >= limit and self.samples >= ENOUGH

    def more(self, other: Share) -> Share:
        """Return both together."""
        return Share(self.part + other.part, self.samples + other.samples)


NOTHING = Share()


@dataclass(frozen=True, slots=True)
class Hot:
    """Shares of the busy time by function."""

    own: dict[Position, Share]
    """Spent in the function itself."""
    total: dict[Position, Share]
    """Spent in it and in what it called."""
    stacks: tuple[tuple[tuple[Position, ...], Share], ...] = ()
    """What was seen on the stack, innermost first, and for which share."""
    long: frozenset[Position] = frozenset()
    """Those that were met at work themselves `LONG` times in a row."""

    def above(self, position: Position) -> bool:
        """Tell whether a function lies on the way to the CPU."""
        total, own = self._of(position)
        return total.reaches(ABOVE) and own.part <= total.part / 10

    def burns(self, position: Position) -> bool:
        """Tell whether a function does work itself, and little else."""
        total, own = self._of(position)
        enough = own.reaches(BURNS) or position in self.long
        return enough and own.part > total.part / 10

    def _of(self, position: Position) -> tuple[Share, Share]:
        return self.total.get(position, NOTHING), self.own.get(position, NOTHING)

    def below(self, callers: Collection[Position]) -> set[Position]:
        """Return what was called, directly or not, by the innermost of these.

        What called one of them as well is a framework, and left out.
        """
        found: set[Position] = set()
        frameworks: set[Position] = set()
        for stack, _ in self.stacks:
            inner = next((i for i, p in enumerate(stack) if p in callers), 0)
            found.update(stack[:inner])
            frameworks.update(stack[inner + 1 :] if stack[inner] in callers else ())
        return found - frameworks

    def inside(self, own: Collection[Position]) -> set[Position]:
        """Return the functions among these that are parts of the work.

        They are called by the last function on the way to the CPU, or by one that is,
        with no framework in between: what a framework calls is a handler.
        """
        shares: dict[Position, Share] = {}
        for stack, share in self.stacks:
            below: set[Position] = set()
            for position in stack:
                if position[0] and position not in own:
                    below.clear()
                elif self.above(position):
                    break
                elif position[0]:
                    below.add(position)
            else:
                below.clear()
            for position in below:
                shares[position] = shares.get(position, NOTHING).more(share)
        return {p for p, share in shares.items() if share.reaches(INSIDE)}


def read_hot(text: str) -> Hot:
    """Return who spent the time of one profile."""
    profile = parsed(text)
    nodes: dict[int, Any] = {n["id"]: n for n in profile.get("nodes", [])}
    spent = _spent(profile, nodes)
    busy = sum(delta for delta, _ in spent.values()) or 1.0
    own: dict[Position, Share] = {}
    total: dict[Position, Share] = {}
    stacks: list[tuple[tuple[Position, ...], Share]] = []
    parents = {c: i for i, n in nodes.items() for c in n.get("children", [])}
    for node, (delta, samples) in spent.items():
        stack = _stack(node, nodes, parents)
        share = Share(delta / busy, samples)
        stacks.append((stack, share))
        if stack[0][0]:
            own[stack[0]] = own.get(stack[0], NOTHING).more(share)
        for position in set(stack):
            if position[0]:
                total[position] = total.get(position, NOTHING).more(share)
    return Hot(own, total, tuple(stacks), _long(profile, nodes))


def _spent(profile: Any, nodes: dict[int, Any]) -> dict[int, tuple[float, int]]:
    """Return the time and the number of the busy samples of each node."""
    found: dict[int, tuple[float, int]] = {}
    deltas = profile.get("timeDeltas", [])
    for node, delta in zip(profile.get("samples", []), deltas, strict=False):
        if node in nodes and delta > 0 and _name(nodes[node]) not in IDLE:
            time, samples = found.get(node, (0.0, 0))
            found[node] = (time + delta, samples + 1)
    return found


def _long(profile: Any, nodes: dict[int, Any]) -> frozenset[Position]:
    """Return who was met at work itself so often in a row."""
    found: set[Position] = set()
    last: Position | None = None
    times = 0
    for sample in profile.get("samples", []):
        node = nodes.get(sample)
        if node is not None and _name(node) == COLLECTOR:
            continue  # it works for whoever was interrupted
        idle = node is None or _name(node) in IDLE
        position = None if idle else _position(node)
        times = times + 1 if position == last else 1
        last = position
        if position is not None and position[0] and times >= LONG:
            found.add(position)
    return frozenset(found)


def _stack(
    node: int, nodes: dict[int, Any], parents: dict[int, int]
) -> tuple[Position, ...]:
    """Return the functions from a node up, innermost first."""
    stack: list[Position] = []
    at: int | None = node
    while at is not None and len(stack) < DEEPEST:
        stack.append(_position(nodes[at]))
        at = parents.get(at)
    return tuple(stack)


def _name(node: Any) -> str:
    return str(node.get("callFrame", {}).get("functionName", ""))


def _position(node: Any) -> Position:
    frame = node.get("callFrame", {})
    return (
        int(frame.get("script") or 0),
        int(frame.get("lineNumber", -1)),
        int(frame.get("columnNumber", -1)),
    )
