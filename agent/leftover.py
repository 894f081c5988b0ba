"""Remember which processes we are in, so that a later agent can clean up after us.

In: an attachment that begins or ends. Out: one small file for each process with our
probe in it, in a folder of the user's own; it says no secret. Nothing in the target
tells it: without a signal nobody can ask a process whose inspector is shut.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from agent import proc


@dataclass(frozen=True, slots=True)
class Left:
    """A process that an agent of ours is in, as far as is known."""

    pid: int
    started: int
    agent: int
    agent_started: int
    opened: int
    """The port of its inspector when it was us who opened that, else 0."""

    def agent_lives(self) -> bool:
        """Whether who attached is still running."""
        return proc.started(self.agent) == self.agent_started


def folder() -> Path:
    """Return where the files are."""
    state = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(state).expanduser() / "fluxion" / "attached"


def note(pid: int, started: int, opened: int) -> None:
    """Remember that we are in a process; an unwritable folder is no fault."""
    agent = os.getpid()
    left = Left(pid, started, agent, proc.started(agent) or 0, opened)
    with contextlib.suppress(OSError, RuntimeError):
        home = folder()
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = home / f".{pid}.{agent}"
        new.write_text(json.dumps(asdict(left)), "utf-8")
        new.replace(home / str(pid))


def forget(pid: int) -> None:
    """Forget it: the process is as it was."""
    with contextlib.suppress(OSError, RuntimeError):
        (folder() / str(pid)).unlink(missing_ok=True)


def by(pid: int) -> Left | None:
    """Return what is remembered of a process that is still the same."""
    try:
        value = json.loads((folder() / str(pid)).read_text("utf-8"))
        left = Left(**{name: int(value[name]) for name in Left.__slots__})
    except (OSError, RuntimeError, ValueError, KeyError, TypeError):
        return None
    if left.pid == pid and proc.started(pid) == left.started:
        return left
    forget(pid)
    return None


def everything() -> list[Left]:
    """Return every process of this user that an agent of ours is or was in."""
    try:
        names = sorted(int(e.name) for e in folder().iterdir() if e.name.isdecimal())
    except (OSError, RuntimeError):
        return []
    return [left for left in map(by, names) if left is not None]
