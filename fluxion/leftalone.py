"""Which files were left as they are, why, and what helps.

In: a recording. Out: rows for programs, lines for people. Functions that were left
alone in a file that was not are told by reason.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from fluxion.inert import inert
from fluxion.views import Names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from store.facts import Recording, Refusal

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


def refused_lines(recording: Recording, most: int) -> Iterator[str]:
    """Yield two lines for each reason for which functions were not observed."""
    names = Names(recording)
    reasons: defaultdict[tuple[str, str, str], list[Refusal]] = defaultdict(list)
    for refusal in recording.refusals:
        if refusal.function is not None:
            key = (refusal.code, refusal.reason, refusal.remedy)
            reasons[key].append(refusal)
    ranked = sorted(reasons.items(), key=lambda one: -len(one[1]))
    for (code, reason, remedy), refused in ranked[:most]:
        first = refused[0]
        assert first.function is not None
        what = first.evidence[0] if first.evidence else "a function"
        several = f" and {len(refused) - 1} more" if len(refused) > 1 else ""
        yield (
            f"not observed: {inert(what, 80)} of "
            f"{inert(names.file(first.function.script), 120)}{several}: "
            f"{code}: {inert(reason, 160)}"
        )
        yield f"  what helps: {inert(remedy, 240)}"
    if len(ranked) > most:
        yield f"  and {len(ranked) - most} more reasons (--json has all)"
