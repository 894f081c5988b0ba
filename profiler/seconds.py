"""The last seconds of one isolate: what it counted, took, and how its loop did.

In: what its probe tells between two reports. Out: rates by its own clock, and a Loop.
Ten reports are remembered, some ten seconds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from profiler.costs import Distribution
from profiler.records import Overhead

SECONDS = 10
"""Reports of one isolate that times are taken from; there is one a second."""
SILENT_NS = 1_500_000_000
"""Without a report for so long, an isolate's loop does not turn."""
OVER_NS = 10_000_000_000
"""Another isolate than the main one is taken to have ended by then."""
REPORT_NS = 1_000_000_000
MOST_LATE = 1_000
"""Of one report; a probe tells ten."""


@dataclass(frozen=True, slots=True)
class Loop:
    """One event loop."""

    process: int
    utilization: float | None
    """Share of the time in which it did not wait; None when nobody told."""
    p50_us: int | None
    """How late timers came."""
    p99_us: int | None
    silent_us: int = 0
    """By how much the next report is late already; then the loop does not turn."""


@dataclass(slots=True)
class Second:
    """What one isolate said between two reports."""

    length_us: int = 0
    idle_us: int = -1
    """-1: not told."""
    runs: dict[int, int] = field(default_factory=dict[int, int])
    took: dict[int, Distribution] = field(default_factory=dict[int, Distribution])
    late: list[int] = field(default_factory=list[int])


_BEGUN = Overhead(0, 0, 0, 0, 0)


@dataclass(slots=True)
class Isolate:
    """One isolate; ``now`` becomes one of ``past`` with its next report."""

    prefix: int
    zero_ns: int
    heard_ns: int
    counts: dict[int, int] = field(default_factory=dict[int, int])
    now: Second = field(default_factory=Second)
    past: deque[Second] = field(default_factory=lambda: deque(maxlen=SECONDS))
    last: Overhead = _BEGUN
    reports: int = 0
    left: bool = False

    def close(self, record: Overhead) -> None:
        """End a second with its report."""
        self.now.length_us = max(0, record.at - self.last.at)
        if record.idle_us:
            self.now.idle_us = max(0, record.idle_us - self.last.idle_us)
            if not self.last.idle_us:
                self.now.idle_us = -1  # idle since the process began, not since then
        self.past.append(self.now)
        self.now = Second()
        self.last = record
        self.reports += 1

    def counted(self, number: int, runs: int) -> None:
        """Take in how many runs of a function there were so far.

        A part of that is an estimate, so that it may fall; the next one makes up.
        """
        more = runs - self.counts.get(number, 0)
        if more > 0:
            self.now.runs[number] = self.now.runs.get(number, 0) + more
            self.counts[number] = runs

    def took(self, number: int, elapsed_us: int) -> None:
        """Take in how long one run was."""
        self.now.took.setdefault(number, Distribution()).add(elapsed_us)

    def late(self, by_us: int) -> None:
        """Take in how late a timer came."""
        if len(self.now.late) < MOST_LATE:
            self.now.late.append(by_us)

    def rates(self, now_ns: int, over: int) -> dict[int, float]:
        """Return runs a second by function, over so many reports."""
        if now_ns - self.heard_ns > SILENT_NS:
            return {}
        seconds = list(self.past)[-over:]
        length_us = sum(second.length_us for second in seconds)
        rates: dict[int, float] = {}
        for second in seconds if length_us > 0 else ():
            for number, runs in second.runs.items():
                rates[number] = rates.get(number, 0.0) + runs * 1e6 / length_us
        return rates

    def loop(self, process: int, now_ns: int, over: int) -> Loop:
        """Return how busy and how late its event loop is."""
        overdue = now_ns - self.heard_ns
        if overdue > SILENT_NS:
            late_us = (overdue - REPORT_NS) // 1000
            return Loop(process, None, late_us, late_us, late_us)
        told = [one for one in list(self.past)[-over:] if one.idle_us >= 0]
        length_us = sum(one.length_us for one in told)
        idle_us = sum(one.idle_us for one in told)
        busy = min(1.0, max(0.0, 1 - idle_us / length_us)) if length_us else None
        late = sorted(us for one in self.past for us in one.late)
        return Loop(process, busy, rank(late, 0.5), rank(late, 0.99))


def rank(values: Sequence[int], share: float) -> int | None:
    """Return the smallest value with at least this share at or below it."""
    if not values:
        return None
    return values[max(0, -int(-share * len(values) // 1) - 1)]
