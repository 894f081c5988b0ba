"""A sampling heap profile as a profile of frames.

In: the text of a .heapprofile. Out: the text of a profile whose hits are bytes, for
`profiler.frames`. The text comes from the target: no recursion, nothing on trust.
"""

from __future__ import annotations

import json
from typing import Any

from store.errors import ProtocolError
from store.packing import as_dict, as_list

LARGEST = 2**46
"""No target has allocated more at one place while we looked."""


def as_profile(text: str) -> str:
    """Return the profile; as many microseconds as bytes, each hit one."""
    try:
        head = as_dict((as_dict(json.loads(text)) or {}).get("head"))
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"the heap profile cannot be read: {error}") from error
    if head is None:
        raise ProtocolError("the heap profile has no head")
    nodes: list[dict[str, Any]] = []
    waiting: list[tuple[dict[str, Any], int]] = [(head, 0)]
    while waiting:
        node, parent = waiting.pop()
        number = len(nodes) + 1
        size = _size(node.get("selfSize"))
        frame = as_dict(node.get("callFrame")) or {}
        nodes.append({"id": number, "callFrame": frame, "hitCount": size})
        if parent:
            nodes[-1]["parent"] = parent
        below = map(as_dict, as_list(node.get("children")) or ())
        waiting.extend((child, number) for child in below if child is not None)
    total = sum(node["hitCount"] for node in nodes)
    return json.dumps({"nodes": nodes, "startTime": 0, "endTime": total})


def _size(value: Any) -> int:
    if isinstance(value, float) and 0 < value < LARGEST:
        value = int(value)
    return value if type(value) is int and 0 < value < LARGEST else 0
