"""Offsets and positions as V8 counts them.

In: a text. Out: offset <-> (line, column), both 0-based, in UTF-16 code units. A line
ends at LF, CR LF, CR, U+2028 and U+2029 and nowhere else (Python's ``splitlines``
knows more).
"""

from __future__ import annotations

import re
from bisect import bisect_right

from rewriter.syntax.units import to_units

LINE_END = re.compile("\r\n|[\n\r\u2028\u2029]")


class Lines:
    """The line starts of one text."""

    def __init__(self, text: str) -> None:
        """Index a text, or the units of one."""
        units = to_units(text)
        self.length = len(units)
        self.starts = [0, *(match.end() for match in LINE_END.finditer(units))]

    def position(self, offset: int) -> tuple[int, int]:
        """Return (line, column), 0-based."""
        line = bisect_right(self.starts, offset) - 1
        return line, offset - self.starts[line]

    def offset(self, line0: int, column0: int) -> int:
        """Return the offset of a 0-based position; ValueError outside of the text."""
        if not 0 <= line0 < len(self.starts):
            raise ValueError(f"there is no line {line0 + 1}")
        offset = self.starts[line0] + column0
        if not 0 <= offset <= self.length:
            raise ValueError(f"there is no column {column0 + 1} in line {line0 + 1}")
        return offset
