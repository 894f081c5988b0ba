"""Talk to the probe that is installed in a target.

In: a control session. Out: the probe's answers as values, or TargetGone when the probe
has left. Knows how the bundle is evaluated and where the probe keeps its face.
"""

from __future__ import annotations

import json
import time
from importlib.resources import files
from typing import Any

from agent.cdp import DEADLINE_S, Json, as_object
from agent.session import Small
from store.abi import PROBE_SYMBOL
from store.errors import FluxionError, ProtocolError, TargetGone

SOURCE_URL = "fluxion:probe"
FACE = f'globalThis[Symbol.for("{PROBE_SYMBOL}")]'
LATER_S = DEADLINE_S
TURN_MS = 8.0
"""What is changed in one turn aims at; none may stop the target for 20 ms."""
LOOK_S = 0.02
"""Each look also has the work done at the end of the callback that runs then."""


def bundle() -> str:
    """The probe's code, as an expression whose value has `install` and `preload`."""
    found = files("agent").joinpath("bundles", "probe.js")
    try:
        return found.read_text("utf-8")
    except FileNotFoundError as error:
        raise FluxionError(
            "the probe was not built", "`make bundles` builds it, `pip install` too"
        ) from error


def install(control: Small, config: Json) -> Json:
    """Install the probe; return what it says about the process."""
    code = bundle().rstrip().rstrip(";")
    answer = control.evaluate(
        f"({code}).install({json.dumps(config)})\n//# sourceURL={SOURCE_URL}"
    )
    if not isinstance(answer, dict):
        raise ProtocolError("the probe did not say what it is")
    return as_object(answer)


def present(control: Small) -> bool:
    """Tell whether a probe is there, whoever put it there."""
    return bool(control.evaluate(f"{FACE} !== undefined"))


def left() -> TargetGone:
    """What to raise where the probe is not there any more."""
    why = "it saw no sign of us for six seconds"
    return TargetGone("the probe has left the target", why)


class Probe:
    """The installed probe's commands."""

    def __init__(self, control: Small) -> None:
        """Take the session through which they go."""
        self._control = control
        self.ledger = control.ledger
        self.worked_ms = 0.0
        """How long the last `later` held the target up, at the longest."""
        self.took_ms = 0.0
        """What it took of the target's time in all."""

    def ask(self, command: str, *arguments: Any, deadline: float | None = None) -> Any:
        """Run one command now and return its answer."""
        told = self._control.evaluate(
            f"(p => p === undefined ? {{gone: true}} : {{value: p.{command}("
            f"{', '.join(json.dumps(one) for one in arguments)})}})({FACE})",
            deadline,
        )
        answer = as_object(told)
        if not isinstance(told, dict) or "gone" in answer:
            raise left()
        return answer.get("value")

    def words(self) -> Json:
        """The target's command line, redacted: once a callback has ended in it."""
        return self._until("words")

    def later(self, command: str, *arguments: Any) -> Any:
        """Run one command when no code of the app is on the stack; wait for it."""
        return self.done(int(self.ask(command, *arguments)), command)

    def done(self, ticket: int, command: str) -> Any:
        """Wait for what was begun under this number, and return its value."""
        answer = self._until("result", ticket)
        self.worked_ms = float(answer.get("ms") or 0.0)
        self.took_ms = float(answer.get("total") or 0.0)
        if "error" in answer:
            raise ProtocolError(f"{command}: {answer['error']}")
        return answer.get("value")

    def _until(self, command: str, *arguments: Any) -> Json:
        """Ask until there is an answer; each time also has a gap looked for."""
        ends = time.monotonic() + LATER_S
        pause = 0.001
        while time.monotonic() < ends:
            if answer := as_object(self.ask(command, *arguments)):
                return answer
            time.sleep(pause)
            pause = min(pause * 2, LOOK_S)
        raise TargetGone("the target stays in one long turn", "try again later")

    def leave(self, why: str, *, keep: bool = False) -> None:
        """Ask the probe to put everything back; it may close this session.

        With `keep` the inspector stays open: somebody else uses it.
        """
        self._control.tell(f"{FACE}?.leave({json.dumps(why)}, {json.dumps(keep)})")

    def abandon(self, why: str) -> None:
        """Remove a probe that changed nothing yet, now: the loop may never turn."""
        self._control.tell(f"{FACE}?.abandon({json.dumps(why)})")
