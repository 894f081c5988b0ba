"""Turn V8's line and column into an offset, and back.

In: a script's text. Out: UTF-16 offsets from V8's zero-based lines and columns,
counting lines as V8 does.
"""

from __future__ import annotations

import re
from bisect import bisect_right

LINE_END = re.compile("\r\n|[\n\r\u2028\u2029]")
ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class Lines:
    """Where each line of a text begins, in UTF-16 units."""

    def __init__(self, text: str) -> None:
        """Index a text."""
        wide = [match.start() for match in ASTRAL.finditer(text)]
        ends = [match.end() for match in LINE_END.finditer(text)]
        self._starts = [0, *(end + bisect_right(wide, end - 1) for end in ends)]
        self.length = len(text) + len(wide)

    def offset(self, line: int, column: int) -> int:
        """The offset of a zero-based line and column, within the text."""
        line = min(max(line, 0), len(self._starts) - 1)
        return min(self._starts[line] + max(column, 0), self.length)

    def place(self, offset: int) -> tuple[int, int]:
        """The zero-based line and column of an offset."""
        line = bisect_right(self._starts, offset) - 1
        return line, offset - self._starts[line]


def part(text: str, start: int, end: int) -> str:
    """The part of a text between two UTF-16 offsets."""
    if ASTRAL.search(text) is None:
        return text[start:end]
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * start : 2 * end].decode("utf-16-le", "surrogatepass")
