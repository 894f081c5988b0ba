"""Find the Node.js processes that a target has started, and goes on starting.

In: a pid. Out: its Node descendants, each once, with the process above it. A shell or
a tool between them is looked through; what we started ourselves is never among them.
Reads /proc only.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from agent import proc
from agent.binary import runtime

SETTLED_S = 0.25
"""A process is the copy of its parent until it has started its own program: a signal
would end it. So it must look the same for this long."""
YOUNG_S = 5.0
"""How long a process may take until it is Node and takes our signal."""


@dataclass(frozen=True, slots=True)
class Kin:
    """A Node process that a target has started."""

    pid: int
    started: int
    parent: int
    """Pid of the nearest Node process above it."""
    role: Literal["cluster", "child"]
    ready: bool
    """Takes SIGUSR1; False after waiting: it does not, and it would end it."""
    inspected: bool
    """Was told to open its inspector, or where, when it was started."""


class Family:
    """The descendants of one process; tells each only once."""

    def __init__(self, root: int) -> None:
        """Take the process whose family it is."""
        self._root = root
        self._told: set[tuple[int, int]] = set()
        self._since: dict[tuple[int, int], tuple[float, tuple[str, ...], bool]] = {}

    def look(self) -> list[Kin]:
        """Return those that are new since the last look, parents first."""
        found: list[Kin] = []
        present: set[tuple[int, int]] = set()
        for pid, parent in _below(self._root, self._root):
            since = proc.started(pid)
            if since is None:
                continue
            present.add((pid, since))
            if (pid, since) not in self._told:
                found += self._kin(pid, parent, since)
        self._told &= present
        self._since = {k: v for k, v in self._since.items() if k in present}
        return found

    def listening(self) -> dict[int, set[int]]:
        """Return the ports that each descendant listens on now."""
        return {
            pid: {one.port for one in proc.listeners(pid)}
            for pid, _ in _below(self._root, self._root)
        }

    def _kin(self, pid: int, parent: int, since: int) -> list[Kin]:
        try:
            facts = proc.facts(pid)
        except (ProcessLookupError, PermissionError, OSError):
            return []
        if facts.started != since or not facts.is_node:
            return []
        now = (time.monotonic(), facts.command, facts.takes_usr1)
        first = self._since.setdefault((pid, since), now)
        if first[1:] != now[1:]:
            # It has only just started, or changes its program. The clock goes on where
            # only the signal's handler came.
            first = self._since[pid, since] = (
                now[0] if first[1] != now[1] or now[2] else first[0],
                *now[1:],
            )
        if now[0] - first[0] < (SETTLED_S if now[2] else YOUNG_S):
            return []
        self._told.add((pid, since))
        role: Literal["cluster", "child"] = "cluster" if facts.is_worker else "child"
        inspected = any(one.startswith("--inspect") for one in facts.options)
        return [Kin(pid, since, parent, role, facts.takes_usr1, inspected)]


def _below(pid: int, above: int) -> Iterator[tuple[int, int]]:
    """Yield every descendant with the nearest Node process above it."""
    for child in _children(pid):
        if child == os.getpid():
            continue
        yield child, above
        yield from _below(child, child if _is_node(child) else above)


def _children(pid: int) -> list[int]:
    """Return the children of a process, whichever of its threads started them."""
    found: list[int] = []
    try:
        tasks = list((proc.PROC / str(pid) / "task").iterdir())
        for task in tasks:
            found += map(int, (task / "children").read_text("ascii").split())
    except FileNotFoundError:
        return found or _by_parent(pid)  # a kernel without these files, or it ended
    except OSError:
        return found
    return found


def _by_parent(pid: int) -> list[int]:
    """As `_children`, by asking every process for its parent."""
    found: list[int] = []
    for entry in proc.PROC.iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text("utf-8", "replace")
            except OSError:
                continue
            if int(stat.rpartition(")")[2].split()[1]) == pid:
                found.append(int(entry.name))
    return found


def _is_node(pid: int) -> bool:
    try:
        return runtime(proc.PROC / str(pid)).name == "node"
    except OSError:
        return False
