"""Sample what a target allocates, by V8's sampling heap profiler.

In: a session. Out: a .heapprofile as JSON text. What was collected as garbage since
counts as well: it tells who allocates, not what is kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from agent.cdp import as_object
from agent.profile import ABANDON_S, STOP_WITHIN_S
from agent.session import Session

INTERVAL = 32_768
"""Bytes between two samples on average; V8's own default.

A sample stands for as many bytes as are likely to have been allocated per sample of
its size, so the sums are estimates: what took n samples is told within about 1/sqrt(n).
"""


class HeapSampling:
    """One heap profile at a time."""

    def __init__(
        self,
        bulk: Session,
        measured: Callable[[str, float], None] = lambda _name, _ms: None,
    ) -> None:
        """Take the session, and who hears how long starting took."""
        self._bulk = bulk
        self._measured = measured
        self.running = False

    def start(self, interval: int) -> None:
        """Begin; `interval` is in bytes."""
        asked = {
            "samplingInterval": interval,
            "includeObjectsCollectedByMajorGC": True,
            "includeObjectsCollectedByMinorGC": True,
        }
        _, took = self._bulk.timed(
            [("HeapProfiler.enable", {}), ("HeapProfiler.startSampling", asked)]
        )
        self.running = True
        self._measured("HeapProfiler.startSampling", took)

    def so_far(self) -> str:
        """Return the profile until now, and go on."""
        return self._ask("HeapProfiler.getSamplingProfile")

    def stop(self) -> str:
        """End sampling and return the profile."""
        if not self.running:
            return ""
        self.running = False
        text = self._ask("HeapProfiler.stopSampling")
        self._bulk.call("HeapProfiler.disable")
        return text

    def abandon(self) -> None:
        """End sampling and drop the profile; do not wait for a mute target."""
        self.running = False
        self._bulk.call("HeapProfiler.disable", deadline=ABANDON_S)

    def _ask(self, method: str) -> str:
        # A mute target is noticed at this, soon; only one that answers gets long.
        self._bulk.call("HeapProfiler.enable")
        answer = self._bulk.call(method, deadline=STOP_WITHIN_S)
        return json.dumps(as_object(answer.get("profile")), separators=(",", ":"))
