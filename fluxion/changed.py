"""Say what changed from one recording of an app to another.

In: two recordings. Out: callbacks that are new, gone, slower or faster, and effects
that only one of them saw, as rows and lines. A time counts as changed when chance does
not explain it: by the ranks of all runs (Mann and Whitney 1947), three standard
deviations and a tenth of the median at least. Pure.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from fluxion.inert import inert
from fluxion.units import ms
from fluxion.views import Names
from rewriter.own_times import OwnTimes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from store.facts import FunctionRef, Recording

FEWEST = 5
"""Runs on either side, below which times are not compared."""
SURE = 3.0
TENTH = 1.1
LONGEST = 12

Key = tuple[str, str, int]
"""Where a function is found again: its file, its name, which one of that name."""
State = Literal["new", "gone", "slower", "faster", "same"]
ORDER: tuple[State, ...] = ("slower", "new", "gone", "faster", "same")


@dataclass(frozen=True, slots=True)
class Seen:
    """One callback in one recording, times in microseconds, in order."""

    ref: FunctionRef
    own: tuple[float, ...]
    a_second: float

    @property
    def p50(self) -> float:
        """Return the median, 0 when no run was seen."""
        return self.own[len(self.own) // 2] if self.own else 0.0

    @property
    def p99(self) -> float:
        """Return the time that one run of a hundred reaches."""
        return self.own[int(len(self.own) * 0.99)] if self.own else 0.0


def changed_rows(before: Recording, after: Recording) -> dict[str, Any]:
    """Return the whole of ``report STORE STORE2 --json``."""
    sides = (_Side(before), _Side(after))
    rows = [_row(key, *sides) for key in sorted({*sides[0].seen, *sides[1].seen})]
    rows.sort(key=lambda row: (ORDER.index(row["state"]), -_difference(row)))
    return {
        "before": _target(before),
        "after": _target(after),
        "callbacks": rows,
        "effects": _effects(*sides),
    }


def changed_lines(rows: Mapping[str, Any]) -> Iterator[str]:
    """Yield what changed, the slower callbacks first."""
    for which in ("before", "after"):
        side = rows[which]
        argv = inert(" ".join(side["argv"][1:]), 100)
        yield f"{which}: {argv}  {side['seconds']:.0f} s, {side['activations']:,} runs"
    told = [row for row in rows["callbacks"] if row["state"] != "same"]
    yield from map(_line, told[:LONGEST])
    if len(told) > LONGEST:
        yield f"and {len(told) - LONGEST} more (--json has all)"
    same = len(rows["callbacks"]) - len(told)
    yield f"{same} of {len(rows['callbacks'])} callbacks are as before"
    effects = rows["effects"]
    for effect in effects[:LONGEST]:
        verb = f"{effect['operation']}s"
        how = f"now {verb}" if effect["state"] == "new" else f"no longer {verb}"
        name = inert(effect["function"]["name"], 50) or "(anonymous)"
        yield f"{name}  {_at(effect['function'])}  {how} {inert(effect['cell'], 60)}"
    if len(effects) > LONGEST:
        yield f"and {len(effects) - LONGEST} more effects (--json has all)"


def certainty(first: Sequence[float], second: Sequence[float]) -> float:
    """Return by how many standard deviations the second one's ranks are higher.

    0 when either is empty or all are equal.
    """
    ranks = Counter((*first, *second))
    size = ranks.total()
    if not first or not second or len(ranks) == 1:
        return 0.0
    rank_of: dict[float, float] = {}
    below = 0
    for value in sorted(ranks):
        rank_of[value] = below + (ranks[value] + 1) / 2
        below += ranks[value]
    pairs = len(first) * len(second)
    higher = sum(rank_of[v] for v in second) - len(second) * (len(second) + 1) / 2
    ties = sum(n**3 - n for n in ranks.values()) / (size * (size - 1))
    return (higher - pairs / 2) / math.sqrt(pairs / 12 * (size + 1 - ties))


class _Side:
    """One of the recordings, its callbacks by where they are found again."""

    def __init__(self, recording: Recording) -> None:
        self.names = Names(recording)
        self.keys = _keys(self.names)
        seconds = max(recording.seconds, 1e-9)
        runs = {cost.function: cost.estimated for cost in recording.costs}
        times = OwnTimes(recording)
        self.seen = {
            self.keys[ref]: Seen(ref, tuple(times.of(ref)), runs.get(ref, 0) / seconds)
            for ref in {
                point.function
                for point in recording.ruptures
                if point.kind != "internal" or point.registration is not None
            }
            if ref in self.keys
        }
        self.runs = {
            self.keys[cost.function]: cost.activations
            for cost in recording.costs
            if cost.function in self.keys
        }
        self.effects = {
            (self.keys[e.function], e.operation, self._cell(e.cell)): e
            for e in recording.effects
            if e.function in self.keys
        }

    def _cell(self, number: int) -> str:
        """Name a cell the same in both: an object is called by who met it first."""
        cell = self.names.cells.get(number)
        if cell is None or cell.kind != "property":
            return self.names.cell(number)
        return f".{cell.key}"


def _keys(names: Names) -> dict[FunctionRef, Key]:
    """Name each function by its file, its name and which one of that name it is."""
    counts: defaultdict[tuple[str, str], int] = defaultdict(int)
    found: dict[FunctionRef, Key] = {}
    for ref in sorted(names.functions):
        row = names.function(ref)
        place = (str(row["file"]), str(row["name"]))
        found[ref] = (*place, counts[place])
        counts[place] += 1
    return found


def _row(key: Key, before: _Side, after: _Side) -> dict[str, Any]:
    old, new = before.seen.get(key), after.seen.get(key)
    known = after.names.function(new.ref) if new else None
    if known is None and old is not None:
        known = before.names.function(old.ref)
    return {
        "function": known,
        "state": _state(old, new),
        "before": _times(old),
        "after": _times(new),
    }


def _state(old: Seen | None, new: Seen | None) -> State:
    if old is None:
        return "new"
    if new is None:
        return "gone"
    if min(len(old.own), len(new.own)) < FEWEST:
        return "same"
    sure = certainty(old.own, new.own)
    if sure > SURE and new.p50 > old.p50 * TENTH:
        return "slower"
    if sure < -SURE and new.p50 < old.p50 / TENTH:
        return "faster"
    return "same"


def _times(seen: Seen | None) -> dict[str, Any] | None:
    if seen is None:
        return None
    return {
        "runs": len(seen.own),
        "a_second": round(seen.a_second, 3),
        "p50_ms": round(seen.p50 / 1000, 3),
        "p99_ms": round(seen.p99 / 1000, 3),
    }


def _difference(row: Mapping[str, Any]) -> float:
    """Return by how much the loop is blocked for more or less, in ms a second."""
    old, new = (
        float(side["p50_ms"] * side["a_second"]) if side else 0.0
        for side in (row["before"], row["after"])
    )
    return abs(new - old)


def _effects(before: _Side, after: _Side) -> list[dict[str, Any]]:
    """Return the effects that one saw, of functions that ran often enough in both."""
    both = {
        key
        for key, runs in before.runs.items()
        if min(runs, after.runs.get(key, 0)) >= FEWEST
    }
    found: list[dict[str, Any]] = []
    for state, one, other in (("new", after, before), ("gone", before, after)):
        found.extend(
            {
                "function": one.names.function(effect.function),
                "operation": effect.operation,
                "cell": one.names.cell(effect.cell),
                "state": state,
            }
            for place, effect in sorted(one.effects.items(), key=lambda item: item[0])
            if place[0] in both and place not in other.effects
        )
    return found


def _target(recording: Recording) -> dict[str, Any]:
    return {
        "argv": list(recording.process.argv),
        "node": recording.process.node,
        "seconds": round(recording.seconds, 3),
        "activations": len(recording.activations),
    }


def _line(row: Mapping[str, Any]) -> str:
    old, new = row["before"], row["after"]
    name = inert(row["function"]["name"], 50) or "(anonymous)"
    head = f"{row['state']:<7} {name}  {_at(row['function'])}"
    if old and new:
        return (
            f"{head}  {ms(old['p50_ms'])} -> {ms(new['p50_ms'])} at the median, "
            f"{ms(old['p99_ms'])} -> {ms(new['p99_ms'])} at p99"
        )
    one = new or old
    return f"{head}  {ms(one['p50_ms'])} at the median, {one['a_second']:.1f} a second"


def _at(place: Mapping[str, Any]) -> str:
    return f"{inert(place['file'], 80)}:{place['line']}:{place['column']}"
