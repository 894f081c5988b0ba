"""A heap profile as the Memory panel of Chrome DevTools and VS Code read it.

In: a Recording whose frames' own amounts are bytes. Out: the text of a .heapprofile:
one sample for each node, of all that it allocated.
"""

from __future__ import annotations

import json
from typing import Any

from profiler.formats.cpuprofile import call_frame
from profiler.formats.named import Asked
from profiler.formats.tree import call_tree
from store.facts import Recording


def heapprofile(recording: Recording, asked: Asked) -> str:
    """Return the text of the file."""
    tree = call_tree(recording, fold=asked.fold)
    made: dict[int, dict[str, Any]] = {}
    for node in tree.nodes:
        made[node.number] = {
            "callFrame": call_frame(node.named),
            "selfSize": node.self_us,
            "id": node.number,
            "children": [],
        }
        if node.parent:
            made[node.parent]["children"].append(made[node.number])
    sampled = (node for node in tree.nodes if node.self_us)
    samples = [
        {"size": node.self_us, "nodeId": node.number, "ordinal": at}
        for at, node in enumerate(sampled, 1)
    ]
    value = {"head": made[1], "samples": samples}
    return json.dumps(value, separators=(",", ":")) + "\n"
