"""Remember in which isolates the Debugger has been on, and how many scripts it told of.

In: what V8 told when it was turned on. Out: one small file for each isolate, in a
folder of the user's own; it says no secret, and goes when another is written and its
process has ended. Nothing in the target tells it, and turning it on again takes less.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from agent import leftover, proc
from agent.cdp import Json


@dataclass(frozen=True, slots=True)
class Isolate:
    """The main thread of a process, or a worker thread of it."""

    pid: int
    started: int
    thread: int = 0


@dataclass(frozen=True, slots=True)
class Debugged:
    """What the Debugger told when it was last turned on."""

    alive: int
    """Scripts that there were."""
    newest: int
    """V8's number of the newest of them; the numbers are given in order."""


def told(parsed: Sequence[Json]) -> Debugged:
    """Return what `Debugger.scriptParsed` events amount to."""
    numbers = [str(event.get("scriptId")) for event in parsed]
    newest = max((int(one) for one in numbers if one.isdecimal()), default=0)
    return Debugged(len(numbers), newest)


def folder() -> Path:
    """Return where the files are."""
    return leftover.folder().with_name("debugged")


def note(isolate: Isolate, seen: Debugged) -> None:
    """Remember it; an unwritable folder is no fault."""
    with contextlib.suppress(OSError, RuntimeError):
        home = folder()
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        _tidy(home)
        new = home / f".{isolate.pid}.{isolate.thread}.{os.getpid()}"
        new.write_text(json.dumps({**asdict(isolate), **asdict(seen)}), "utf-8")
        new.replace(home / _name(isolate))


def of(isolate: Isolate) -> Debugged | None:
    """Return what is remembered of an isolate that is still the same."""
    try:
        value = json.loads((folder() / _name(isolate)).read_text("utf-8"))
        whose = Isolate(**{name: int(value[name]) for name in Isolate.__slots__})
        seen = Debugged(**{name: int(value[name]) for name in Debugged.__slots__})
    except (OSError, RuntimeError, ValueError, KeyError, TypeError):
        return None
    return seen if whose == isolate else None


def _name(isolate: Isolate) -> str:
    return f"{isolate.pid}.{isolate.thread}"


def _tidy(home: Path) -> None:
    for one in home.iterdir():
        pid = one.name.lstrip(".").split(".")[0]
        if not pid.isdecimal() or proc.started(int(pid)) is None:
            one.unlink(missing_ok=True)
