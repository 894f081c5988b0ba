"""Stand by while a target opens its inspector for us.

In: a pid, right before it is told to open one. Out: nothing, once the agent says that
its probe is in, which leaves by itself, or that it has cleaned up. An agent that is
killed in between can do neither: then a process of its own, which waits for just that,
goes on as `agent/unattended.py`.
"""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path

from agent import proc


class Guard:
    """A process that outlives us, for as long as it is needed."""

    def __init__(self) -> None:
        """Do nothing yet: many targets have an inspector that is open."""
        self._popen: subprocess.Popen[bytes] | None = None

    def begin(self, pid: int, started: int) -> None:
        """Stand by from now on; `started` is the process's start time in ticks."""
        ports = sorted({one.port for one in proc.listeners(pid)})
        room = str(Path(__file__).resolve().parent.parent)
        paths = [room, os.environ.get("PYTHONPATH", "")]
        self._popen = subprocess.Popen(
            [sys.executable, "-m", "agent.guard", *map(str, (pid, started, *ports))],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            start_new_session=True,  # what ends us at a terminal must not end it
        )

    def done(self) -> None:
        """Stand by no longer."""
        popen, self._popen = self._popen, None
        if popen is not None:
            popen.kill()
            popen.communicate()


if __name__ == "__main__":
    sys.stdin.buffer.read()  # ends when nobody holds the other end any more
    runpy.run_module("agent.unattended", run_name="__main__")
