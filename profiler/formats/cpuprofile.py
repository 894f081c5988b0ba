"""The CPU profile as Chrome DevTools, VS Code and speedscope read it.

In: a Recording. Out: the text of a .cpuprofile; hit counts are microseconds. The tree
is merged, so where the samples' order is not told there is one sample for each node,
which lasts for all of its self time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from profiler.formats.named import Asked, Named
from profiler.formats.tree import Node, Tree, call_tree
from store.facts import Recording


def cpuprofile(recording: Recording, asked: Asked) -> str:
    """Return the text of the file."""
    tree = call_tree(recording, fold=asked.fold)
    steps = [(tree.place[frame], us) for frame, us in asked.steps]
    steps = [*steps, (1, 0)] if steps else list(_steps(tree))
    profile = {
        "nodes": [_node(node) for node in tree.nodes],
        "startTime": 0,
        "endTime": tree.total_us,
        "samples": [number for number, _ in steps],
        "timeDeltas": [0, *(elapsed for _, elapsed in steps[:-1])],
    }
    return json.dumps(profile, separators=(",", ":")) + "\n"


def _steps(tree: Tree) -> Iterator[tuple[int, int]]:
    """Yield each sample with the time until the next one.

    speedscope shows ``(program)`` and the like above what came before, which is why
    they stand apart. DevTools gives a ``(program)`` between two of the same to these,
    which is why it comes first. The last sample, of the root, ends the one before it.
    """
    sampled = [node for node in tree.nodes if node.self_us]
    apart = sorted(filter(_is_apart, sampled), key=_comes_later)
    for node in apart:
        yield node.number, node.self_us
        yield 1, 0
    for node in sampled:
        if not _is_apart(node):
            yield node.number, node.self_us
    yield 1, 0


def _is_apart(node: Node) -> bool:
    return node.parent == 1 and not node.named.url


def _comes_later(node: Node) -> bool:
    return node.named.name != "(program)"


def _node(node: Node) -> dict[str, Any]:
    return {
        "id": node.number,
        "callFrame": call_frame(node.named),
        "hitCount": node.self_us,
        "children": node.children,
    }


def call_frame(named: Named) -> dict[str, Any]:
    """Return a frame as V8 tells one: lines and columns from zero."""
    return {
        "functionName": named.name,
        "scriptId": "0",
        "url": named.url,
        "lineNumber": named.line - 1,
        "columnNumber": named.column - 1,
    }
