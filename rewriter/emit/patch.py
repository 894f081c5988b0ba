"""Insertions into a text that leave every line where it was.

In: the units of a text (see ``rewriter.syntax.tree``) and insertions without line ends.
Out: the new text, and for each edited line which column came from where. Because lines
stay, a stack needs that table for edited lines only.
"""

from __future__ import annotations

from dataclasses import dataclass

from rewriter.syntax.positions import LINE_END, Lines
from rewriter.syntax.tree import from_units, to_units

Row = tuple[int, int, int, int]
"""From this 0-based column on: original line (1-based), column (0-based), fixed."""
Positions = dict[int, list[Row]]
"""By 1-based line."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of inserted text and the original offset that it stands for."""

    text: str
    origin: int | None = None
    linear: bool = False
    """Copied text: its columns go on from the origin; else all of it is the origin."""


@dataclass(frozen=True, slots=True)
class Change:
    """Replace ``[start, end)`` (a range within a line) by segments."""

    start: int
    end: int
    segments: tuple[Segment, ...]


class Patch:
    """The changes to one text."""

    def __init__(self, text: str) -> None:
        """Take the text that is to be changed."""
        self.units = to_units(text)
        self.lines = Lines(text)
        self._changes: list[Change] = []

    def __bool__(self) -> bool:
        return bool(self._changes)

    def insert(self, at: int, text: str, origin: int | None = None) -> None:
        """Insert before an offset; later calls come after earlier ones there."""
        self.replace(at, at, Segment(text, origin))

    def replace(self, start: int, end: int, *segments: Segment) -> None:
        """Replace a range, which must hold no line end, nor may what replaces it."""
        assert not LINE_END.search(self.units, start, end)
        assert not any(LINE_END.search(segment.text) for segment in segments)
        self._changes.append(Change(start, end, segments))

    def take(self, other: Patch) -> None:
        """Apply the changes of another patch of a text of the same length."""
        assert len(self.units) == len(other.units)
        self._changes.extend(other._changes)

    def text(self) -> str:
        """Return the changed text."""
        return self._render(self._ordered(), 0, len(self.units))

    def part(self, start: int, end: int) -> str:
        """Return the changed text of a range, without insertions at its borders."""
        inside = [
            change
            for change in self._ordered()
            if start <= change.start < end
            and (start, start) != (change.start, change.end)
        ]
        return self._render(inside, start, end)

    def _render(self, changes: list[Change], start: int, end: int) -> str:
        parts: list[str] = []
        at = start
        for change in changes:
            parts.append(self.units[at : change.start])
            parts.extend(to_units(segment.text) for segment in change.segments)
            at = change.end
        return from_units("".join(parts) + self.units[at:end])

    def edits(self) -> list[tuple[int, int, str]]:
        """Return the same as plain edits, for a source map."""
        return [
            (c.start, c.end, "".join(segment.text for segment in c.segments))
            for c in self._ordered()
        ]

    def positions(self) -> Positions:
        """Return where the columns of edited lines came from."""
        table: Positions = {}
        shift = 0
        for change in self._ordered():
            line0, column0 = self.lines.position(change.start)
            rows = table.get(line0 + 1)
            if rows is None:
                shift = 0
                rows = table[line0 + 1] = [(0, line0 + 1, 0, 0)]
            at = column0 + shift
            for segment in change.segments:
                rows.append(self._row(segment, at, change.start))
                at += len(to_units(segment.text))
            end0 = column0 + change.end - change.start
            rows.append((at, line0 + 1, end0, 0))
            shift = at - end0
        return table

    def _row(self, segment: Segment, at: int, start: int) -> Row:
        origin = start if segment.origin is None else segment.origin
        line0, column0 = self.lines.position(origin)
        return at, line0 + 1, column0, int(not segment.linear)

    def _ordered(self) -> list[Change]:
        ordered = sorted(self._changes, key=lambda c: (c.start, c.end))
        reach = 0
        for change in ordered:
            assert change.start >= reach, f"changes overlap at {change.start}"
            reach = change.end
        return ordered


def slug(text: str) -> str:
    """Return a text as a part of a file name: only ``[a-z0-9_-]``, never long."""
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in text.lower())
    return "-".join(part for part in kept.split("-") if part)[:40] or "file"
