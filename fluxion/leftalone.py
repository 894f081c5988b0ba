"""Which files were left as they are, why, and what helps.

In: a recording. Out: rows for programs, lines for people. Of functions that were left
alone in a file that was not, ``refusals`` of the report tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fluxion.inert import inert
from fluxion.views import Names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from store.facts import Recording

WHOLE_FILE = frozenset({"FX014", "FX076", "FX077", "FX106", "FX107", "FX108"})
"""Codes that say, without a function, that nothing of a file was rewritten."""


def left_alone_rows(recording: Recording) -> list[dict[str, Any]]:
    """Return a row for each file: where it could not be read any further, and why."""
    names = Names(recording)
    rows: list[dict[str, Any]] = []
    for refusal in recording.refusals:
        if refusal.function is not None or refusal.code not in WHOLE_FILE:
            continue
        if refusal.place is not None:
            file, line = names.file(refusal.place.script), refusal.place.line
        elif refusal.evidence:
            file, line = names.below(refusal.evidence[0]), None
        else:
            continue
        rows.append(
            {
                "path": file,
                "line": line,
                "code": refusal.code,
                "reason": refusal.reason,
                "helps": refusal.remedy,
            }
        )
    return rows


def left_alone_lines(rows: Sequence[Mapping[str, Any]], most: int) -> Iterator[str]:
    """Yield two lines for each of the first few files."""
    for row in rows[:most]:
        line = "" if row["line"] is None else f":{row['line']}"
        reason = inert(row["reason"], 160)
        yield f"left alone: {inert(row['path'], 200)}{line}: {row['code']}: {reason}"
        yield f"  what helps: {inert(row['helps'], 240)}"
    if len(rows) > most:
        yield f"  and {len(rows) - most} more files were left alone (--json has all)"
