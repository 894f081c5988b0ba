"""Read a sampling profile to choose what is worth tracing.

In: the text of .cpuprofiles. Out: which functions burn CPU themselves, which lie above
those that do, and two profiles as one. Pure; text of a target, so nothing is trusted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

Position = tuple[int, int, int]
"""Script number, line and column as V8 has them, from zero."""

IDLE = {"(idle)", "(program)", "(root)"}


@dataclass(frozen=True, slots=True)
class Hot:
    """Shares of the busy time by function."""

    own: dict[Position, float]
    """Spent in the function itself."""
    total: dict[Position, float]
    """Spent in it and in what it called."""


def read_hot(text: str) -> Hot:
    """Return who spent the time of one profile."""
    profile = _parsed(text)
    nodes: dict[int, Any] = {n["id"]: n for n in profile.get("nodes", [])}
    parents = {c: i for i, n in nodes.items() for c in n.get("children", [])}
    own: dict[Position, float] = {}
    total: dict[Position, float] = {}
    busy = 0.0
    deltas = profile.get("timeDeltas", [])
    for node_id, delta in zip(profile.get("samples", []), deltas, strict=False):
        node = nodes.get(node_id)
        if node is None or delta <= 0 or _name(node) in IDLE:
            continue
        busy += delta
        _add(own, node, delta)
        seen: set[Position] = set()
        steps = 0
        at: int | None = node_id
        while at is not None and steps < 10_000:
            position = _position(nodes[at])
            if position not in seen:
                seen.add(position)
                _add(total, nodes[at], delta)
            at = parents.get(at)
            steps += 1
    scale = 1 / busy if busy else 0.0
    return Hot(
        {k: v * scale for k, v in own.items()},
        {k: v * scale for k, v in total.items()},
    )


def joined(first: str, second: str) -> str:
    """Return two profiles of one process as one."""
    if not first or not second:
        return first or second
    one, two = _parsed(first), _parsed(second)
    if not one.get("nodes") or not two.get("nodes"):
        return first if one.get("nodes") else second
    shift = max(n["id"] for n in one["nodes"])
    root, other = one["nodes"][0], two["nodes"][0]
    for node in two["nodes"][1:]:
        moved = {**node, "id": node["id"] + shift}
        moved["children"] = [c + shift for c in node.get("children", [])]
        one["nodes"].append(moved)
    root["children"] = [
        *root.get("children", []),
        *(c + shift for c in other.get("children", [])),
    ]
    one["samples"] = [
        *one.get("samples", []),
        *(
            root["id"] if s == other["id"] else s + shift
            for s in two.get("samples", [])
        ),
    ]
    one["timeDeltas"] = [*one.get("timeDeltas", []), *two.get("timeDeltas", [])]
    one["endTime"] = one["endTime"] + (two["endTime"] - two["startTime"])
    return json.dumps(one, separators=(",", ":"))


def _parsed(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text) if text else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _name(node: Any) -> str:
    return str(node.get("callFrame", {}).get("functionName", ""))


def _position(node: Any) -> Position:
    frame = node.get("callFrame", {})
    return (
        int(frame.get("script") or 0),
        int(frame.get("lineNumber", -1)),
        int(frame.get("columnNumber", -1)),
    )


def _add(shares: dict[Position, float], node: Any, delta: float) -> None:
    position = _position(node)
    if position[0]:
        shares[position] = shares.get(position, 0.0) + delta
