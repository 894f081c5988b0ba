"""What a target does now: how often each callback runs, and what a run takes.

In: the probes' blocks, as they come. Out: a Moment. A rate is what an isolate counted
between two reports of its probe, by its own clock; times are those of the runs that
were observed within the last ten reports, some ten seconds. Memory is bounded.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from profiler.callers import Callers
from profiler.costs import Distribution
from profiler.decode import Tally, decode
from profiler.places import Places, script_numbers
from profiler.records import (
    Call,
    Count,
    Enter,
    Exit,
    Hand,
    Late,
    Note,
    Overhead,
    StackSeen,
)
from profiler.runs import NOBODY, Runs
from profiler.ruptures import Ruptures
from profiler.seconds import OVER_NS, Isolate, Loop
from profiler.stacks import Stacks
from profiler.streams import Streams
from store.facts import Function, FunctionRef, Kind, Script, StackFrame
from store.journal import Block

MOST_FUNCTIONS = 10_000
FRAMES = 8
LEFT = "left: "
"""How a probe begins its last word."""


@dataclass(frozen=True, slots=True)
class Pace:
    """One callback, in all isolates."""

    function: FunctionRef
    kind: Kind
    runs: int
    """Since we came, observed or not."""
    rate: float
    """Runs a second, lately."""
    observed: int
    """Runs that the times are taken from; they are 0 when there was none."""
    mean_us: float = 0.0
    p50_us: int = 0
    p99_us: int = 0
    max_us: int = 0
    callers: tuple[StackFrame, ...] = ()
    """Who called it once, the innermost first."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What is known now."""

    at_ns: int
    """The main isolate's last report by the target's clock, since the epoch."""
    reports: int
    """Of the main isolate."""
    paces: tuple[Pace, ...]
    loops: tuple[Loop, ...]
    """Of each isolate that is there, the main one first."""


class Recent:
    """The last seconds of one target; safe from any thread."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._lock = threading.Lock()
        self._streams = Streams()
        self._runs = Runs()
        self._ruptures = Ruptures(self._runs)
        self._stacks = Stacks()
        self._isolates: dict[int, Isolate] = {}
        self._received_ns = 0
        self._numbers: dict[tuple[int, int], int] = {}
        self._places = Places(())
        self._callers = Callers({}, {}, ())
        self._takers: dict[type[Any], Callable[[Any], None]] = {
            Enter: self._enter,
            Exit: self._exit,
            Hand: self._ruptures.hand,
            Call: self._call,
            StackSeen: self._stack,
            Count: self._count,
            Overhead: self._report,
            Late: self._late,
            Note: self._note,
        }

    def take(self, process: int, block: bytes, received_ns: int) -> None:
        """Add one block; what cannot be read in it is passed over."""
        with self._lock:
            self._received_ns = received_ns
            whole = Block(block, process, received_ns)
            for record in self._streams.join(whole, decode((block,), Tally())):
                take = self._takers.get(type(record))
                if take is not None:
                    take(record)

    @property
    def reports(self) -> int:
        """How many reports of the main isolate came."""
        main = self._isolates.get(1)
        return main.reports if main else 0

    def know(self, functions: Iterable[Function], scripts: Iterable[Script]) -> None:
        """Learn what functions and scripts are; kinds are judged by that."""
        literals, files = tuple(functions), tuple(scripts)
        by_number: Mapping[int, Script] = {one.number: one for one in files}
        places = Places(literals)
        callers = Callers(by_number, script_numbers(files), literals)
        with self._lock:
            self._places, self._callers = places, callers

    def moment(self, now_ns: int, over: int = 1) -> Moment:
        """Return what is known now; rates are those of the last ``over`` reports."""
        with self._lock:
            here = {
                process: one
                for process, one in self._isolates.items()
                if process == 1 or not (one.left or now_ns - one.heard_ns > OVER_NS)
            }
            main = self._isolates.get(1)
            return Moment(
                at_ns=main.zero_ns + main.last.at * 1000 if main else 0,
                reports=main.reports if main else 0,
                paces=self._paces(here, now_ns, over),
                loops=tuple(
                    one.loop(process, now_ns, over)
                    for process, one in sorted(here.items())
                    if one.reports
                ),
            )

    # --- what comes ---------------------------------------------------------

    def _isolate(self) -> Isolate:
        stream = self._streams.current
        one = self._isolates.get(stream.process)
        if one is None or one.prefix != stream.prefix:
            one = Isolate(stream.prefix, stream.zero_ns, self._received_ns)
            self._isolates[stream.process] = one
        return one

    def _number(self, script: int, start: int) -> int | None:
        """Return a function's number; None for one more than can be kept."""
        number = self._numbers.get((script, start))
        if number is None and len(self._numbers) < MOST_FUNCTIONS:
            number = self._numbers[script, start] = self._runs.number(script, start)
        return number

    def _enter(self, record: Enter) -> None:
        if self._number(record.script, record.start) is not None:
            cause = self._ruptures.cause(record)
            self._ruptures.enter(self._runs.enter(record, cause), record)

    def _exit(self, record: Exit) -> None:
        self._ruptures.exit(record)
        ended = self._runs.exit(record)
        if ended is not None:
            self._isolate().took(ended.function, ended.elapsed_us)

    def _call(self, record: Call) -> None:
        self._ruptures.called(record.activation, record.site)

    def _stack(self, record: StackSeen) -> None:
        function = self._runs.of(record.activation)
        if function != NOBODY:
            parent = self._runs.parent(record.activation)
            self._stacks.add(function, parent, record.text)

    def _count(self, record: Count) -> None:
        number = self._number(record.script, record.start)
        if number is None:
            return
        runs = record.seen + record.gated + record.missed
        self._isolate().counted(number, runs)

    def _late(self, record: Late) -> None:
        self._isolate().late(record.by_us)

    def _report(self, record: Overhead) -> None:
        one = self._isolate()
        one.heard_ns = max(one.heard_ns, self._received_ns)
        one.close(record)

    def _note(self, record: Note) -> None:
        self._isolate().left |= record.text.startswith(LEFT)

    # --- what is told -------------------------------------------------------

    def _paces(
        self, isolates: Mapping[int, Isolate], now_ns: int, over: int
    ) -> tuple[Pace, ...]:
        runs: dict[int, int] = {}
        rates: dict[int, float] = {}
        took: dict[int, Distribution] = {}
        for gone in self._isolates.values():
            for number, count in gone.counts.items():
                runs[number] = runs.get(number, 0) + count
        for one in isolates.values():
            for number, rate in one.rates(now_ns, over).items():
                rates[number] = rates.get(number, 0.0) + rate
            for second in one.past if now_ns - one.heard_ns <= OVER_NS else ():
                for number, times in second.took.items():
                    took.setdefault(number, Distribution()).merge(times)
        kinds = self._kinds()
        return tuple(
            self._pace(number, runs[number], rates, took, kinds) for number in runs
        )

    def _pace(
        self,
        number: int,
        runs: int,
        rates: Mapping[int, float],
        took: Mapping[int, Distribution],
        kinds: Mapping[FunctionRef, Kind],
    ) -> Pace:
        ref = self._runs.refs[number]
        times = took.get(number, _NOTHING)
        return Pace(
            function=ref,
            kind=kinds.get(ref, "internal"),
            runs=runs,
            rate=rates.get(number, 0.0),
            observed=times.count,
            mean_us=times.total / times.count if times.count else 0.0,
            p50_us=times.percentile(0.5),
            p99_us=times.percentile(0.99),
            max_us=times.largest,
            callers=self._called_from(number),
        )

    def _kinds(self) -> dict[FunctionRef, Kind]:
        """Return what each function mostly is."""
        kinds: dict[FunctionRef, Kind] = {}
        for point in self._ruptures.facts(self._places, self._callers, self._stacks):
            kinds.setdefault(point.function, point.kind)
        return kinds

    def _called_from(self, number: int) -> tuple[StackFrame, ...]:
        stacks = self._stacks.callers.get((number, NOBODY), ())
        return stacks[0][:FRAMES] if stacks else ()


_NOTHING = Distribution()
