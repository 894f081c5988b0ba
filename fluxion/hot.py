"""Read a sampling profile to choose what is worth tracing.

In: the text of .cpuprofiles. Out: which functions burn CPU themselves, which lie above
those that do, and two profiles as one. Pure; text of a target, so nothing is trusted.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from agent.profile import parsed

Position = tuple[int, int, int]
"""Script number, line and column as V8 has them, from zero."""

IDLE = {"(idle)", "(program)", "(root)"}


ABOVE = 0.20
"""Share of the CPU from which a function lies on the way to it, if it burns at most
a tenth of that itself."""
BURNS = 0.005
"""Share of the CPU from which a function that calls little burns it itself."""
INSIDE = 0.002
"""Share of the CPU from which a function below all those is a part of the work."""
DEEPEST = 10_000


@dataclass(frozen=True, slots=True)
class Hot:
    """Shares of the busy time by function."""

    own: dict[Position, float]
    """Spent in the function itself."""
    total: dict[Position, float]
    """Spent in it and in what it called."""
    stacks: tuple[tuple[tuple[Position, ...], float], ...] = ()
    """What was seen on the stack, innermost first, and for which share."""

    def above(self, position: Position) -> bool:
        """Tell whether a function lies on the way to the CPU."""
        total = self.total.get(position, 0.0)
        return total >= ABOVE and self.own.get(position, 0.0) <= total / 10

    def burns(self, position: Position) -> bool:
        """Tell whether a function does work itself, and little else."""
        own = self.own.get(position, 0.0)
        return own >= BURNS and own > self.total.get(position, 0.0) / 10

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
        shares: dict[Position, float] = {}
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
                shares[position] = shares.get(position, 0.0) + share
        return {p for p, share in shares.items() if share >= INSIDE}


def read_hot(text: str) -> Hot:
    """Return who spent the time of one profile."""
    stacks = _stacks(parsed(text))
    busy = sum(delta for _, delta in stacks) or 1.0
    own: dict[Position, float] = {}
    total: dict[Position, float] = {}
    for stack, delta in stacks:
        if stack[0][0]:
            own[stack[0]] = own.get(stack[0], 0.0) + delta / busy
        for position in set(stack):
            if position[0]:
                total[position] = total.get(position, 0.0) + delta / busy
    seen = tuple((tuple(stack), delta / busy) for stack, delta in stacks)
    return Hot(own, total, seen)


def _stacks(profile: dict[str, Any]) -> list[tuple[list[Position], float]]:
    """Return every busy sample's functions, innermost first, with its time."""
    nodes: dict[int, Any] = {n["id"]: n for n in profile.get("nodes", [])}
    parents = {c: i for i, n in nodes.items() for c in n.get("children", [])}
    times: dict[int, float] = {}
    deltas = profile.get("timeDeltas", [])
    for node_id, delta in zip(profile.get("samples", []), deltas, strict=False):
        if node_id in nodes and delta > 0 and _name(nodes[node_id]) not in IDLE:
            times[node_id] = times.get(node_id, 0.0) + delta
    found = []
    for node_id, time in times.items():
        stack: list[Position] = []
        at: int | None = node_id
        while at is not None and len(stack) < DEEPEST:
            stack.append(_position(nodes[at]))
            at = parents.get(at)
        found.append((stack, time))
    return found


def _name(node: Any) -> str:
    return str(node.get("callFrame", {}).get("functionName", ""))


def _position(node: Any) -> Position:
    frame = node.get("callFrame", {})
    return (
        int(frame.get("script") or 0),
        int(frame.get("lineNumber", -1)),
        int(frame.get("columnNumber", -1)),
    )
