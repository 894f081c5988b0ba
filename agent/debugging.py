"""Turn V8's Debugger domain on for a moment, so that nothing can pause.

In: a session for everything. Out: the domain on for the length of a block, the scripts
that V8 tells of then, and how long turning it on held the target up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agent.cdp import Json
from agent.session import Session

Stopwatch = Callable[[str, float], None]
"""Hears the name of a step, and for how many milliseconds it held the target up."""
GROUP = "fluxion"
"""What is kept under this name is let go when the block ends."""


class Debugging:
    """The Debugger domain, on for the length of a block; it cannot pause."""

    def __init__(
        self,
        bulk: Session,
        measured: Stopwatch,
        told: Callable[[Sequence[Json]], None] = lambda _: None,
    ) -> None:
        """Take the session in which it is turned on, each time that it is.

        `told` hears the `Debugger.scriptParsed` events, one for each script there is.
        """
        self._bulk = bulk
        self._measured = measured
        self._told = told

    def __enter__(self) -> list[Json]:
        _, took = self._bulk.timed(
            [
                ("Debugger.enable", {"maxScriptsCacheSize": 0}),
                ("Debugger.setSkipAllPauses", {"skip": True}),
            ]
        )
        self._measured("Debugger.enable", took)
        # V8 has sent them all before it answers.
        parsed = self._bulk.events("Debugger.scriptParsed")
        self._told(parsed)
        return parsed

    def __exit__(self, *_: object) -> None:
        self._bulk.call("Debugger.disable")
        self._bulk.call("Runtime.releaseObjectGroup", {"objectGroup": GROUP})
