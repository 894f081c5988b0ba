"""Close the inspector of a target whose agent died before its probe was in.

In: pid, start time, and the ports on which the process had listened before. Out: the
port that it opened is closed, unless a probe is there by now, which does that by
itself, or somebody else is connected.
"""

from __future__ import annotations

import sys
import time

from agent import installed, loops, proc, reach, ways
from agent.control import Control
from agent.discovery import discover
from agent.inspector import close_inspector
from store.errors import FluxionError

WITHIN_S = 10.0
"""How long the target may take to open it."""
LOOK_S = 0.02


def close_for(pid: int, started: int, before: set[int]) -> bool:
    """Wait for the port and close it; tell whether one came.

    `started` is the start time of the process in ticks, `before` its earlier ports.
    """
    there = reach.of(pid)
    ends = time.monotonic() + WITHIN_S
    while time.monotonic() < ends and proc.started(pid) == started:
        for one in loops.beside_main(pid):
            if one.port in before:
                continue
            url = discover(ways.reachable(one.host), one.port, reach=there)
            if url is not None:
                _close(pid, one.port, url, there)
                return True
        time.sleep(LOOK_S)
    return False


def _close(pid: int, port: int, url: str, there: reach.Reach) -> None:
    with Control(url, reach=there) as control:
        others = proc.peers(pid, port) - {control.port}
        if not others and not installed.present(control):
            close_inspector(control)


if __name__ == "__main__":
    try:
        close_for(int(sys.argv[1]), int(sys.argv[2]), set(map(int, sys.argv[3:])))
    except (FluxionError, OSError):
        sys.exit(1)  # it went away, or it may not be looked at: nobody is there to tell
