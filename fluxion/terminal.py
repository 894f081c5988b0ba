"""Say things to the user: data on stdout, words on stderr.

In: lines. Out: the same lines, progress on one line that is written over where stderr
is a terminal, else a line now and then. Never colour; never a spinner.
"""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
import sys
import time
from typing import TYPE_CHECKING, Any

from fluxion.inert import inert_json
from store.redact import redact_values

if TYPE_CHECKING:
    from typing import TextIO

QUIET_S = 5.0
"""Seconds between two progress lines where stderr is no terminal."""


class Terminal:
    """The two streams of one command."""

    def __init__(
        self,
        out: TextIO | None = None,
        err: TextIO | None = None,
        *,
        quiet: bool = False,
    ) -> None:
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        self._quiet = quiet
        self._live = self._err.isatty()
        self._pending = False
        self._last = 0.0

    def data(self, text: str) -> None:
        """Write a line of the result."""
        try:
            self._out.write(text + "\n")
            self._out.flush()
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            _silence(self._out)

    @property
    def shows_data(self) -> bool:
        """Whether the result goes to a terminal."""
        return self._out.isatty()

    def raw(self, data: bytes) -> None:
        """Write bytes of the result as they are."""
        self._out.flush()
        try:
            self._out.buffer.write(data)
            self._out.buffer.flush()
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            _silence(self._out)

    def json(self, value: Any) -> None:
        """Write the result as one JSON object on one line."""
        self.data(inert_json(json.dumps(value, ensure_ascii=False, allow_nan=False)))

    def say(self, text: str) -> None:
        """Write a line for the person who watches."""
        if self._quiet:
            return
        self._end_progress()
        self._tell(text + "\n")

    def fail(self, message: str, hint: str = "") -> None:
        """Write an error and its remedy, even when quiet."""
        self._end_progress()
        self._tell(f"error: {message}\n" + (f"  hint: {hint}\n" if hint else ""))

    def progress(self, text: str) -> None:
        """Show where we are: over the last such line, or one line now and then."""
        if self._quiet:
            return
        if self._live:
            width = max(20, shutil.get_terminal_size().columns - 1)
            self._tell("\r" + text[:width].ljust(width))
            self._pending = True
        elif time.monotonic() - self._last >= QUIET_S:
            self._last = time.monotonic()
            self._tell(text + "\n")

    def _end_progress(self) -> None:
        if self._pending:
            self._tell("\n")
            self._pending = False

    def _tell(self, text: str) -> None:
        """Write words; a terminal that was closed must not end what we do."""
        try:
            self._err.write(redact_values(text))
            self._err.flush()
        except OSError:
            _silence(self._err)


def _silence(stream: TextIO) -> None:
    """Nobody reads this stream any more: what waits in it, and what comes, is lost."""
    try:
        number = stream.fileno()
    except io.UnsupportedOperation:
        return
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, number)
    os.close(nothing)
