"""What a callback costs main, and whether that is worth a message to a worker.

In: a recording and its call tree. Out: a ``Weight`` for each rupture point, and FX001
with the figures for what is too cheap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rewriter.own_times import IDLE, OwnTimes, at99, shaved, waiting
from rewriter.refusals import refuse

if TYPE_CHECKING:
    from rewriter.spine import Spine
    from store.facts import FunctionRef, Recording, Refusal, RupturePoint

P99_FACTOR = 20
"""5 ms at p99 are as good a reason as 0.25 ms at the median."""
SHARE_A_MS = 0.02
"""Of all that main does, for each ms that a median run must have: 0.5 % for 0.25 ms."""


@dataclass(frozen=True, slots=True)
class Weight:
    """What a callback costs main by itself, in microseconds."""

    p50: float
    p99: float
    total: float
    activations: int


class Weights:
    """The weights of one recording's callbacks, each made once."""

    def __init__(self, recording: Recording, spine: Spine, min_gain_ms: float) -> None:
        """Take a recording, its call tree, and from which gain on moving pays."""
        self._spine = spine
        self._least = min_gain_ms * 1000
        self._least_share = min_gain_ms * SHARE_A_MS
        self._busy = sum(
            frame.self_us for frame in recording.frames if frame.name not in IDLE
        )
        self._waiting = waiting(recording)
        self._own_times = OwnTimes(recording)
        self._costs = {cost.function: cost for cost in recording.costs}
        self._known: dict[FunctionRef, Weight] = {}

    @property
    def heavy_us(self) -> float:
        """Microseconds from which a rare run is worth moving."""
        return self._least * P99_FACTOR

    def of(self, point: RupturePoint) -> Weight:
        """Return a callback's own cost, without callbacks that run inside of it."""
        known = self._known.get(point.function)
        if known is None:
            known = self._known[point.function] = self._weighed(point)
        return known

    def mean_us(self, point: RupturePoint, total: float) -> float:
        """Return a total of the profile for each run, observed or not."""
        cost = self._costs.get(point.function)
        return total / max(point.activations, 1, cost.estimated if cost else 0)

    def cheap(self, point: RupturePoint, weight: Weight, what: str) -> Refusal | None:
        """Refuse what moves too little: in a run, or of all that main does.

        A few runs of a callback that hardly runs at all say little of its median: on a
        busy machine six of them were twice as slow as 60. All of them together were
        0.02 % of what main did, which nobody would notice.
        """
        if weight.p99 >= self.heavy_us:
            return None
        share = weight.total / self._busy if self._busy else 1.0
        if weight.p50 >= self._least and share >= self._least_share:
            return None
        if weight.p50 >= self._least:
            seen = f"{share:.2%} of what main does"
            pays = f"{self._least_share:.1%}, or {self.heavy_us / 1000:g} ms at p99"
        else:
            p50, p99 = weight.p50 / 1000, weight.p99 / 1000
            seen = f"{p50:.3f} ms at the median, {p99:.3f} ms at p99"
            pays = f"{self._least / 1000:g} ms or {self.heavy_us / 1000:g} ms"
        text = f"{what} is too cheap to move: {seen}; it pays from {pays}"
        return refuse("FX001", text, function=point.function, place=point.definition)

    def _weighed(self, point: RupturePoint) -> Weight:
        sampled = self._spine.own_us(point.function)
        inside = self._spine.inside(point.function)
        least = self._spine.least_us(point.function)
        own = self._own_times.of(point.function, inside, least)
        cost = self._costs.get(point.function)
        if own:
            total = sum(own) * (cost.estimated / len(own) if cost else 1)
            p50 = own[len(own) // 2]
            p99 = max(p50, at99(shaved(own, self._waiting)))
            return Weight(p50, p99, max(total, sampled), len(own))
        if cost is not None:
            total = max(cost.total_us, sampled)
            return Weight(cost.p50_us, cost.p99_us, total, cost.activations)
        runs = max(point.activations, 1)
        return Weight(sampled / runs, sampled / runs, sampled, point.activations)
