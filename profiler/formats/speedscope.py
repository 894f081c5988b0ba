"""A profile in speedscope's own format.

In: a Recording. Out: the text of a .speedscope.json. The tree is merged, so the time
axis is no clock: each node stands once, as wide as what was seen in it.
"""

from __future__ import annotations

import json
from typing import Any

from profiler.formats.named import Asked, Named, inert
from profiler.formats.tree import Tree, call_tree
from store.facts import Recording

SCHEMA = "https://www.speedscope.app/file-format-schema.json"
LONGEST_TITLE = 200


def speedscope(recording: Recording, asked: Asked) -> str:
    """Return the text of the file."""
    tree = call_tree(recording, fold=asked.fold)
    frames: dict[Named, int] = {}
    events = _events(tree, frames)
    title = inert(" ".join(recording.process.argv[1:]), LONGEST_TITLE) or "profile"
    value = {
        "$schema": SCHEMA,
        "shared": {"frames": [_frame(named) for named in frames]},
        "profiles": [
            {
                "type": "evented",
                "name": title,
                "unit": asked.unit,
                "startValue": 0,
                "endValue": tree.total_us,
                "events": events,
            }
        ],
        "name": title,
        "activeProfileIndex": 0,
        "exporter": f"fluxion-agent@{asked.version}",
    }
    return json.dumps(value, separators=(",", ":")) + "\n"


def _events(tree: Tree, frames: dict[Named, int]) -> list[dict[str, Any]]:
    """Open and close each node that took time, its own time before its children's."""
    totals = tree.totals()
    events: list[dict[str, Any]] = []
    at = 0
    for step in tree.walk():
        node = step.node
        # The root is the profile itself; it stands only for time of its own.
        if not totals[node.number] or (node.number == 1 and not node.self_us):
            continue
        if step.enters:
            frame = frames.setdefault(node.named, len(frames))
            events.append({"type": "O", "frame": frame, "at": at})
            at += node.self_us
        else:
            events.append({"type": "C", "frame": frames[node.named], "at": at})
    return events


def _frame(named: Named) -> dict[str, Any]:
    frame: dict[str, Any] = {"name": named.title}
    if named.file:
        frame["file"] = named.file
    if named.line:
        frame |= {"line": named.line, "col": named.column}
    return frame
