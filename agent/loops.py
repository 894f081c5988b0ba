"""Find the inspector's socket among those of a process, without talking to any.

In: a pid. Out: its listeners that another event loop than the main one waits for. Node
opens three epoll instances before it runs the app, the last of them for the main loop;
the inspector's thread has one of its own, and so has each worker thread. So the app's
own servers are left alone when an inspector is looked for.
"""

from __future__ import annotations

import re
from pathlib import Path

from agent import proc

MAIN = 2
"""The main loop's place among the epoll instances, by descriptor."""


def beside_main(pid: int) -> list[proc.Listener]:
    """Return the listeners that are not the main loop's; the newest loop first."""
    watched = _watched(pid)
    others = sorted(watched)[MAIN + 1 :]
    held = proc.sockets(pid)
    listening = {
        held[one.inode]: one for one in proc.all_listeners(pid) if one.inode in held
    }
    return [
        listening[descriptor]
        for loop in reversed(others)
        for descriptor in sorted(watched[loop] & listening.keys())
    ]


def beside(pid: int) -> int:
    """Return how many event loops run beside the main one: inspector and threads."""
    return max(0, len(_watched(pid)) - MAIN - 1)


def _watched(pid: int) -> dict[int, set[int]]:
    """Which descriptors each epoll instance waits for."""
    found: dict[int, set[int]] = {}
    home = proc.PROC / str(pid)
    try:
        links = list((home / "fd").iterdir())
    except OSError:
        return {}
    for link in links:
        try:
            if str(link.readlink()) != "anon_inode:[eventpoll]":
                continue
            text = _text(home / "fdinfo" / link.name)
        except OSError:
            continue
        numbers = re.findall(r"^tfd:\s*(\d+)", text, re.MULTILINE)
        found[int(link.name)] = {int(number) for number in numbers}
    return found


def _text(path: Path) -> str:
    return path.read_text("utf-8", "replace")
