"""What callbacks and calls cost.

In: how long runs and calls took, and waited; counters of each stream. Out: Cost,
CallCost, Loss and ProbeCost facts, the first two over all isolates. Memory is
bounded: a duration above 4 ms is kept to one part in 2,048; totals and maxima are
exact.
"""

from __future__ import annotations

from collections import Counter

from profiler.records import Count, Overhead
from profiler.streams import Numbers, Stream
from store.facts import CallCost, Cost, FunctionRef, Loss, ProbeCost

EXACT_BITS = 12


class Distribution:
    """Durations in microseconds, counted."""

    __slots__ = ("_cut", "_largest", "values")

    def __init__(self) -> None:
        """Begin with nothing."""
        self.values: dict[int, int] = {}
        """How often, by duration as far as it is kept."""
        self._cut = 0
        """What was cut off of all durations together."""
        self._largest = 0
        """Of those that something was cut off."""

    @property
    def count(self) -> int:
        """How many durations there were."""
        return sum(self.values.values())

    @property
    def total(self) -> int:
        """All durations together."""
        return self._cut + sum(value * many for value, many in self.values.items())

    @property
    def largest(self) -> int:
        """The longest one; 0 when there is none."""
        return max(self._largest, max(self.values, default=0))

    def add(self, value: int) -> None:
        """Take in one duration. It is called for each run and each call."""
        if value >> EXACT_BITS:
            value = self._shortened(value)
        self.values[value] = self.values.get(value, 0) + 1

    def _shortened(self, value: int) -> int:
        """Return what is kept of a long duration."""
        extra = value.bit_length() - EXACT_BITS
        short = value >> extra << extra
        self._cut += value - short
        self._largest = max(self._largest, value)
        return short

    def merge(self, other: Distribution) -> None:
        """Take in all that another one has."""
        self._cut += other._cut
        self._largest = max(self._largest, other._largest)
        for value, count in other.values.items():
            self.values[value] = self.values.get(value, 0) + count

    def percentile(self, share: float) -> int:
        """Return the smallest duration with at least this share at or below it."""
        wanted = share * self.count
        passed = 0
        for value in sorted(self.values):
            passed += self.values[value]
            if passed >= wanted:
                return value
        return self.largest


class Costs:
    """Fold durations by function and by call site."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._runs: dict[int, Distribution] = {}
        self._waits: dict[int, Distribution] = {}
        self._calls: dict[tuple[int, int], Distribution] = {}
        self._counts: dict[tuple[int, int], Count] = {}
        """By stream and function: cumulative within a stream."""
        self._lost: dict[tuple[int, int], int] = {}
        """Runs that were kept by then but had not arrived, which is in order."""
        self._overheads: dict[tuple[int, int], Overhead] = {}

    def ran(self, function: int, elapsed_us: int) -> None:
        """Take in one run, inclusive of what it called synchronously."""
        found = self._runs.get(function)
        if found is None:
            found = self._runs[function] = Distribution()
        found.add(elapsed_us)

    def waited(self, function: int, wait_us: int) -> None:
        """Take in the time from a hand-over to the run that it led to."""
        found = self._waits.get(function)
        if found is None:
            found = self._waits[function] = Distribution()
        found.add(wait_us)

    def called(self, function: int, site: int, elapsed_us: int) -> None:
        """Take in one call."""
        found = self._calls.get((function, site))
        if found is None:
            found = self._calls[function, site] = Distribution()
        found.add(elapsed_us)

    def counted(self, key: tuple[int, int], record: Count, arrived: int) -> None:
        """Take in the probe's own counters, which are cumulative.

        ``key`` is stream and function; ``arrived`` is how many entries were read.
        """
        before = self._counts.get(key)
        if before is None or record.seen >= before.seen:
            self._counts[key] = record
            self._lost[key] = max(record.kept - arrived, 0)

    def overhead(self, stream: Stream, record: Overhead) -> None:
        """Take in what a probe and its isolate had used so far."""
        key = (stream.process, stream.prefix)
        before = self._overheads.get(key)
        if before is not None:
            rss = max(before.rss, record.rss)
            record = max(before, record)._replace(rss=rss)
        self._overheads[key] = record

    def costs(self, refs: list[FunctionRef], entered: Counter[int]) -> tuple[Cost, ...]:
        """Return the cost of each function that ran, the dearest first."""
        nothing = Distribution()
        in_all: Counter[int] = Counter()
        for (_, function), counted in self._counts.items():
            in_all[function] += counted.seen + counted.gated + counted.missed
        found: list[Cost] = []
        for function, activations in entered.items():
            runs = self._runs.get(function, nothing)
            waits = self._waits.get(function, nothing)
            found.append(
                Cost(
                    function=refs[function],
                    activations=activations,
                    estimated=max(in_all[function], activations),
                    total_us=runs.total,
                    p50_us=runs.percentile(0.5),
                    p99_us=runs.percentile(0.99),
                    max_us=runs.largest,
                    wait_us=waits.total // max(waits.count, 1),
                )
            )
        return tuple(sorted(found, key=lambda cost: -cost.total_us))

    def calls(self, refs: list[FunctionRef]) -> tuple[CallCost, ...]:
        """Return the cost of each call expression, the dearest first."""
        found = [
            CallCost(
                refs[function],
                site,
                times.count,
                times.total,
                times.percentile(0.5),
                times.largest,
            )
            for (function, site), times in self._calls.items()
        ]
        return tuple(sorted(found, key=lambda call: -call.total_us))

    def losses(
        self,
        refs: list[FunctionRef],
        arrived: Counter[tuple[int, int]],
        numbers: Numbers,
    ) -> tuple[Loss, ...]:
        """Return the accounts: seen = kept + dropped by isolate and function.

        Kept is what arrived; what the probe had kept and did not arrive is dropped.
        """
        sums: dict[tuple[int, int], list[int]] = {}
        for stream, function in {**self._counts, **arrived}:
            key = (stream, function)
            count = self._counts.get(key)
            one = sums.setdefault((numbers.process(stream), function), [0, 0])
            one[0] += arrived[key]
            one[1] += self._lost.get(key, 0) + (count.dropped if count else 0)
        return tuple(
            Loss(refs[function], kept + dropped, kept, dropped, process)
            for (process, function), (kept, dropped) in sorted(
                sums.items(), key=lambda item: item[0][0]
            )
        )

    @property
    def lost(self) -> int:
        """Return how many kept runs never arrived."""
        return sum(self._lost.values())

    def probe_costs(self) -> tuple[ProbeCost, ...]:
        """Return what each isolate's probes used, by isolate."""
        sums: dict[int, ProbeCost] = {}
        for (process, _), seen in sorted(self._overheads.items()):
            one = sums.get(process, ProbeCost(process, 0, 0, 0))
            sums[process] = ProbeCost(
                process,
                one.probe_us + seen.probe_us,
                one.main_us + seen.main_us,
                max(one.rss_bytes, seen.rss),
            )
        return tuple(sums.values())
