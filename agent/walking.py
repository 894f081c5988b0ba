"""Have the probe walk over the live functions, and hear what it found.

In: an installed probe. Out: what it tells of each function, the nearest first. The walk
goes on only between turns of the event loop: on a loop that is never idle it may not
reach everything within its time, and says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from agent.cdp import as_list, as_object
from agent.installed import Probe

STEP_MS = 12.0
"""What one step aims at; none may stop the target for 20 ms."""
STEPS_MS = 120.0
"""How much of the target's time is taken before the agent looks again."""
WALK_S = 2.0
TOLD_AT_ONCE = 500


def walked(
    probe: Probe,
    internal: Iterable[str],
    measured: Callable[[str, float], None],
    said: Callable[[str], None],
    over: Callable[[], bool] = lambda: False,
    seconds: float | None = None,
) -> list[Any]:
    """Walk for at most so long, else WALK_S; `internal`: ids of Node's own scripts.

    `over` is asked between steps: when true, nothing more is looked for.
    """
    ends = time.monotonic() + (WALK_S if seconds is None else seconds)
    probe.later("walk", list(internal))
    while True:
        step = as_object(probe.later("step", STEP_MS, STEPS_MS))
        measured("walk", probe.worked_ms)
        if step.get("done"):
            break
        if time.monotonic() > ends or over():
            said(f"the walk ended early, after {step.get('objects')} objects")
            # What it still had to visit is much, and held as long as it is under way.
            probe.later("enough")
            break
    values: list[Any] = []
    while len(values) < int(step.get("found") or 0):
        values += as_list(probe.later("told", len(values), TOLD_AT_ONCE))
    return [one for one in values if one is not None]
