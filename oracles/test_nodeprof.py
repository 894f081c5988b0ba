"""NodeProf's published traces are ours too, but for what is explained.

In: ORACLES_DIR with a checkout of nodeprof.js. Out: per program how many events are the
same, and each difference.
"""

from __future__ import annotations

import os
from pathlib import Path

from oracles.nodeprof import compare, published
from rewriter.syntax.client import Syntax

FOLDER = Path(os.environ.get("ORACLES_DIR", "")) / "nodeprof.js"
FEWEST = 90
"""Events that must be the same for the comparison to say anything."""


def test_the_same_events_at_the_same_places():
    traces = published(FOLDER)
    assert len(traces) > 20, f"no traces of NodeProf in {FOLDER}"
    same, wrong = 0, []
    print()
    with Syntax() as syntax:
        for trace, program in traces.items():
            found = compare(syntax, trace, program)
            same += found.same
            lines = {int(word.rsplit(" ", 1)[1]) for word in found.unknown}
            missed = found.theirs.pop("", [])
            # What we say we cannot see into is not missed silently.
            wrong += [(found.name, one) for one in missed if one[1] not in lines]
            why = {reason: len(events) for reason, events in found.theirs.items()}
            print(f"  {found.name:34} {found.same:3} same; theirs only: {why}", end="")
            print(
                f"; unknown: {found.unknown} {missed}" if found.unknown else "", end=""
            )
            print(f"; ours only: {found.ours}" if found.ours else "")
    print(f"  {same} events are the same in {len(traces)} programs")
    assert wrong == []
    assert same >= FEWEST
