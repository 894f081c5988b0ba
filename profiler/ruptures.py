"""Find the rupture points by what happened, not by a list of names.

In: HAND, CALL and ENTER records. Out: RupturePoint facts. A closure that was handed
over at a call and ran later, not more often than it was handed over, is a ``post``;
one that ran more often is a ``start``. One that was handed over before we came, or by
code that is not traced, is judged by who called it and how often. What only traced
code calls is ``internal``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from profiler.callers import Callers, Verdict, is_once
from profiler.places import Places
from profiler.records import Enter, Exit, Hand
from profiler.runs import NOBODY, Runs
from profiler.stacks import Stacks
from profiler.streams import BITS
from store.abi import OUTCOMES
from store.facts import FunctionRef, Kind, RupturePoint

MOST_CLOSURES = 262_144
MOST_UNHANDED = 1024
MOST_TEXT = 200


@dataclass(slots=True)
class _Handed:
    """One closure's hand-over."""

    activation: int
    at: int
    script: int
    site: int
    callee: str
    times: int = 1
    runs: int = 0
    is_open: bool = True
    """The call that it was given to has not returned yet."""


@dataclass(slots=True)
class _Group:
    """The runs of one literal that was handed over at one site."""

    callee: str
    later: int = 0
    inside: int = 0
    """Runs during the very call that got it, as ``map`` does."""
    repeated: bool = False


@dataclass(slots=True)
class _Unhanded:
    """The runs of one literal, below one parent, whose hand-over was not seen."""

    runs: int = 0
    repeated: bool = False
    closures: dict[int, int] = field(default_factory=dict[int, int])

    def is_many(self) -> bool:
        """Tell whether one isolate made several closures of it."""
        isolates = Counter(closure >> BITS for closure in self.closures)
        return max(isolates.values(), default=0) > 1

    def add(self, closure: int) -> None:
        """Take in one run."""
        self.runs += 1
        if closure in self.closures:
            self.repeated = True
        elif len(self.closures) < MOST_UNHANDED:
            self.closures[closure] = 1


def _close(handed: Iterable[_Handed]) -> None:
    for one in handed:
        one.is_open = False


class Ruptures:
    """Fold hand-overs and the runs that they led to."""

    def __init__(self, runs: Runs) -> None:
        """Begin with nothing; ``runs`` knows the stacks."""
        self._runs = runs
        self._closures: dict[int, _Handed] = {}
        self._literals: dict[tuple[int, int], _Handed] = {}
        """By stream: the last hand-over of a literal, for runs without a number."""
        self.calling: dict[int, dict[int, list[_Handed]]] = {}
        """By activation and site, the calls with closures that have not returned."""
        self._groups: dict[tuple[int, int, int], _Group] = {}
        self._unhanded: dict[tuple[int, int], _Unhanded] = {}

    def hand(self, record: Hand) -> None:
        """Take in a hand-over."""
        giver = self._runs.of(record.activation)
        if giver == NOBODY:
            return
        script = self._runs.refs[giver].script
        known = self._closures.get(record.closure) if record.closure else None
        if known is not None and known.is_open:
            return  # passed on inside the call that got it
        if known is None:
            known = self._first(record, script)
        else:
            known.times += 1
            if known.runs >= known.times - 1:
                known.script, known.site = script, record.site
                known.callee = record.callee[:MOST_TEXT]
            known.activation, known.at = record.activation, record.at
            known.is_open = True
        self._forget_open()
        calls = self.calling.setdefault(record.activation, {})
        calls.setdefault(record.site, []).append(known)
        if record.script:
            literal = self._runs.number(record.script, record.start)
            self._literals[record.activation >> BITS, literal] = known

    def _first(self, record: Hand, script: int) -> _Handed:
        callee = record.callee[:MOST_TEXT]
        handed = _Handed(record.activation, record.at, script, record.site, callee)
        if record.closure:
            if len(self._closures) >= MOST_CLOSURES:
                for old in list(self._closures)[: MOST_CLOSURES // 2]:
                    del self._closures[old]
            self._closures[record.closure] = handed
        return handed

    def called(self, activation: int, site: int) -> None:
        """Take in that a call returned: what it got runs later from now on."""
        calls = self.calling.get(activation)
        if calls is not None:
            _close(calls.pop(site, ()))

    def exit(self, record: Exit) -> None:
        """Take in that a run ended; one that made a promise may still be calling."""
        if OUTCOMES[record.outcome] == "promise":
            return
        calls = self.calling.pop(record.activation, None)
        for handed in () if calls is None else calls.values():
            _close(handed)

    def _forget_open(self) -> None:
        """Close the oldest calls whose return nobody reported."""
        if len(self.calling) >= MOST_CLOSURES:
            for activation in list(self.calling)[: MOST_CLOSURES // 2]:
                for handed in self.calling.pop(activation).values():
                    _close(handed)

    def cause(self, record: Enter) -> int:
        """Return the activation that handed this closure over, 0 when unknown."""
        handed = self._closures.get(record.closure) if record.closure else None
        return record.cause or (0 if handed is None else handed.activation)

    def enter(self, function: int, record: Enter) -> int | None:
        """Take in a run; return how long it waited if a hand-over led to it."""
        handed = self._closures.get(record.closure) if record.closure else None
        if handed is None and record.closure == 0:
            handed = self._literals.get((record.activation >> BITS, function))
        if handed is None:
            self._add_unhanded(function, record)
            return None
        group = self._group(function, handed)
        if self._is_inside(record, handed):
            group.inside += 1
            return None
        first = handed.runs < handed.times
        handed.runs += 1
        group.later += 1
        group.repeated = group.repeated or handed.runs > handed.times
        return max(record.at - handed.at, 0) if first else None

    def _add_unhanded(self, function: int, record: Enter) -> None:
        parent = self._runs.of(record.parent) if record.parent else NOBODY
        unhanded = self._unhanded.get((function, parent))
        if unhanded is None:
            unhanded = self._unhanded[function, parent] = _Unhanded()
        # Without a closure number, those of one isolate are taken for one.
        unhanded.add(record.closure or record.activation >> BITS << BITS)

    def _group(self, function: int, handed: _Handed) -> _Group:
        key = (function, handed.script, handed.site)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = _Group(handed.callee)
        return group

    def _is_inside(self, record: Enter, handed: _Handed) -> bool:
        """Tell a run during the hand-over's own call from a later one."""
        if record.parent:
            return self._runs.is_below(record.parent, handed.activation)
        # A function resumed after an await is on no traced stack while it calls.
        return handed.is_open and not self._runs.is_open(handed.activation)

    # --- the end ------------------------------------------------------------

    def facts(
        self, places: Places, callers: Callers, stacks: Stacks
    ) -> tuple[RupturePoint, ...]:
        """Return the rupture points, the most frequent first."""
        finder = _Finder(self._runs, places, callers, stacks)
        handed: dict[int, dict[tuple[int, int], _Group]] = {}
        for (function, script, site), group in self._groups.items():
            handed.setdefault(function, {})[script, site] = group
        unhanded: dict[int, dict[int, _Unhanded]] = {}
        for (function, parent), runs in self._unhanded.items():
            unhanded.setdefault(function, {})[parent] = runs
        found = [
            point
            for function in {**handed, **unhanded}
            for point in finder.points(
                function, handed.get(function, {}), unhanded.get(function, {})
            )
        ]
        return tuple(sorted(found, key=lambda point: -point.activations))


class _Finder:
    """Turn the tallies of one literal into its rupture points."""

    def __init__(
        self, runs: Runs, places: Places, callers: Callers, stacks: Stacks
    ) -> None:
        self._runs = runs
        self._places = places
        self._callers = callers
        self._stacks = stacks
        self._parents: dict[int, list[int]] = {}
        """The traced functions below which a stack of a literal was taken."""
        for function, parent in stacks.callers:
            self._parents.setdefault(function, []).append(parent)

    def points(
        self,
        function: int,
        handed: dict[tuple[int, int], _Group],
        unhanded: dict[int, _Unhanded],
    ) -> Iterator[RupturePoint]:
        back = self._called_back(function, unhanded)
        later = {site: group for site, group in handed.items() if group.later}
        extra = 0
        if back is not None:
            if later and not back.repeated:
                extra = back.runs
            else:
                spent = back.is_many() or self._is_spent(function)
                kind: Kind = "post" if spent and not back.repeated else "start"
                yield self._point(function, kind, None, "", back.runs)
        busiest = max(later, key=lambda site: later[site].later, default=None)
        for site, group in later.items():
            runs = group.later + (extra if site == busiest else 0)
            kind = "start" if group.repeated else "post"
            yield self._point(function, kind, site, group.callee, runs)
        if back is None and not later:
            given = next(iter(handed), None)
            callee = "" if given is None else handed[given].callee
            runs = sum(group.inside for group in handed.values())
            runs += sum(group.runs for group in unhanded.values())
            yield self._point(function, "internal", given, callee, runs)

    def _called_back(
        self, function: int, unhanded: dict[int, _Unhanded]
    ) -> _Unhanded | None:
        """Join the runs by which foreign code called a literal back."""
        verdicts = {parent: self._verdict(function, parent) for parent in unhanded}
        known = set(verdicts.values())
        doubtful: Verdict = "back" if known == {"back", None} else "direct"
        joined = _Unhanded()
        for parent, runs in unhanded.items():
            if (verdicts[parent] or doubtful) == "direct":
                continue
            joined.runs += runs.runs
            joined.repeated = (
                joined.repeated
                or runs.repeated
                or any(closure in joined.closures for closure in runs.closures)
            )
            joined.closures.update(runs.closures)
        return joined if joined.runs else None

    def _verdict(self, function: int, parent: int) -> Verdict | None:
        refs = self._runs.refs
        stacks = self._stacks.callers.get((function, parent), ())
        if parent == NOBODY and not stacks and self._only_direct(function):
            return "direct"  # its caller's run was not observed
        above = None if parent == NOBODY else refs[parent]
        return self._callers.verdict(refs[function], above, stacks)

    def _only_direct(self, function: int) -> bool:
        """Tell whether each stack that was seen of a literal is that of a call."""
        parents = self._parents.get(function, ())
        return bool(parents) and all(
            self._verdict(function, parent) == "direct" for parent in parents
        )

    def _is_spent(self, function: int) -> bool:
        """Tell whether whoever called a literal back had taken it off before."""
        stacks = [
            frames
            for parent in self._parents.get(function, ())
            for frames in self._stacks.callers[function, parent]
        ]
        return bool(stacks) and all(map(is_once, stacks))

    def _point(
        self,
        function: int,
        kind: Kind,
        site: tuple[int, int] | None,
        callee: str,
        activations: int,
    ) -> RupturePoint:
        ref = self._runs.refs[function]
        around: FunctionRef | None = self._places.enclosing(ref)
        made = (
            None if around is None else self._places.place(around.script, around.start)
        )
        known = site is not None or kind == "internal"
        return RupturePoint(
            function=ref,
            kind=kind,
            definition=self._places.place(ref.script, ref.start),
            creation=made,
            registration=None if site is None else self._places.place(*site),
            basis="seen" if known else "static",
            registrar=callee,
            activations=activations,
        )
