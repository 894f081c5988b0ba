"""Run V8's sampling profiler in a target.

In: the bulk session. Out: a .cpuprofile as JSON text, whose frames carry our script
numbers under `script`; frames of twins carry their original's.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import cast

from agent.cdp import DEADLINE_S, Json, as_list, as_object
from agent.scripts import Scripts
from agent.session import Session

ABANDON_S = 0.5
STOP_WITHIN_S = 4 * DEADLINE_S
"""A long profile takes its time."""


class Profile:
    """One CPU profile at a time."""

    def __init__(
        self,
        bulk: Session,
        scripts: Scripts,
        measured: Callable[[str, float], None] = lambda _name, _ms: None,
    ) -> None:
        """Take the session, the script table, and who hears how long starting took."""
        self._bulk = bulk
        self._measured = measured
        self._scripts = scripts
        self.running = False

    def start(self, interval_us: int) -> None:
        """Begin sampling."""
        _, took = self._bulk.timed(
            [
                ("Profiler.enable", {}),
                ("Profiler.setSamplingInterval", {"interval": interval_us}),
                ("Profiler.start", {}),
            ]
        )
        self.running = True
        self._measured("Profiler.start", took)

    def stop(self) -> str:
        """End sampling and return the profile."""
        if not self.running:
            return ""
        self.running = False
        # A mute target is noticed at this, soon; only one that answers gets long.
        self._bulk.call("Profiler.enable")
        answer = self._bulk.call("Profiler.stop", deadline=STOP_WITHIN_S)
        self._bulk.call("Profiler.disable")
        profile = as_object(answer.get("profile"))
        for node in as_list(profile.get("nodes")):
            number_frame(as_object(node).get("callFrame"), self._scripts)
        return json.dumps(profile, separators=(",", ":"))

    def abandon(self) -> None:
        """End sampling and drop the profile; do not wait for a mute target."""
        self.running = False
        self._bulk.call("Profiler.disable", deadline=ABANDON_S)


def number_frame(frame: object, scripts: Scripts) -> None:
    """Put our number of its script into a frame."""
    if not isinstance(frame, dict):
        return
    known = cast(Json, frame)
    number = scripts.number(str(known.get("scriptId")))
    known["script"] = number or scripts.number_of_url(str(known.get("url") or ""))


def joined(first: str, second: str) -> str:
    """Return two profiles of one process as one."""
    if not first or not second:
        return first or second
    one, two = parsed(first), parsed(second)
    if not one.get("nodes") or not two.get("nodes"):
        return first if one.get("nodes") else second
    shift = max(n["id"] for n in one["nodes"])
    root, other = one["nodes"][0], two["nodes"][0]
    for node in two["nodes"][1:]:
        moved = {**node, "id": node["id"] + shift}
        moved["children"] = [c + shift for c in node.get("children", [])]
        one["nodes"].append(moved)
    root["children"] = [
        *root.get("children", []),
        *(c + shift for c in other.get("children", [])),
    ]
    one["samples"] = [
        *one.get("samples", []),
        *(
            root["id"] if s == other["id"] else s + shift
            for s in two.get("samples", [])
        ),
    ]
    one["timeDeltas"] = [*one.get("timeDeltas", []), *two.get("timeDeltas", [])]
    one["endTime"] = one["endTime"] + (two["endTime"] - two["startTime"])
    return json.dumps(one, separators=(",", ":"))


def parsed(text: str) -> Json:
    """A profile's text as an object; one that cannot be read is empty."""
    try:
        value = json.loads(text) if text else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
