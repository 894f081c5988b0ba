"""Predict the one long stop of tracing before it is made: `Debugger.enable`.

In: a session with an isolate, and its version of Node. Out: how many milliseconds the
command will hold the target up. V8 tells of every script that it holds and walks the
heap once; both are counted without the Debugger: script numbers are given in order, so
the number of one that was compiled just now is how many there have been (more
than there are, where many were dropped). How fast the target is at this moment comes
from a short loop that is timed in it.

Predicted | seen in ms, the first time in a process (median of three, 2 cores,
busy with other work; repeated, the command takes less):

================== ========== ========== ========== ==========
target             Node 20    Node 22    Node 24    Node 26
================== ========== ========== ========== ==========
150 scripts, 7 MB  24 | 15    25 | 26    26 | 24    26 | 29
5,000 scripts      116 | 101  136 | 185  167 | 166  167 | 100
10,000 scripts     207 | 156  248 | 418  309 | 344  309 | 216
10,000, 150 MB     234 | 174  274 | 547  335 | 231  335 | 430
150 MB             54 | 80    54 | 121   55 | -     55 | 64
================== ========== ========== ========== ==========
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.cdp import as_list, as_object
from agent.installed import Probe
from agent.session import Small

BASE_MS = 20.0
HEAP_MS = 0.2
"""For each MB of heap in use."""
SCRIPT_MS = {20: 0.018, 22: 0.022}
"""For each script, by Node's major version."""
SCRIPT_LATER_MS = 0.028
SAMPLING_MS, SAMPLING_SCRIPT_MS, SAMPLING_HEAP_MS = 15.0, 0.0025, 0.45
LOOP_MS = 0.3
"""What the loop takes where the figures above were seen."""
SLOWEST = 2.5
GROUP = "fluxion-stall"


@dataclass(frozen=True, slots=True)
class Prediction:
    """How long `Debugger.enable` will hold an isolate up, and what that is made of."""

    ms: float
    scripts: int
    heap_mb: float
    slowdown: float
    """How much slower than usual the target runs at this moment."""

    def words(self) -> str:
        """Say it in one line."""
        return (
            f"tracing will stop the target once for about {self.ms:.0f} ms "
            f"({self.scripts:,} scripts, {self.heap_mb:.0f} MB heap)"
        )

    @property
    def sampling_ms(self) -> float:
        """How long starting the sampling profiler will: it looks for all code there is.

        Seen on Node 20 and 24: 14 to 23 ms with 150 scripts, 14 to 28 with 2,000, 81 to
        96 with a heap of 150 MB, 102 to 123 with that and 10,000 scripts.
        """
        ms = SAMPLING_MS + self.scripts * SAMPLING_SCRIPT_MS
        return round((ms + self.heap_mb * SAMPLING_HEAP_MS) * self.slowdown, 1)


def predict(session: Small, probe: Probe, node: str) -> Prediction:
    """Look at an isolate; the look takes a few milliseconds of it."""
    heap, *loops = (float(one) for one in as_list(probe.ask("speed")))
    # The quickest: the others were interrupted, as the command itself may be or not.
    slowdown = min(SLOWEST, max(1.0, min(loops) / LOOP_MS))
    return estimate(scripts_of(session), heap / 1e6, slowdown, node)


def estimate(scripts: int, heap_mb: float, slowdown: float, node: str) -> Prediction:
    """Return what the table of figures says."""
    major = int(node.split(".", maxsplit=1)[0])
    each = SCRIPT_MS.get(major, SCRIPT_LATER_MS)
    ms = (BASE_MS + scripts * each + heap_mb * HEAP_MS) * slowdown
    return Prediction(round(ms, 1), scripts, round(heap_mb, 1), round(slowdown, 2))


def scripts_of(session: Small) -> int:
    """How many scripts the isolate has compiled so far."""
    made = session.call(
        "Runtime.evaluate",
        {"expression": "(function () {})", "objectGroup": GROUP, "silent": True},
    )
    about = session.call(
        "Runtime.getProperties",
        {"objectId": as_object(made["result"])["objectId"], "ownProperties": True},
    )
    session.call("Runtime.releaseObjectGroup", {"objectGroup": GROUP})
    for one in map(as_object, as_list(about.get("internalProperties"))):
        if one.get("name") == "[[FunctionLocation]]":
            place = as_object(as_object(one.get("value")).get("value"))
            return int(place.get("scriptId", 0))
    return 0
