"""What the static list found, as rows and as lines.

In: static points, perhaps a recording to compare them with. Out: rows for JSON, lines
for people; names from the sources are made inert. No I/O.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fluxion.inert import inert
from fluxion.show import function_text, place_text
from fluxion.views import Names
from store.rows import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fluxion.static import Sought
    from rewriter.static import StaticPoint
    from store.facts import FunctionRef, Place, Recording, RupturePoint

    Row = dict[str, Any]

AT_RUN_TIME = "what is handed over is only known at run time"
NOT_LISTED = "its callee is not on the list"
NO_CALL = "no call was seen to hand it over"


def found_rows(sought: Sought, folder: Path) -> Row:
    """Return ``chains FILE --static --json``."""
    paths = {n: _below(path, folder) for n, path in sought.paths.items()}
    return {
        "files": len(paths),
        "points": [_point_row(paths, point) for point in sought.points],
        "refused": _refused_rows(sought, folder),
    }


def found_lines(rows: Row) -> Iterator[str]:
    """Yield each rupture point in two lines, then what could not be read."""
    for row in rows["points"]:
        yield from _point_lines(row)
    known = sum(row["definition"] is not None for row in rows["points"])
    yield (
        f"{len(rows['points'])} rupture points of the list, {known} with their "
        f"function; files read: {rows['files']}"
    )
    yield from _refused_lines(rows)


def compared_rows(recording: Recording, sought: Sought) -> Row:
    """Return ``chains STORE --static --json``: the list beside what was seen.

    A function is found when the list names the function itself. A call of the list
    that hands over what only exists at run time does not find it.
    """
    names = Names(recording)
    paths = {number: names.file(number) for number in sought.paths}
    listed: dict[FunctionRef, StaticPoint] = {}
    for point in sought.points:
        if point.function is not None:
            listed.setdefault(point.function, point)
    calls = {(p.registration.script, p.registration.offset) for p in sought.points}
    found: list[Row] = []
    missed: list[Row] = []
    seen: set[FunctionRef] = set()
    own = [r for r in recording.ruptures if r.kind != "internal"]
    for rupture in own:
        if rupture.function.script not in sought.paths:
            continue
        again = rupture.function in seen
        seen.add(rupture.function)
        row = _seen_row(names, rupture)
        hit = listed.get(rupture.function)
        if hit is None:
            missed.append({**row, "why": _why(rupture, calls)})
        elif not again:
            found.append({**row, "listed": hit.listed, "listed_kind": hit.kind})
    return {
        "files": len(paths),
        "in_packages": sum(r.function.script not in paths for r in own),
        "found": found,
        "missed": missed,
        "never_seen": [
            _point_row(paths, point) for ref, point in listed.items() if ref not in seen
        ],
        "at_run_time": [
            _point_row(paths, p) for p in sought.points if p.function is None
        ],
        "refused": _refused_rows(sought, Path(recording.process.cwd)),
    }


def compared_lines(rows: Row) -> Iterator[str]:
    """Yield what the list found, missed, and named in vain."""
    found, missed = rows["found"], rows["missed"]
    yield (
        f"of {len(found) + len(missed)} rupture points that were seen, "
        f"the list finds {len(found)}; files read: {rows['files']}"
    )
    yield from _seen_lines("found", found)
    yield from _seen_lines("missed", missed)
    counts = Counter(row["why"] for row in missed)
    for why, count in counts.most_common():
        yield f"  {count} times: {why}"
    if rows["never_seen"]:
        yield "on the list, and never seen to run"
        for row in rows["never_seen"]:
            yield from _point_lines(row)
    if rows["in_packages"]:
        yield f"{rows['in_packages']} more were seen in packages, and are not compared"
    yield from _refused_lines(rows)


def _why(rupture: RupturePoint, calls: set[tuple[int, int]]) -> str:
    at = rupture.registration
    if at is None:
        return NO_CALL
    return AT_RUN_TIME if (at.script, at.offset) in calls else NOT_LISTED


def _seen_row(names: Names, rupture: RupturePoint) -> Row:
    return {
        "function": names.function(rupture.function),
        "kind": rupture.kind,
        "registration": names.place(rupture.registration),
        "registrar": rupture.registrar,
        "activations": rupture.activations,
    }


def _seen_lines(what: str, rows: list[Row]) -> Iterator[str]:
    if rows:
        yield what
    for row in rows:
        said = row.get("listed_kind", row["kind"])
        but = f", the list says {said}" if said != row["kind"] else ""
        yield (
            f"  {row['kind']:<8} {function_text(row['function'])}"
            f"  ran {row['activations']} times{but}"
        )
        by = f" by {inert(row['registrar'], 40)}" if row["registrar"] else ""
        why = f": {row['why']}" if "why" in row else f", as {row['listed']}"
        yield f"           handed over {place_text(row['registration'])}{by}{why}"


def _point_row(paths: dict[int, str], point: StaticPoint) -> Row:
    def place(at: Place | None) -> Row | None:
        if at is None:
            return None
        return {"file": paths[at.script], "line": at.line, "column": at.column}

    return {
        "kind": point.kind,
        "callee": point.name,
        "listed": point.listed,
        "name": point.function_name,
        "made_by": point.text,
        "definition": place(point.definition),
        "creation": place(point.creation),
        "registration": place(point.registration),
    }


def _point_lines(row: Row) -> Iterator[str]:
    if row["definition"] is not None:
        name = inert(row["name"], 50) or "(anonymous)"
        yield f"  {row['kind']:<8} {name}  {place_text(row['definition'])}"
    else:
        yield f"  {row['kind']:<8} only known at run time: {inert(row['made_by'], 60)}"
    yield (
        f"           handed over {place_text(row['registration'])} "
        f"by {inert(row['callee'], 40)}, as {inert(row['listed'], 40)}"
    )


def _refused_rows(sought: Sought, folder: Path) -> list[Row]:
    return [
        {"file": _below(path, folder), "reason": why} for path, why in sought.refused
    ]


def _refused_lines(rows: Row) -> Iterator[str]:
    for row in rows["refused"]:
        yield f"not read: {inert(row['file'], 100)}: {inert(row['reason'], 200)}"


def _below(path: str, folder: Path) -> str:
    """Return a path as it is seen from a folder."""
    path = os.path.normpath(clean(path))
    return os.path.relpath(path, folder) if Path(path).is_relative_to(folder) else path
