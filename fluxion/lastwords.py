"""What a process that failed said last.

In: the file of its output. Out: the line that most likely says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def last_words(log: Path) -> str:
    """Return the last error line, else the last line."""
    text = log.read_bytes()[-4000:].decode("utf-8", "replace").strip()
    lines = text.splitlines() or ["it said nothing"]
    errors = [line for line in lines if "Error" in line]
    return (errors or lines)[-1].strip()
