"""Say where main's time goes that no watched callback explains.

In: a recording. Out: a row for programs, lines for people; none where the watched
callbacks explain most of it. Names from the target are made inert. Pure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from fluxion.inert import inert
from profiler.unwatched import unwatched

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fluxion.views import Names
    from profiler.unwatched import Step

MOST_STEPS = 6
PACKAGE = re.compile(r"/node_modules/(?:@[\w.-]+/)?[\w.-]+/(?!.*node_modules/)")
"""The innermost package of a path."""
_OWN = (
    "start it with `fluxion record -- node app.js`: the app's own callbacks are seen "
    "from its first line on"
)
_PACKAGES = "fluxion record --trace '{}' -- node app.js sees callbacks of that package"
SAID = 0.5
"""From this share of main's time on it is told before anything else."""
LEAST_US = 100_000
"""Of less than a tenth of a second nothing can be said."""


def unwatched_row(names: Names) -> dict[str, Any] | None:
    """Return `unwatched` of ``report --json``; None where nothing was sampled."""
    recording = names.recording
    watched = frozenset(cost.function for cost in recording.costs)
    found = unwatched(recording.frames, recording.functions, watched)
    if found.busy_us < LEAST_US:
        return None
    return {
        "busy_ms": round(found.busy_us / 1000, 3),
        "unwatched_ms": round(found.us / 1000, 3),
        "share": round(found.us / found.busy_us, 4),
        "way": [_step(names, step) for step in found.way],
    }


def unwatched_lines(row: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield two or three lines when the watched callbacks explain less than half."""
    if row is None or row["share"] < SAID or not row["way"]:
        return
    way, busy = row["way"], row["busy_ms"]
    path = f"/{way[0]['file']}"
    yield (
        f"{row['share']:.0%} of main's time is in functions that were not watched; "
        f"by samples {_text(way[0])} takes {way[0]['total_ms'] / busy:.0%} of all"
    )
    if len(way) > 1:
        between = [_name(one) for one in way[1:-1][-MOST_STEPS:]]
        last = f"{_text(way[-1])}  {way[-1]['total_ms'] / busy:.0%}"
        yield f"  most of that by way of {' > '.join([*between, last])}"
    package = PACKAGE.search(path)
    helps = _OWN if package is None else _PACKAGES.format(f"*{package[0]}*")
    yield f"  what helps: {inert(helps, 240)}"


def _step(names: Names, step: Step) -> dict[str, Any]:
    file = names.file(step.script) if step.script else step.url
    return {
        "file": names.below(file.removeprefix("file://")),
        "line": step.line,
        "column": step.column,
        "name": step.name,
        "total_ms": round(step.total_us / 1000, 3),
    }


def _name(step: Mapping[str, Any]) -> str:
    return inert(step["name"], 50) or "(anonymous)"


def _text(step: Mapping[str, Any]) -> str:
    place = f"{inert(step['file'], 80)}:{step['line']}:{step['column']}"
    return f"{_name(step)}  {place}"
