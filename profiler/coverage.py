"""What ran, finer than a function: blocks that said so, and lines that were sampled.

In: RAN records, and the text of a .cpuprofile. Out: Covered facts. The text comes
from the target: nothing in it is taken on trust.
"""

from __future__ import annotations

import json
from collections.abc import Container, Mapping
from typing import Any

from profiler.frames import whole
from profiler.places import plain_path
from profiler.records import BlockRan
from store.facts import Covered
from store.packing import as_dict, as_list

MOST = 300_000


class Coverage:
    """Folds the blocks that ran; the isolates of one program are taken together."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._blocks: set[BlockRan] = set()
        self.unkept = 0

    def block(self, record: BlockRan) -> None:
        """Take in that a block ran."""
        if len(self._blocks) < MOST:
            self._blocks.add(record)
        elif record not in self._blocks:
            self.unkept += 1

    def facts(
        self, profile: str | None, numbers: Mapping[str, int], known: Container[int]
    ) -> tuple[Covered, ...]:
        """Return what ran in the known scripts; ``numbers``: theirs by url or path."""
        lines = set() if profile is None else sampled_lines(profile, numbers)
        return (
            *(Covered(s, "block", at) for s, at in sorted(self._blocks) if s in known),
            *(Covered(s, "line", at) for s, at in sorted(lines) if s in known),
        )


def sampled_lines(text: str, numbers: Mapping[str, int]) -> set[tuple[int, int]]:
    """Return (script, line) of all that samples fell into; none of what is no profile.

    Rewritten code keeps its lines, so these are the author's in any case.
    """
    try:
        profile = as_dict(json.loads(text)) or {}
    except (ValueError, RecursionError):
        return set()
    found: set[tuple[int, int]] = set()
    for node in filter(None, map(as_dict, as_list(profile.get("nodes")) or ())):
        script = _script(as_dict(node.get("callFrame")) or {}, numbers)
        if script <= 0:
            continue
        for tick in filter(
            None, map(as_dict, as_list(node.get("positionTicks")) or ())
        ):
            line = whole(tick.get("line"))
            if line > 0 and len(found) < MOST:
                found.add((script, line))
    return found


def _script(frame: Mapping[str, Any], numbers: Mapping[str, int]) -> int:
    script, url = whole(frame.get("script")), frame.get("url")
    if script <= 0 and isinstance(url, str) and url:
        return numbers.get(plain_path(url), 0)
    return script
