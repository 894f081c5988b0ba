"""Feed every fold of the profiler, record by record, and gather what they hold.

In: records of the joined streams. Out: the facts of one Recording. Records whose run
is not known are counted, not guessed about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from profiler.awaits import Awaits
from profiler.callers import Callers
from profiler.costs import Costs
from profiler.coverage import Coverage
from profiler.effects import Effects
from profiler.frames import read_frames
from profiler.leads import Leads
from profiler.order import Order
from profiler.places import Places, script_numbers
from profiler.races import races, renumbered, shared_by_all
from profiler.records import (
    AfterSeen,
    BlockRan,
    Call,
    CellUsed,
    Count,
    Enter,
    Exit,
    Hand,
    Late,
    LeadSeen,
    Mail,
    Note,
    OpaqueSeen,
    Overhead,
    Read,
    Request,
    ShapeSeen,
    StackSeen,
    Write,
)
from profiler.requests import requests_of
from profiler.runs import NOBODY, Runs
from profiler.ruptures import Ruptures
from profiler.stacks import Stacks
from profiler.streams import Numbers, Streams
from profiler.touches import Bindings, Touches
from store.facts import (
    After,
    CapturedRequest,
    Function,
    FunctionRef,
    Race,
    Recording,
    Script,
    Shape,
)
from store.journal import Observed

MOST_NOTES = 1000
MOST_REQUESTS = 10_000
MOST_SHAPES = 100_000


class Fold:
    """All folds, fed from the joined streams."""

    def __init__(self, streams: Streams) -> None:
        """Begin with nothing."""
        self._streams = streams
        self.notes: list[str] = []
        self.runs = Runs()
        self.costs = Costs()
        self.effects = Effects()
        self._stacks = Stacks()
        self.ruptures = Ruptures(self.runs)
        self._leads = Leads(self.runs)
        self._coverage = Coverage()
        self._awaits = Awaits(self.runs)
        self.touches = Touches(self.runs)
        self._afters: Counter[tuple[int, int]] = Counter()
        self._shapes: dict[tuple[int, str, str], list[int]] = {}
        self._requests: dict[tuple[int, int], CapturedRequest] = {}
        """By stream and number."""
        self.orphans = 0
        self._uncounted = 0

    def takers(self) -> dict[type[Any], Callable[[Any], None]]:
        """Return what takes in each kind of record."""
        return {
            Enter: self._enter,
            Exit: self._exit,
            Hand: self._hand,
            Read: self._read,
            Write: self._write,
            CellUsed: self._cell,
            OpaqueSeen: self._opaque,
            Call: self._call,
            StackSeen: self._stack,
            ShapeSeen: self._shape,
            Count: self._count,
            Overhead: self._overhead,
            Request: self._request,
            AfterSeen: self._after,
            Late: _nothing,
            LeadSeen: self._lead,
            Mail: self._mail,
            BlockRan: self._coverage.block,
            Note: self._note,
        }

    def _enter(self, record: Enter) -> None:
        cause = self.ruptures.cause(record)
        function = self.runs.enter(record, cause)
        self._leads.enter(record)
        wait = self.ruptures.enter(function, record)
        if wait is not None:
            self.costs.waited(function, wait)

    def _hand(self, record: Hand) -> None:
        self._leads.hand(record)
        self.touches.hand(record)
        self.ruptures.hand(record)

    def _exit(self, record: Exit) -> None:
        self._leads.exit(record)
        self.ruptures.exit(record)
        ended = self.runs.exit(record)
        if ended is not None:
            self.costs.ran(ended.function, ended.elapsed_us)

    def _lead(self, record: LeadSeen) -> None:
        self._leads.lead(record)
        self._awaits.lead(record)
        self.touches.lead(record)

    def _mail(self, record: Mail) -> None:
        stream = self._streams.current
        pid = stream.identity[0] if stream.identity else 0
        self._leads.mails.take(record, pid, stream.prefix)

    def _cell(self, record: CellUsed) -> None:
        self.effects.cell(record)
        self.touches.cell(record)

    def _read(self, record: Read) -> None:
        activation, site, cell, _, _ = record
        function = self.runs.of(activation)
        if function == NOBODY:
            self.orphans += 1
        elif cell:
            self.effects.read(function, activation, site, cell)
            self.touches.touch(*record, at=self._streams.current.last_us, wrote=False)

    def _write(self, record: Write) -> None:
        activation, site, cell, _, _ = record
        function = self.runs.of(activation)
        if function == NOBODY:
            self.orphans += 1
        elif cell:
            self.effects.write(function, activation, site, cell)
            self.touches.touch(*record, at=self._streams.current.last_us, wrote=True)

    def _opaque(self, record: OpaqueSeen) -> None:
        function = self.runs.of(record.activation)
        if function == NOBODY:
            self.orphans += 1
        else:
            self.effects.opaque(function, record.site, record.what)

    def _call(self, record: Call) -> None:
        self.ruptures.called(record.activation, record.site)
        function = self.runs.of(record.activation)
        if function == NOBODY:
            self.orphans += 1
        else:
            self.costs.called(function, record.site, record.microseconds)

    def _stack(self, record: StackSeen) -> None:
        function = self.runs.of(record.activation)
        if function == NOBODY:
            self.orphans += 1
        else:
            parent = self.runs.parent(record.activation)
            self._stacks.add(function, parent, record.text)

    def _shape(self, record: ShapeSeen) -> None:
        function = self.runs.number(record.script, record.start)
        key = (function, record.slot, record.shape)
        seen = self._shapes.get(key)
        if seen is not None:
            seen[0] = max(seen[0], record.bytes)
            seen[1] += 1
        elif len(self._shapes) < MOST_SHAPES:
            self._shapes[key] = [record.bytes, 1]
        else:
            self._uncounted += 1

    def _count(self, record: Count) -> None:
        self._leads.count(record)
        function = self.runs.number(record.script, record.start)
        key = (self._streams.current.prefix, function)
        self.costs.counted(key, record, self.runs.arrived[key])

    def _overhead(self, record: Overhead) -> None:
        self.costs.overhead(self._streams.current, record)

    def _request(self, record: Request) -> None:
        if len(self._requests) < MOST_REQUESTS:
            key = (self._streams.current.prefix, record.fact.number)
            self._requests.setdefault(key, record.fact)
        else:
            self._uncounted += 1

    def _after(self, record: AfterSeen) -> None:
        first = self.runs.number(record.script, record.start)
        then = self.runs.number(record.then_script, record.then_start)
        self._afters[first, then] += 1
        self._leads.after(first, self._streams.current.prefix)

    def _note(self, record: Note) -> None:
        if len(self.notes) < MOST_NOTES:
            process = self._streams.current.process
            who = "" if process == 1 else f"isolate {process}: "
            self.notes.append(who + record.text)

    def words(self) -> tuple[str, ...]:
        """Say what could not be told apart or kept."""
        orphans = self.orphans + self.runs.orphans
        strange = self._streams.disbelieved
        beyond = self._uncounted + self.effects.uncounted + self._stacks.unkept
        beyond += (
            self._leads.unkept
            + self._leads.mails.unkept
            + self._coverage.unkept
            + self._awaits.unkept
        )
        said: list[str] = []
        if orphans:
            said.append(f"{orphans} records were of runs whose start is not known")
        if self.costs.lost:
            said.append(f"{self.costs.lost} kept runs were lost on their way to us")
        if strange:
            said.append(f"{strange} records had numbers that no probe counts to")
        if beyond:
            said.append(f"{beyond} records were more than is kept in memory")
        return tuple(said)

    def recording(
        self,
        observed: Observed,
        texts: Mapping[int, str],
        bindings: Bindings | None = None,
    ) -> Recording:
        """Return the facts of all folds."""
        refs = self.runs.refs
        numbers = self._streams.settle()
        names = self.effects.names()
        functions, scripts = _completed(observed, refs)
        places = Places(functions, texts)
        by_number = {script.number: script for script in scripts}
        if observed.process.how == "launched":
            self._leads.made(places)
        by_path = script_numbers(scripts)
        callers = Callers(by_number, by_path, functions)
        activations = self.runs.activations(numbers)
        leads = self._leads.facts(numbers, functions)
        return Recording(
            process=observed.process,
            seconds=observed.seconds,
            waited=observed.waited,
            scripts=scripts,
            functions=functions,
            ruptures=self.ruptures.facts(places, callers, self._stacks),
            awaits=self._awaits.facts(places),
            activations=activations,
            cells=self.effects.cells(places, names),
            effects=self.effects.effects(refs, names, numbers),
            flows=self.effects.flows(refs, names),
            opaques=self.effects.opaques(refs),
            costs=self.costs.costs(refs, self.runs.entered),
            calls=self.costs.calls(refs),
            frames=_frames(observed, scripts, functions),
            stacks=self._stacks.facts(refs),
            afters=tuple(
                After(refs[first], refs[then], count)
                for (first, then), count in self._afters.most_common()
            ),
            shapes=tuple(
                Shape(refs[function], slot, shape, size, count)
                for (function, slot, shape), (size, count) in self._shapes.items()
            ),
            losses=self.costs.losses(refs, self.runs.arrived, numbers),
            refusals=observed.refusals,
            requests=requests_of(self._requests, numbers),
            edges=self.runs.edges(),
            leads=leads,
            races=self._races(
                Places(functions),
                bindings,
                (names, numbers),
                Order(activations, leads),
                launched=observed.process.how == "launched",
            ),
            coverage=self._coverage.facts(observed.profile, by_path, by_number),
            zero_ns=numbers.zero_ns,
            processes=observed.processes or (observed.process,),
            probe_costs=self.costs.probe_costs(),
        )

    def _races(
        self,
        places: Places,
        bindings: Bindings | None,
        called: tuple[Mapping[int, int], Numbers],
        order: Order,
        *,
        launched: bool,
    ) -> tuple[Race, ...]:
        names, numbers = called
        whole = launched and self._leads.is_whole()
        only = (
            {f: run for f, (run, _) in self._leads.only().items()} if launched else {}
        )
        refs, effects = self.runs.refs, self.effects
        of = {
            numbers.activation(run): refs[function]
            for run, function, _ in self.runs.kept()
        }
        found = (
            (names[effects.first(cell)], renumbered(touches, numbers))
            for cell, touches in self.touches.places(places, bindings, only)
            if whole or shared_by_all(effects, bindings, cell)
        )
        return races(found, order, of.__getitem__)


def _nothing(_: Late) -> None:
    """Of no use afterwards: a view of what happens now tells it."""


def _frames(
    observed: Observed, scripts: tuple[Script, ...], functions: tuple[Function, ...]
) -> Any:
    if observed.profile is None:
        return ()
    rewritten = observed.process.how == "launched"
    return read_frames(observed.profile, scripts, functions, rewritten=rewritten)


def _completed(
    observed: Observed, refs: list[FunctionRef]
) -> tuple[tuple[Function, ...], tuple[Script, ...]]:
    """Add what records mention but nobody described, so that references hold."""
    functions = {function.ref: function for function in observed.functions}
    scripts = {script.number: script for script in observed.scripts}
    for ref in sorted({*refs, *functions} - functions.keys()):
        functions[ref] = Function(ref, ref.start, "", 0, 0)
    for number in sorted({ref.script for ref in functions} - scripts.keys()):
        scripts[number] = Script(number, "", None, "", 0, "eval")
    return (
        tuple(functions[ref] for ref in sorted(functions)),
        tuple(scripts[number] for number in sorted(scripts)),
    )
