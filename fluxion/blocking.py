"""Answer what is asked first: who blocks the loop, from where, what moving it gives.

In: a recording, the texts of its scripts, the plan when one could be made. Out: a
``Blocker`` for each callback, the one with the most time first, as values, rows and
lines. Names from the target are made inert. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fluxion.inert import inert
from fluxion.units import ms
from rewriter.own_times import OwnTimes, at99, rests, shaved, waiting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fluxion.views import Names
    from store.facts import FunctionRef, Place, Recording, RupturePoint
    from store.plans import Fluxion, Plan, Stay

MOST_CODE = 72


@dataclass(frozen=True, slots=True)
class Blocker:
    """What a callback does to the loop by itself, and what became of it in the plan."""

    function: FunctionRef
    p50_us: float
    p99_us: float
    runs: int
    """In all, those that were not observed estimated."""
    total_us: float
    share: float
    """Of the time of the recording."""
    route: RupturePoint | None = None
    """The nearest callback on the way here that outside events start."""
    moving: Fluxion | None = None
    saved_us: float = 0
    """CPU of main that moving saves, of each run."""
    left_us: float = 0
    """Longest time at p99 for which main is still blocked once it has moved."""
    stay: Stay | None = None


def blockers(recording: Recording, plan: Plan | None) -> list[Blocker]:
    """Return every callback that was seen to run, the one with the most time first."""
    callbacks = {
        point.function
        for point in recording.ruptures
        if point.kind != "internal" or point.registration is not None
    }
    costs = {cost.function: cost.estimated for cost in recording.costs}
    waited = waiting(recording)
    times, routes = OwnTimes(recording), Routes(recording)
    found: list[Blocker] = []
    for function in sorted(callbacks):
        own = times.of(function)
        if own:
            runs = max(len(own), costs.get(function, 0))
            one = _measured(function, own, runs, recording.seconds, waited)
            found.append(replace(one, route=routes.of(function)))
    found.sort(key=lambda one: -one.total_us)
    if plan is None:
        return found
    return [_decided(one, found, waited, plan, recording) for one in found]


class Routes:
    """The ways from what outside events start to each callback."""

    def __init__(self, recording: Recording) -> None:
        """Take a recording."""
        self._points: dict[FunctionRef, RupturePoint] = {}
        for point in recording.ruptures:
            known = self._points.get(point.function)
            if point.registration is not None and (
                known is None or point.activations > known.activations
            ):
                self._points[point.function] = point
        self._above: defaultdict[FunctionRef, list[tuple[int, FunctionRef]]]
        self._above = defaultdict(list)
        for edge in recording.edges:
            self._above[edge.target].append((edge.count, edge.source))
        for ways in self._above.values():
            ways.sort(reverse=True)

    def of(self, function: FunctionRef) -> RupturePoint | None:
        """Return the start point that leads here most often, itself if it is one.

        A callback whose way to a start was not seen has its own hand-over, if any was.
        """
        at, seen = function, {function}
        while True:
            here = self._points.get(at)
            if here is not None and here.kind == "start":
                return here
            ways = (ref for _, ref in self._above.get(at, ()) if ref not in seen)
            above = next(ways, None)
            if above is None:
                return self._points.get(function)
            at = above
            seen.add(at)


def _measured(
    function: FunctionRef,
    own: Sequence[float],
    runs: int,
    seconds: float,
    waited: float,
) -> Blocker:
    total = sum(own) / len(own) * runs
    p50 = own[len(own) // 2]
    p99 = max(p50, at99(shaved(own, waited)))
    share = min(1.0, total / max(seconds * 1e6, 1))
    return Blocker(function, p50, p99, runs, total, share)


def _decided(
    one: Blocker,
    everyone: Sequence[Blocker],
    waited: float,
    plan: Plan,
    recording: Recording,
) -> Blocker:
    """Add what the plan says of a callback.

    What is left of it at p99 is what was left of its runs, where these told: a mean
    share of the longest run is too little of one in which the rest took long.
    """
    ref = one.function
    moving = next((f for f in plan.fluxions if f.function.ref == ref), None)
    stay = next((s for s in plan.stays if s.function.ref == ref), None)
    if moving is None:
        return replace(one, stay=stay)
    rest = one.p99_us * (1 - moving.share)
    if moving.cut.callee is not None:
        seen = rests(recording, ref, moving.cut.callee)
        rest = max(rest, at99(seen)) if seen else rest
    others = [other.p99_us for other in everyone if other.function != ref]
    # By the runs' clock: the profile may have begun later than the recording.
    saved = one.total_us * moving.share / one.runs * (1 - waited)
    return replace(one, moving=moving, saved_us=saved, left_us=max([rest, *others]))


def blocking_rows(
    names: Names, found: Sequence[Blocker], texts: Mapping[int, str]
) -> list[dict[str, Any]]:
    """Return `blocking` of ``report --json``."""
    return [
        {
            "function": names.function(one.function),
            "p50_ms": round(one.p50_us / 1000, 3),
            "p99_ms": round(one.p99_us / 1000, 3),
            "runs": one.runs,
            "share": round(one.share, 4),
            "route": _route_row(names, one, texts),
            "moving": {
                "id": one.moving.id,
                "saved_ms_a_run": round(one.saved_us / 1000, 3),
                "left_p99_ms": round(one.left_us / 1000, 3),
            }
            if one.moving
            else None,
            "stays": {
                "code": one.stay.refusal.code,
                "reason": one.stay.refusal.reason,
                "helps": one.stay.refusal.remedy,
            }
            if one.stay
            else None,
        }
        for one in found
    ]


def blocking_lines(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield lines on the first: what it does, whose request it is, what helps."""
    if not rows:
        yield "no callback was seen that blocks the loop"
        return
    row = rows[0]
    name = inert(row["function"]["name"], 50) or "(anonymous)"
    yield (
        f"{name}  {_at(row['function'])}  blocks the loop for {ms(row['p50_ms'])} at "
        f"the median, {ms(row['p99_ms'])} at p99: {row['share']:.0%} of the time"
    )
    yield f"  runs for {_route_text(row['route'])}"
    yield f"  {_helps(row)}"
    if row["stays"] and not row["moving"] and row["stays"]["helps"]:
        yield f"  what helps: {inert(row['stays']['helps'], 200)}"


def _helps(row: Mapping[str, Any]) -> str:
    moving, stays = row["moving"], row["stays"]
    if moving:
        return (
            f"moving it saves {ms(moving['saved_ms_a_run'])} of main CPU a run; the "
            f"longest block left is {ms(moving['left_p99_ms'])} at p99"
        )
    if stays:
        return f"it stays: {stays['code']} {inert(stays['reason'], 160)}"
    return "what moving it would give is not known: its sources could not be read"


def _route_text(route: Mapping[str, Any] | None) -> str:
    if route is None:
        return "an event whose listener was handed over before the recording"
    code = inert(route["code"] or route["registrar"], MOST_CODE)
    return f"{code or 'what was handed over'}  {_at(route['place'])}"


def _route_row(
    names: Names, one: Blocker, texts: Mapping[int, str]
) -> dict[str, Any] | None:
    point = one.route
    if point is None or point.registration is None:
        return None
    return {
        "function": names.function(point.function),
        "place": names.place(point.registration),
        "registrar": point.registrar,
        "code": _code(texts.get(point.registration.script, ""), point.registration),
    }


def _code(text: str, place: Place) -> str:
    """Return what stands at a place of a text, to the end of its line."""
    lines = text.splitlines()
    if not 0 < place.line <= len(lines):
        return ""
    return lines[place.line - 1][max(place.column - 1, 0) :].strip()


def _at(place: Mapping[str, Any]) -> str:
    return f"{inert(place['file'], 80)}:{place['line']}:{place['column']}"
