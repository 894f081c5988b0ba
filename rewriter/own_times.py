"""How long each run of a callback took by itself, without callbacks inside of it.

In: a recording and a function. Out: times in microseconds, in order.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from rewriter.spine import handed_over

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from store.facts import Activation, FunctionRef, Recording

    Inner = Mapping[int, Sequence[Activation]]

MANY = 4
"""How much longer a callback that nobody saw may have taken than those that were seen,
and how much shorter than those that were seen elsewhere."""
STOP_US = 4000
"""How long Linux lets others run: 3.6 to 5 ms were seen, beside two busy loops."""
IDLE = frozenset({"(idle)", "(program)", "(root)"})


class OwnTimes:
    """The times of every callback of one recording, which is read once."""

    def __init__(self, recording: Recording) -> None:
        """Take a recording."""
        self._costs = {cost.function: cost for cost in recording.costs}
        self._runs: defaultdict[FunctionRef, list[Activation]] = defaultdict(list)
        """Runs that were seen to end, by function."""
        for run in recording.activations:
            if run.outcome != "open":
                self._runs[run.function].append(run)
        self._inner = _inside(recording)

    def of(
        self,
        function: FunctionRef,
        profiled: AbstractSet[FunctionRef] = frozenset(),
        profiled_us: float = math.inf,
    ) -> list[float]:
        """Return each run's time without the callbacks inside of it, in order, in us.

        An inner callback is observed in bursts of its own. While it was not, its time
        looks like its caller's: a run that is long enough to hold one unseen, and not
        many times longer, says nothing about the caller, as long as other runs do. From
        one that is so much longer the most that was seen inside of a run is taken. The
        profile still sees what those runs cost that say nothing.

        `profiled` are the callbacks that the profile saw inside, `profiled_us` is what
        it surely saw of the function without them: where no run says anything, each
        took its share of that.
        """
        runs = self._runs.get(function, [])
        inner: Inner = self._inner.get(function, {})
        shortest, most = self._unseen(inner, profiled)
        own: list[float] = []
        doubtful: list[float] = []
        for run in runs:
            found = inner.get(run.number, [])
            time = float(max(0, _took(run) - sum(_took(one) for one in found)))
            if time < shortest or any(self._is_sampled(one.function) for one in found):
                own.append(time)
            elif time > MANY * most:
                own.append(time - most)
            else:
                doubtful.append(time)
        share = profiled_us / max(len(runs), 1) if profiled else math.inf
        return sorted(own or (min(time, share) for time in doubtful))

    def _unseen(
        self, inner: Inner, profiled: AbstractSet[FunctionRef]
    ) -> tuple[float, int]:
        """Return the least and the most us that callbacks inside may take unseen."""
        everyone = [run for found in inner.values() for run in found]
        unseen = [_took(run) for run in everyone if self._is_sampled(run.function)]
        # None of these was seen inside: all their runs there were missed.
        missed = profiled - {run.function for run in everyone}
        elsewhere = [_took(run) for one in missed for run in self._runs.get(one, [])]
        unseen += [took // MANY for took in elsewhere]
        together = [sum(map(_took, found)) for found in inner.values()]
        return min(unseen, default=math.inf), max([*together, *elsewhere, 0])

    def _is_sampled(self, function: FunctionRef) -> bool:
        """Tell whether not every run of a function was observed."""
        cost = self._costs.get(function)
        return cost is not None and cost.estimated > cost.activations


def at99(own: Sequence[float]) -> float:
    """Return the time that 1 % of the runs, and two of them at least, reach.

    Of 100 runs or fewer one alone would make the percentile: one that the machine
    stopped for 5 ms is then no different from one that worked for as long. See `shaved`
    for a machine that stops many.
    """
    return own[max(0, min(int(len(own) * 0.99), len(own) - 2))]


def shaved(own: Sequence[float], waiting: float) -> list[float]:
    """Return times without what main spent waiting for a CPU, taken off the longest.

    Times are those of a clock, and a busy machine stops whoever runs for milliseconds
    at a time. Which runs it stopped nobody knows; how much of them it took, on average,
    is known: that share of all goes, and what chance may add to it, from the top down
    to one level. A few short runs that were stopped are no longer long; many that work
    for long, or few that do for very long, still are.
    """
    total = sum(own)
    average = total * waiting
    # So many stops, about as many more or fewer as the root of their number.
    rest = min(total, average + math.sqrt(average * STOP_US))
    kept = sorted(own, reverse=True)
    for count, level in enumerate([*kept, 0.0][1:], 1):
        if (kept[0] - level) * count >= rest:
            kept[:count] = [kept[0] - rest / count] * count
            break
        rest -= (kept[0] - level) * count
        kept[:count] = [level] * count
    return kept[::-1]


def rests(
    recording: Recording, function: FunctionRef, inner: FunctionRef
) -> list[float]:
    """Return each run's time without the runs of ``inner`` inside of it, in order, us.

    Runs in which none was seen say nothing: it may have been one that nobody watched.
    """
    above = {run.number: run for run in recording.activations}
    taken: defaultdict[int, int] = defaultdict(int)
    for run in recording.activations:
        if run.function == inner and run.outcome != "open":
            parent = above.get(run.parent)
            while parent is not None and parent.function not in {function, inner}:
                parent = above.get(parent.parent)
            if parent is not None and parent.function == function:
                taken[parent.number] += _took(run)
    return sorted(
        float(max(0, _took(above[number]) - took))
        for number, took in taken.items()
        if above[number].outcome != "open"
    )


def waiting(recording: Recording) -> float:
    """Return the share of its busy time in which main did not run: 0 to 1.

    The kernel tells, where we could ask it, of the one isolate that there is; what it
    says of a cluster's primary is not true of its workers. Elsewhere: by the profile it
    was busy for longer than it used a CPU; what the process used besides, for its
    collector or its probe, makes this less, never more.
    """
    if recording.waited is not None and len(recording.processes) <= 1:
        return recording.waited
    busy = sum(frame.self_us for frame in recording.frames if frame.name not in IDLE)
    used = sum(cost.main_us for cost in recording.probe_costs)
    return max(0.0, 1 - used / busy) if busy and used else 0.0


def _took(run: Activation) -> int:
    return run.ended_us - run.started_us


def _inside(
    recording: Recording,
) -> dict[FunctionRef, defaultdict[int, list[Activation]]]:
    """Return the callbacks that ran inside of runs: by function and number of the run.

    A callback's run ends the way up; functions that are only called, on the way there,
    have it inside as well.
    """
    stops = handed_over(recording)
    above = {run.number: run for run in recording.activations}
    found: dict[FunctionRef, defaultdict[int, list[Activation]]] = {}
    for run in recording.activations:
        if run.function not in stops:
            continue
        passed = {run.function}
        parent = above.get(run.parent)
        while parent is not None:
            if parent.function not in passed:
                of = found.setdefault(parent.function, defaultdict(list))
                of[parent.number].append(run)
                passed.add(parent.function)
            if parent.function in stops:
                break
            parent = above.get(parent.parent)
    return found
