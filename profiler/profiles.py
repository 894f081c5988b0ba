"""Put the sampling profiles of two recordings behind each other.

In: two .cpuprofile texts, and what gives a script of the second its new number. Out:
one text, in which each node has the time that it had. None when one of them kept no
single samples.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from store.packing import as_dict, as_list

Profile = dict[str, Any]


def joined(first: str, second: str, number: Callable[[int], int]) -> str | None:
    """Return the profile of both."""
    one, two = _read(first), _read(second)
    if one is None or two is None:
        return None
    base = 1 + max((node["id"] for node in one["nodes"]), default=0)
    nodes = [_moved(node, base, number) for node in two["nodes"]]
    span, later = (p["endTime"] - p["startTime"] for p in (one, two))
    before, *deltas = two["timeDeltas"]
    # The time before the second's first sample is nobody's; the first's last goes on.
    rest = max(span - sum(one["timeDeltas"]), 0)
    whole = {
        **one,
        "nodes": [*one["nodes"], *nodes],
        "endTime": one["startTime"] + sum(one["timeDeltas"]) + rest + later - before,
        "samples": [*one["samples"], *(base + node for node in two["samples"])],
        "timeDeltas": [*one["timeDeltas"], rest, *deltas],
    }
    return json.dumps(whole, ensure_ascii=False)


def _read(text: str) -> Profile | None:
    """Return a profile whose fields can be put behind another's."""
    try:
        found = as_dict(json.loads(text))
    except (ValueError, RecursionError):
        return None
    if found is None:
        return None
    nodes = as_list(found.get("nodes"))
    samples, deltas = as_list(found.get("samples")), as_list(found.get("timeDeltas"))
    times = (found.get("startTime"), found.get("endTime"))
    if not nodes or not samples or not deltas or len(samples) != len(deltas):
        return None
    if not all(isinstance(one, int | float) for one in (*times, *deltas)):
        return None
    ids = [(as_dict(node) or {}).get("id") for node in nodes]
    if not all(type(one) is int for one in (*ids, *samples)):
        return None
    return found


def _moved(node: Any, base: int, number: Callable[[int], int]) -> Any:
    moved = {**node, "id": base + node["id"]}
    if type(node.get("parent")) is int:
        moved["parent"] = base + node["parent"]
    below = as_list(node.get("children"))
    if below is not None:
        moved["children"] = [base + one for one in below if type(one) is int]
    if _is_script(node.get("script")):
        moved["script"] = number(node["script"])
    frame = as_dict(node.get("callFrame"))
    if frame is not None:
        # V8's own numbers are another process': they must not meet.
        new: dict[str, Any] = {**frame, "scriptId": f"{base}.{frame.get('scriptId')}"}
        if _is_script(frame.get("script")):
            new["script"] = number(frame["script"])
        moved["callFrame"] = new
    return moved


def _is_script(value: Any) -> bool:
    return type(value) is int and value > 0
