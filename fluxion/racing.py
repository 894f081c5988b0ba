"""Say which runs touch one place in no order, before anything is split.

In: a recording, and a plan where fluxions are asked for. Out: rows and lines. Names
from the target are made inert. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fluxion.inert import inert
from fluxion.units import ms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from fluxion.views import Names, Row
    from store.facts import Activation, FunctionRef, Race, Recording
    from store.plans import Fluxion, Plan

MOST = 20
MOST_OF_FLUXION = 4
DEEPEST = 100


def race_rows(names: Names, cell: str | None = None) -> list[Row]:
    """Return the races of a recording, those that split something first."""
    starts = Starts(names.recording)
    return [
        _row(names, starts, race)
        for race in names.recording.races
        if cell is None or names.cell(race.cell) == cell
    ]


def _row(names: Names, starts: Starts, race: Race) -> Row:
    first = (race.activation, race.at_us, race.wrote)
    then = (race.then_activation, race.then_at_us, race.then_wrote)
    return {
        "cell": names.cell(race.cell),
        "kind": race.kind,
        "function": names.function(race.function),
        "then": names.function(race.then),
        "count": race.count,
        "example": [_touch(names, starts, *one) for one in (first, then)],
    }


def _touch(names: Names, starts: Starts, activation: int, at: int, wrote: bool) -> Row:
    begun = starts.of(activation)
    return {
        "activation": activation,
        "at_ms": round(at / 1000, 3),
        "did": "write" if wrote else "read",
        "begun_by": names.function(begun.function) if begun else None,
        "begun_activation": begun.number if begun else 0,
        "begun_ms": round(begun.started_us / 1000, 3) if begun else None,
    }


@dataclass(slots=True)
class Starts:
    """The run with which the chain of each run begins: a request's handler, say."""

    recording: Recording
    _runs: dict[int, Activation] = field(init=False)
    _kinds: dict[FunctionRef, str] = field(init=False)

    def __post_init__(self) -> None:
        """Index the runs that were kept."""
        self._runs = {run.number: run for run in self.recording.activations}
        self._kinds = {r.function: r.kind for r in self.recording.ruptures}

    def of(self, activation: int) -> Activation | None:
        """Return it; None when the run was not kept."""
        run = self._runs.get(activation)
        for _ in range(DEEPEST):
            if run is None or (
                not run.parent and self._kinds.get(run.function) == "start"
            ):
                break
            above = self._runs.get(run.parent or run.cause)
            if above is None or above.number >= run.number:
                break
            run = above
        return run


def race_lines(rows: Sequence[Row]) -> Iterator[str]:
    """Yield each race in three lines."""
    if not rows:
        return
    yield "what is touched in no order (races)"
    for row in rows[:MOST]:
        yield f"  {inert(row['cell'], 60)}: {_words(row)}, {_pairs(row)}"
        for name, touch in zip(("function", "then"), row["example"], strict=True):
            yield f"    {_example(row[name], touch)}"
    if len(rows) > MOST:
        yield f"  and {len(rows) - MOST} more (--json has all)"


def _words(row: Row) -> str:
    if row["kind"] == "split":
        return "written between two touches that belong together"
    return "only who came first is luck"


def _pairs(row: Row) -> str:
    count = row["count"]
    return f"{count} {'pair' if count == 1 else 'pairs'} of runs"


def _example(function: Row, touch: Row) -> str:
    said = (
        f"{touch['did']:<5} at {ms(touch['at_ms'])} by {_name(function)} "
        f"(run {touch['activation']}"
    )
    begun = touch["begun_by"]
    if begun is not None and touch["begun_activation"] != touch["activation"]:
        said += (
            f", of {inert(begun['name'], 40) or '(anonymous)'}, run "
            f"{touch['begun_activation']}, begun at {ms(touch['begun_ms'])}"
        )
    return said + ")"


def _name(function: Mapping[str, Any]) -> str:
    name = inert(function["name"], 50) or "(anonymous)"
    return f"{name}  {inert(function['file'], 80)}:{function['line']}"


def report_lines(rows: Sequence[Row]) -> Iterator[str]:
    """Yield one line, if there is a race at all."""
    cells = {row["cell"] for row in rows}
    split = {row["cell"] for row in rows if row["kind"] == "split"}
    if not cells:
        return
    said = f"races: {_cells(len(cells))} touched in no order"
    if split:
        said += f", {len(split)} of them between a read and what depends on it"
    worst = next(iter(split or cells)) if len(split or cells) == 1 else rows[0]["cell"]
    yield f"{said}, such as {inert(worst, 40)} (fluxion effects shows them)"


def _cells(count: int) -> str:
    return f"{count} cell is" if count == 1 else f"{count} cells are"


def plan_races(plan: Plan, names: Names) -> list[list[Row]]:
    """Return for each fluxion the races at cells that it touches when it runs."""
    recording = names.recording
    if not recording.races:
        return [[] for _ in plan.fluxions]
    below: defaultdict[FunctionRef, set[FunctionRef]] = defaultdict(set)
    for edge in recording.edges:
        if edge.type == "call":
            below[edge.source].add(edge.target)
    starts = Starts(recording)
    touched: defaultdict[FunctionRef, set[int]] = defaultdict(set)
    for effect in recording.effects:
        touched[effect.function].add(effect.cell)
    found: list[list[Row]] = []
    for fluxion in plan.fluxions:
        cells = {c for ref in _extent(fluxion, below) for c in touched[ref]}
        races = [race for race in recording.races if race.cell in cells]
        found.append([_row(names, starts, race) for race in races])
    return found


def _extent(
    fluxion: Fluxion, below: Mapping[FunctionRef, Iterable[FunctionRef]]
) -> set[FunctionRef]:
    """Return the functions that run on the stack of what moves, itself included."""
    callee = fluxion.cut.callee
    waiting = [fluxion.function.ref if callee is None else callee]
    seen: set[FunctionRef] = set()
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += below.get(one, ())
    return seen


def fluxion_lines(rows: Sequence[Row]) -> Iterator[str]:
    """Yield what a plan says of a fluxion's races."""
    for row in rows[:MOST_OF_FLUXION]:
        first, then = row["function"], row["then"]
        yield (
            f"  race at {inert(row['cell'], 60)}: {_name(first)} and {_name(then)}, "
            f"{_words(row)}, {_pairs(row)}"
        )
    if len(rows) > MOST_OF_FLUXION:
        yield f"  and {len(rows) - MOST_OF_FLUXION} more races (--json has all)"
