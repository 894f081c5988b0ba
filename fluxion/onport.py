"""Run a command once the target listens: ``record --on-port CMD``.

In: the ports that the target listens on, looked at now and then. Out: the command,
started with ``$PORT`` when there is one, and whether it has ended.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from typing import TYPE_CHECKING

from store.errors import FluxionError, UsageError

if TYPE_CHECKING:
    from collections.abc import Collection

END_S = 5.0


class OnPort:
    """The command, not started yet, running or ended."""

    def __init__(self, command: str | None) -> None:
        """Take the command; None: there is none, and it never ends."""
        try:
            self._words = shlex.split(command) if command is not None else []
        except ValueError as error:
            raise UsageError(
                f"--on-port: {error}", "quote it as for a shell"
            ) from error
        if command is not None and not self._words:
            raise UsageError("--on-port needs a command")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def ended(self) -> bool:
        """Tell whether the command ran and is over."""
        return self._process is not None and self._process.poll() is not None

    def look(self, ports: Collection[int]) -> None:
        """Start the command when there is a port to start it for."""
        if not self._words or self._process is not None or not ports:
            return
        port = str(min(ports))
        words = [word.replace("$PORT", port) for word in self._words]
        try:
            self._process = subprocess.Popen(
                words,
                env={**os.environ, "PORT": port},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        except OSError as error:
            raise FluxionError(
                f"--on-port: {words[0]} cannot be started: {error.strerror}"
            ) from error

    def close(self) -> None:
        """End the command if it still runs."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
