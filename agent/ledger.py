"""Write down every command that is sent to a target, without what must stay secret.

In: CDP methods with their parameters, signals, whatever else we did. Out: one short
line for each run of equal ones, to whoever keeps the audit. No text of the target or of
ours travels in it: no expression, no source, no url, no token; only names and numbers.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from agent.cdp import as_object

HOLD_S = 1.0
"""How long a run of equal commands may wait for its end before it is told."""

_ASKED = re.compile(r"\{value: p\.([\w.]+)\((.*)\)\}\)\(globalThis", re.DOTALL)
_TOLD = re.compile(r"^globalThis\[Symbol\.for\([^)]*\)\]\??\.(\w+)\(")
_NUMBERS = re.compile(r"[\d\s,.\[\]-]{0,40}")
_KNOWN = (
    (re.compile(r"\.install\(\{"), "install the probe"),
    (re.compile(r"!== undefined\s*$"), "is a probe there"),
    (re.compile(r"inspector.{0,80}\.close\(\)", re.DOTALL), "close the inspector"),
    (re.compile(r"inspector.{0,120}\.open\(", re.DOTALL), "move the inspector"),
    (re.compile(r"^performance\.now\(\)$"), "clock"),
    (re.compile(r"^process\.pid$"), "process.pid"),
)
_LONGEST_KNOWN = 2000
_SHOWN = frozenset({"interval", "skip", "state", "sessionId", "lineNumber"})


class Ledger:
    """What was done to one target, in order; safe from any thread."""

    def __init__(self, on_audit: Callable[[str], None] | None = None) -> None:
        """Take who keeps the lines; without one they are only counted."""
        self._tell = on_audit
        self._lock = threading.Lock()
        self._line = ""
        self._times = 0
        self._since = 0.0
        self.count = 0
        """Commands so far."""
        self.failure: Exception | None = None
        """What the keeper raised first; from then on it is told nothing."""

    def sent(self, method: str, params: Mapping[str, Any] | None = None) -> None:
        """A CDP command goes out."""
        self.did(described(method, params or {}))

    def did(self, line: str) -> None:
        """Something else is done to the target, such as a signal."""
        with self._lock:
            self.count += 1
            now = time.monotonic()
            if line == self._line and now - self._since < HOLD_S:
                self._times += 1
                return
            self._flush()
            self._line, self._times, self._since = line, 1, now

    def flush(self) -> None:
        """Tell what still waits for an equal one."""
        with self._lock:
            self._flush()

    def _flush(self) -> None:
        line, times = self._line, self._times
        self._line, self._times = "", 0
        if not times or self._tell is None or self.failure is not None:
            return
        try:
            self._tell(line if times == 1 else f"{line} x {times}")
        except Exception as error:  # noqa: BLE001 # the recording raises it; we go on
            self.failure = error


def described(method: str, params: Mapping[str, Any]) -> str:
    """Return a command as the audit shows it: its method, and what is no secret."""
    if method in {"Runtime.evaluate", "Runtime.callFunctionOn"}:
        text = params.get("expression", params.get("functionDeclaration", ""))
        return f"{method} {_expression(str(text))}".rstrip()
    if method == "NodeWorker.sendMessageToWorker":
        return f"{method} {_wrapped(params)}".rstrip()
    shown = [
        f"{key}={value}"
        for key, value in params.items()
        if key in _SHOWN and isinstance(value, bool | int | float)
    ]
    return " ".join([method, *shown])


def _expression(text: str) -> str:
    end = text[-_LONGEST_KNOWN:]
    asked = None if _KNOWN[0][0].search(end) else _ASKED.search(text)
    if asked is not None:
        arguments = asked[2] if _NUMBERS.fullmatch(asked[2]) else "..."
        return f"{asked[1]}({arguments})"
    told = _TOLD.match(text)
    if told is not None:
        return f"{told[1]}(...)"
    for pattern, label in _KNOWN:
        if pattern.search(end):
            return label
    return "..."


def _wrapped(params: Mapping[str, Any]) -> str:
    """The command that goes on to a thread."""
    try:
        inner = as_object(json.loads(str(params.get("message", "{}"))))
    except ValueError:
        return ""
    return described(str(inner.get("method", "")), as_object(inner.get("params")))
