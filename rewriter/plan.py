"""Decide for every callback: a fluxion, or the reason why it stays.

In: a recording, the texts of its scripts, a parser, and what the user asked for. Out: a
``Plan``. Pure but for the parser: the same facts give the same plan.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from rewriter.confidence import Confidence, Seen
from rewriter.cuts import Cuts, Found
from rewriter.modules import Spot, function_name
from rewriter.program import Program
from rewriter.refusals import refuse
from rewriter.spine import Spine
from rewriter.untraced import Untraced
from rewriter.weights import Weight, Weights
from rewriter.whole import judge
from store.facts import FunctionRef, Refusal
from store.plans import Fluxion, Plan, Stay, Stream, Where

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rewriter.syntax.client import Syntax
    from store.facts import Function, Recording, RupturePoint

ENOUGH = 30
"""Activations after which seeing more adds little."""
FIRST_NUMBER = 1000
SAYS_LITTLE = frozenset({"FX003", "FX018", "FX031"})
"""Codes about the form of a call; what forbids moving the whole says more."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the user asked for."""

    only: frozenset[str] | Literal["all"] = "all"
    min_gain_ms: float = 0.25
    """Least CPU moved per activation at the median."""
    workers: int = 1


def plan(
    recording: Recording,
    texts: Mapping[int, str],
    syntax: Syntax,
    policy: Policy | None = None,
) -> Plan:
    """Return a fluxion or a reason for every callback that was seen."""
    return _Planner(recording, texts, syntax, policy or Policy()).plan()


class _Planner:
    def __init__(
        self,
        recording: Recording,
        texts: Mapping[int, str],
        syntax: Syntax,
        policy: Policy,
    ) -> None:
        self.recording = recording
        self.policy = policy
        self.program = Program(
            recording.scripts, texts, syntax, recording.process.entry
        )
        self.cuts = Cuts(self.program, recording)
        self.spine = Spine(self.program, recording)
        self._untraced = Untraced(recording)
        self._seen = Seen(self.program, recording, self.spine)
        self.functions = {item.ref: item for item in recording.functions}
        self._origins = {(one.script, one.start): one for one in recording.origins}
        self.points = _one_each(
            # A function that was only called is nobody's callback.
            point
            for point in recording.ruptures
            if point.kind != "internal" or point.registration is not None
        )
        self.weights = Weights(recording, self.spine, self.policy.min_gain_ms)
        self.ids = self._ids()

    def plan(self) -> Plan:
        fluxions: list[Fluxion] = []
        stays: list[Stay] = []
        ranked = sorted(self.points, key=lambda p: -self.weights.of(p).total)
        for point in ranked:
            decided = self._decide(point)
            if isinstance(decided, Fluxion):
                clash = _clash(decided, fluxions)
                if clash is None:
                    fluxions.append(decided)
                    continue
                decided = clash
            name = self.ids.get(point.function, "")
            forced = name if decided.code in {"FX001", "FX002", "FX023"} else ""
            stays.append(Stay(self._where(point), decided, forced))
        return Plan(tuple(fluxions), tuple(stays))

    def _decide(self, point: RupturePoint) -> Fluxion | Refusal:
        name = self.ids.get(point.function, "")
        if self.policy.only != "all" and name not in self.policy.only:
            return refuse("FX002", function=point.function, place=point.definition)
        callback = self.program.spot(point.function)
        if callback is None:
            return refuse("FX014", function=point.function, place=point.definition)
        weight = self.weights.of(point)
        cheap = self.weights.cheap(point, weight, "this callback")
        # Few runs are observed under a budget, the profile sees all of them: a rare
        # heavy run shows in the mean even when none was among those few.
        if (
            cheap is not None
            and self.weights.mean_us(point, weight.total) < self.weights.heavy_us
        ):
            return cheap
        found = self._best(point, callback, weight, cheap)
        if isinstance(found, Refusal):
            return replace(
                found,
                function=point.function,
                place=found.place or point.definition,
            )
        return self._fluxion(point, found, weight)

    def _best(
        self,
        point: RupturePoint,
        callback: Spot,
        weight: Weight,
        cheap_whole: Refusal | None,
    ) -> Found | Refusal:
        """Return the best cut, else what forbids the most promising one."""
        refused: list[Refusal] = []
        candidates = self.spine.candidates(callback)
        for candidate in candidates:
            found = self.cuts.judge(point, callback, candidate)
            if isinstance(found, Found):
                share = candidate.share
                at99 = max(
                    weight.p99 * share, self.weights.mean_us(point, found.moved_us)
                )
                moved = Weight(weight.p50 * share, at99, found.moved_us, 0)
                cheap = self.weights.cheap(point, moved, "what could be moved")
                if cheap is None:
                    return found
                refused.append(cheap)
            else:
                refused.append(found)
        blocked = self.spine.blocked.get(point.function)
        if blocked is not None:
            host, callee = blocked
            refused.append(
                refuse(
                    "FX018",
                    f"how {host} enters {callee} cannot be followed",
                    place=host.place,
                    evidence=[str(host), str(callee)],
                )
            )
        if cheap_whole is not None:
            return cheap_whole
        whole = judge(self.cuts, point, callback, int(weight.total))
        if isinstance(whole, Found):
            return whole
        if not refused:
            also = f"as a whole it cannot move either: {whole.code} {whole.reason}"
            refused.append(refuse("FX003", evidence=[also, *whole.evidence]))
        told = [refusal for refusal in refused if refusal.code not in SAYS_LITTLE]
        most = min(told or [whole, *refused], key=_telling)
        return self._untraced.advised(most, candidates)

    def _fluxion(self, point: RupturePoint, found: Found, weight: Weight) -> Fluxion:
        name = self.ids[point.function]
        seconds = max(self.recording.seconds, 1e-9)
        kind = point.kind
        stateful = found.cut.stateful
        seen = self._seen.of_cut(point.function, found.cut)
        if seen is None:
            seen = Confidence(self._confidence(point, weight), (), ())
        handles = tuple(c.name for c in found.cut.captures if c.fate == "handle")
        return Fluxion(
            id=name,
            shape=found.shape,
            function=self._where(point),
            kind=kind,
            tags=("isolated",),
            context=tuple(cell.split(" ")[0] for cell in found.state.cells),
            streams=(Stream("->", f"{name}_main", handles),),
            decision="guarded",
            guards=found.guards,
            group=f"{name}_state" if stateful else "",
            bytes=self._bytes(found),
            gain_ms=found.moved_us / 1000 / seconds,
            confidence=round(seen.share, 3),
            unseen=seen.unseen,
            unwatched=seen.unwatched,
            cut=found.cut,
            share=self._share(point, found),
        )

    def _share(self, point: RupturePoint, found: Found) -> float:
        """Return how much of a callback's own time moves: 0 to 1."""
        whole = self.spine.own_us(point.function) or self.weights.of(point).total
        return min(1.0, found.moved_us / whole) if whole else 1.0

    def _bytes(self, found: Found) -> int:
        """Return what was seen of the size of a message, 0 when nothing was."""
        slot = f"call:{found.cut.start}:"
        sizes = [
            shape.bytes
            for shape in self.recording.shapes
            if shape.function == found.cut.host and shape.slot.startswith(slot)
        ]
        return sum(sizes)

    def _confidence(self, point: RupturePoint, weight: Weight) -> float:
        """Return how much was seen of it, without coverage: runs, few of them lost."""
        seen = max(weight.activations, point.activations)
        share = 1.0
        for loss in self.recording.losses:
            if loss.function == point.function and loss.seen:
                share = loss.kept / loss.seen
        return round(seen / (seen + ENOUGH / 10) * share, 3)

    def _where(self, point: RupturePoint) -> Where:
        script = next(
            (s for s in self.recording.scripts if s.number == point.function.script),
            None,
        )
        place = point.definition
        file = (script.path or script.url) if script is not None else ""
        name = self._name(point.function)
        ref = point.function
        wrote = self._origins.get((ref.script, ref.start))
        if wrote is None:
            return Where(file, place.line, place.column, name, ref)
        made = (file, place.line, place.column, name)
        return Where(
            wrote.source, wrote.line, wrote.column, wrote.name or name, ref, made
        )

    def _name(self, ref: FunctionRef) -> str:
        known: Function | None = self.functions.get(ref)
        if known is not None:
            return known.name
        spot = self.program.spot(ref)
        return function_name(spot.node) if spot is not None else ""

    def _ids(self) -> dict[FunctionRef, str]:
        """Return names that stay the same: by function, anonymous ones by order."""
        ordered = sorted(p.function for p in self.points)
        counts: Counter[str] = Counter()
        found: dict[FunctionRef, str] = {}
        for ref in ordered:
            base = self._name(ref)
            base = "".join(c if c.isalnum() or c in "_$" else "_" for c in base)
            base = base if base and not base[0].isdigit() else "anonymous"
            found[ref] = f"{base}_{FIRST_NUMBER + counts[base]}"
            counts[base] += 1
        return found


def _one_each(points: Iterable[RupturePoint]) -> list[RupturePoint]:
    """Return one point for each function: the one with the most activations."""
    best: dict[FunctionRef, RupturePoint] = {}
    for point in points:
        former = best.get(point.function)
        if former is None or point.activations > former.activations:
            best[point.function] = point
    return list(best.values())


def _telling(refusal: Refusal) -> int:
    """Rank refusals: shared state says more than how a call is written."""
    order = ("FX020", "FX04", "FX05", "FX02", "FX03", "FX018", "FX003", "FX01", "FX06")
    for rank, prefix in enumerate(order):
        if refusal.code.startswith(prefix):
            return rank
    return len(order)


def _clash(fluxion: Fluxion, others: Iterable[Fluxion]) -> Refusal | None:
    """Refuse a second owner of the same private state."""
    for other in others:
        shared = set(fluxion.context) & set(other.context)
        same = fluxion.cut.host == other.cut.host
        scripts = {s.script for s in fluxion.cut.slices} & {
            s.script for s in other.cut.slices
        }
        if (shared and scripts) or (same and fluxion.cut.start == other.cut.start):
            return refuse(
                "FX023",
                f"{other.id} owns the same state",
                function=fluxion.function.ref,
                evidence=sorted(shared),
            )
    return None
