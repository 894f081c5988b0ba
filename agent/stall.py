"""Predict the one long stop of tracing before it is made: `Debugger.enable`.

In: a session with an isolate, and what the Debugger told in it before. Out: how many
milliseconds the command will hold the target up: V8 looks at every script that it holds
and tells of it. The first time in a process that takes 20 ms more.

Scripts are counted without the Debugger. They are numbered in order, so the number of
one that was compiled just now is how many there have been: the most that there are.
When the Debugger was on in this isolate before (`agent/debugged.py`), in this recording
or an earlier one, it told how many there were: what has gone by then, most of it
compiled for our own commands, does not count any more. How fast the target is at this
moment comes from a short piece of work of V8's own that is timed in it.

Predicted | seen in ms on Node 20, 22, 24, 26, for the first time in a process and then
again (2 cores, busy with other work: the runs differ more than the versions):

======================= ======================== ========================
target                  first                    again
======================= ======================== ========================
175 scripts, 8 MB       28 | 21, 22, 38, 30      9 | 8, 8, 12, 9
express, 360 and 20 MB  33 | 42, 30, 49, 35      14 to 30 | 12 to 25
2,120 scripts, 13 MB    60 | 72, 64, 63, 51      40 | 31, 28, 29, 23
10,120 scripts, 25 MB   190 | 196, 182, 160, 178 170 | 141, 148, 134, 111
124 scripts, 157 MB     54 | 56, 55, 36, 113     34 | 23, 26, 25, 29
10,120 scripts, 170 MB  217 | 215, 183, 179, 189 197 | 178, 159, 142, 147
======================= ======================== ========================

In six recordings of one express server: 33 | 42, 16 | 12, 15 | 13, 16 | 13, 17 | 14,
14 | 20 on Node 20; 34 | 35, 20 | 15, 17 | 14, 21 | 24, 26 | 17, 30 | 25 on Node 26.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from agent.cdp import as_list, as_object
from agent.debugged import Debugged
from agent.installed import Probe
from agent.session import Small

BASE_MS, FIRST_MS = 4.0, 20.0
"""Whatever there is; and once in a process, when much is looked at that stays known."""
HEAP_MS = 0.18
"""For each MB of heap in use."""
SCRIPT_MS = 0.016
"""For each script."""
SAMPLING_MS, SAMPLING_SCRIPT_MS, SAMPLING_HEAP_MS = 15.0, 0.0025, 0.45
USUAL_MS = 0.3
"""What the text at most takes to be read where the figures above were seen."""
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
        96 with a heap of 150 MB, 102 to 123 with that and 10,000 scripts. Of this
        `Profiler.enable` is at most 1 ms, `Profiler.start` the rest: V8 goes over the
        whole heap three times and reads the positions of every function that is
        compiled. CPU of the main thread, express | gif-chat, Node 20, 22, 24, 26: 20,
        20, 24, 26 | 22, 30, 30, 33 ms. After `Debugger.enable` 16, 18, 20, 22 | 17, 26,
        24, 27, after the walk as before it; in one turn with it the sum of both. A
        collection of garbage just before brings most below 20 (11, 18, 17, 17 | 13, 19,
        22, 22, and 8, 13, 12, 15 | 10, 18, 18, 18 the second time), but would clear
        caches of the app's and stop a large heap for longer: it is not done.
        """
        ms = SAMPLING_MS + self.scripts * SAMPLING_SCRIPT_MS
        return round((ms + self.heap_mb * SAMPLING_HEAP_MS) * self.slowdown, 1)


def predict(session: Small, probe: Probe, before: Debugged | None) -> Prediction:
    """Look at an isolate; the look takes a few milliseconds of it.

    `before` is what the Debugger told when it was last on in this isolate, if it was.
    """
    heap, *reads = (float(one) for one in as_list(probe.ask("speed")))
    # The quickest: the others were interrupted, as the command itself may be or not.
    slowdown = min(SLOWEST, max(1.0, min(reads) / USUAL_MS))
    scripts = newest(session)
    if before is not None:
        scripts = before.alive + max(0, scripts - before.newest)
    return estimate(scripts, heap / 1e6, slowdown, again=before is not None)


def estimate(
    scripts: int, heap_mb: float, slowdown: float = 1.0, *, again: bool = False
) -> Prediction:
    """Return what the table of figures says."""
    ms = BASE_MS + (0.0 if again else FIRST_MS)
    ms = (ms + scripts * SCRIPT_MS + heap_mb * HEAP_MS) * slowdown
    return Prediction(round(ms, 1), scripts, round(heap_mb, 1), round(slowdown, 2))


def newest(session: Small) -> int:
    """V8's number of a script that was compiled just now."""
    # Another text each time: V8 gives an equal one the script that it has already.
    text = f"(function () {{}}) // {time.monotonic_ns()}"
    made = session.call(
        "Runtime.evaluate",
        {"expression": text, "objectGroup": GROUP, "silent": True},
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
