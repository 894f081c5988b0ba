"""Say things to the user: data on stdout, words on stderr.

In: lines. Out: the same lines, progress on one line that is written over where stderr
is a terminal, else a line now and then. Never colour; never a spinner.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from typing import TYPE_CHECKING, Any

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
        self._out.write(text + "\n")
        self._out.flush()

    def json(self, value: Any) -> None:
        """Write the result as one JSON object on one line."""
        self.data(json.dumps(value, ensure_ascii=False, allow_nan=False))

    def say(self, text: str) -> None:
        """Write a line for the person who watches."""
        if self._quiet:
            return
        self._end_progress()
        self._err.write(text + "\n")
        self._err.flush()

    def fail(self, message: str, hint: str = "") -> None:
        """Write an error and its remedy, even when quiet."""
        self._end_progress()
        self._err.write(f"error: {message}\n")
        if hint:
            self._err.write(f"  hint: {hint}\n")
        self._err.flush()

    def progress(self, text: str) -> None:
        """Show where we are: over the last such line, or one line now and then."""
        if self._quiet:
            return
        if self._live:
            width = max(20, shutil.get_terminal_size().columns - 1)
            self._err.write("\r" + text[:width].ljust(width))
            self._err.flush()
            self._pending = True
        elif time.monotonic() - self._last >= QUIET_S:
            self._last = time.monotonic()
            self._err.write(text + "\n")
            self._err.flush()

    def _end_progress(self) -> None:
        if self._pending:
            self._err.write("\n")
            self._pending = False
