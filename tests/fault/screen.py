"""A terminal with a program in it, as a user at a keyboard has it.

In: a command. Out: what it shows, keys pressed, the terminal closed, its exit code.
"""

from __future__ import annotations

import contextlib
import os
import pty
import re
import select
import signal
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.processes import eventually

CTRL_C, CTRL_Z = b"\x03", b"\x1a"


class Screen:
    """One program under a terminal of its own, which is its controlling one."""

    def __init__(self, command: Sequence[str], cwd: Path, env: Mapping[str, str]):
        self.pid, self._master = pty.fork()
        if self.pid == 0:  # the child: nothing but exec
            try:
                os.chdir(cwd)
                os.execvpe(command[0], list(command), dict(env))
            finally:
                os._exit(127)
        self._shown = bytearray()
        self._code: int | None = None
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def shown(self) -> str:
        return self._shown.decode("utf-8", "replace")

    def press(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def wait_for(self, pattern: str, timeout: float = 60) -> None:
        try:
            eventually(lambda: re.search(pattern, self.shown()), pattern, timeout)
        except AssertionError as error:
            raise AssertionError(f"{error}: {self.shown()}") from None

    def hang_up(self) -> None:
        """Close the terminal: the kernel sends SIGHUP, and writing to it fails."""
        master, self._master = self._master, -1
        # Its number is the next connection's: the reader took that one's answer.
        self._reader.join()
        os.close(master)

    def ended(self) -> bool:
        if self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code is not None

    def code(self, timeout: float = 30) -> int:
        """Wait for the end; the exit code, negative for a signal."""
        eventually(self.ended, f"the program ends: {self.shown()[-500:]}", timeout)
        assert self._code is not None
        return self._code

    def close(self) -> None:
        if not self.ended():
            os.kill(self.pid, signal.SIGKILL)
            self.code()
        if self._master >= 0:
            self.hang_up()

    def _read(self) -> None:
        with contextlib.suppress(
            OSError, ValueError
        ):  # how a terminal without programs ends
            while (master := self._master) >= 0:
                # A blocked read would keep the terminal open after its close.
                if not select.select([master], [], [], 0.02)[0]:
                    continue
                ready = os.read(master, 4096)
                if not ready:
                    return
                self._shown += ready
                time.sleep(0)
