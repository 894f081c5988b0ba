"""What a recording amounts to while it runs: a few numbers for each function.

In: the probe's blocks, as they come. Out: runs, their total and longest time, what was
seen, kept and dropped, how late the loop was. Memory is bounded by the number of
functions and of runs that are open at once; a block is looked at once and forgotten.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from store.abi import Event
from store.packing import Reader, unpacked

MOST_OPEN = 50_000
"""Runs entered and not left yet, of one process; older ones are given up."""
MOST_FUNCTIONS = 100_000
REPORT_US = 1_000_000
"""The probe tells its costs once a second."""


@dataclass(slots=True)
class Running:
    """One function so far. The counters are the probe's own; they only grow."""

    runs: int = 0
    """Runs whose end was observed."""
    total_us: int = 0
    longest_us: int = 0
    seen: int = 0
    kept: int = 0
    dropped: int = 0
    gated: int = 0


Where = tuple[int, int, int]
"""Process, script, start."""


class Live:
    """Running aggregates of one recording; safe from any thread."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.functions: dict[Where, Running] = {}
        self.records = 0
        self.blocks = 0
        self.late_us = 0
        """By how much the last report of a probe came late: the loop was busy."""
        self.latest_us = 0
        """The most that a report was late by."""
        self._open: dict[int, dict[int, tuple[int, Running]]] = {}
        self._reported: dict[int, int] = {}
        self._lock = threading.Lock()

    def take(self, block: bytes, process: int = 1) -> None:
        """Add one block; what cannot be read in it is passed over."""
        with self._lock:
            self.blocks += 1
            try:
                self._take(block, process)
            except (TypeError, ValueError, LookupError):
                return  # damaged, or another layout: the journal has it, derive says so

    def totals(self) -> Running:
        """Return the sum over all functions."""
        with self._lock:
            whole = Running()
            for one in self.functions.values():
                whole.runs += one.runs
                whole.total_us += one.total_us
                whole.longest_us = max(whole.longest_us, one.longest_us)
                whole.seen += one.seen
                whole.kept += one.kept
                whole.dropped += one.dropped
                whole.gated += one.gated
            return whole

    def busiest(self, most: int = 5) -> list[tuple[Where, Running]]:
        """Return the functions with the most time, the busiest first."""
        with self._lock:
            found = sorted(self.functions.items(), key=lambda one: -one[1].total_us)
            return found[:most]

    def _take(self, block: bytes, process: int) -> None:
        enter, leave, count = int(Event.ENTER), int(Event.EXIT), int(Event.COUNT)
        start, cost = int(Event.START), int(Event.COST)
        opened = self._open.setdefault(process, {})
        records = 0
        for record in unpacked(block) or Reader(block):
            records += 1
            code = record[0]
            if code == enter:
                opened[record[2]] = (
                    record[1],
                    self._function(process, record[3], record[4]),
                )
                if len(opened) > MOST_OPEN:
                    del opened[next(iter(opened))]
            elif code == leave:
                run = opened.pop(record[2], None)
                if run is not None:
                    entered, one = run
                    took = record[1] - entered
                    one.runs += 1
                    one.total_us += took
                    one.longest_us = max(one.longest_us, took)
            elif code == count:
                one = self._function(process, record[1], record[2])
                one.seen, one.kept, one.dropped = record[3:6]
                one.gated = record[6] if len(record) > 6 else 0
            elif code == cost:
                self._reported_at(process, record[1])
            elif code == start:
                opened.clear()
                self._reported.pop(process, None)
        self.records += records

    def _function(self, process: int, script: int, start: int) -> Running:
        key = (process, script, start)
        one = self.functions.get(key)
        if one is None:
            one = Running()
            if len(self.functions) < MOST_FUNCTIONS:
                self.functions[key] = one
        return one

    def _reported_at(self, process: int, at_us: int) -> None:
        before = self._reported.get(process)
        self._reported[process] = at_us
        if before is not None:
            self.late_us = max(0, at_us - before - REPORT_US)
            self.latest_us = max(self.latest_us, self.late_us)
