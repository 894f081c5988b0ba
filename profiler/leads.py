"""What each run follows from, beyond the stack that it was on.

In: HAND, ENTER, EXIT, AFTER and LEAD records. Out: Lead facts about the runs that are
kept. Of a closure that was handed over several times, only a hand-over that certainly
led to the run is told: where two are possible, neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from profiler.mails import Mails
from profiler.places import Places
from profiler.records import Count, Enter, Exit, Hand, LeadSeen
from profiler.runs import NOBODY, Runs
from profiler.streams import BITS, Numbers
from store import abi
from store.facts import Function, FunctionRef, Lead
from store.leads import LeadKind

MOST_LEADS = 200_000
MOST_CLOSURES = 131_072
MOST_TURNS = 262_144
MOST_HANDED = 32


class _Hand(NamedTuple):
    activation: int
    at: int
    turn: int


@dataclass(slots=True)
class _Closure:
    """The hand-overs of one closure and how many runs it had."""

    first: _Hand
    later: list[_Hand] = field(default_factory=list[_Hand])
    lost: bool = False
    """More hand-overs than are remembered."""
    runs: int = 0

    def all(self) -> list[_Hand]:
        return [self.first, *self.later]

    def led(self, record: Enter) -> _Hand | None:
        """Return the hand-over that led to a run, None when two might have."""
        if self.lost:
            return None
        if not self.later:
            return self.first
        if record.parent == 0 and record.trigger > 1:
            same = [hand for hand in self.all() if hand.turn == record.trigger]
            if same:
                return same[-1]
        # Each of the earlier ones has had its run.
        return self.later[-1] if self.runs >= len(self.later) else None


@dataclass(frozen=True, slots=True)
class _Found:
    activation: int
    at: int
    kind: LeadKind
    source: int
    since: int
    target: int = NOBODY
    """Told only if the literal of source encloses this function: it made it."""


class Leads:
    """Fold what led to the runs."""

    def __init__(self, runs: Runs) -> None:
        """Begin with nothing; ``runs`` knows the stacks."""
        self.unkept = 0
        self.mails = Mails()
        self._runs = runs
        self._closures: dict[tuple[int, int], _Closure] = {}
        """By 0 and number; of those that have none by 1 + stream and literal."""
        self._turns: dict[int, int] = {}
        self._found: list[_Found] = []
        self._missed: set[int] = set()
        """Functions of which not every run was observed."""
        self._left: dict[int, int] = {}
        """By stream: the run on nobody's stack that ended last."""
        self._afters: dict[int, int] = {}
        """By stream: the run on whose stack the next one is, too."""

    def hand(self, record: Hand) -> None:
        """Take in a hand-over."""
        if self._runs.of(record.activation) == NOBODY:
            return
        turn = self._turns.get(record.activation, 0)
        hand = _Hand(record.activation, record.at, turn)
        if record.closure:
            self._handed((0, record.closure), hand)
        if record.script:
            literal = self._runs.number(record.script, record.start)
            self._handed(((record.activation >> BITS) + 1, literal), hand)

    def _handed(self, key: tuple[int, int], hand: _Hand) -> None:
        known = self._closures.get(key)
        if known is None:
            _shorten(self._closures, MOST_CLOSURES)
            self._closures[key] = _Closure(hand)
            return
        last = (known.later[-1] if known.later else known.first).activation
        if self._runs.is_open(last) and self._runs.is_below(hand.activation, last):
            return  # passed on inside the call that got it
        if len(known.later) >= MOST_HANDED:
            known.lost = True
        else:
            known.later.append(hand)

    def enter(self, record: Enter) -> None:
        """Take in a run, after ``runs`` has."""
        activation, closure = record.activation, record.closure
        if self._afters:
            after = self._afters.pop(activation >> BITS, 0)
            if after and not record.parent:
                self._tell(activation, record.at, "stack", after, record.at)
        if len(self._turns) >= MOST_TURNS:
            _shorten(self._turns, MOST_TURNS)
        self._turns[activation] = record.turn
        function = self._runs.of(activation)
        key = (0, closure) if closure else ((activation >> BITS) + 1, function)
        known = self._closures.get(key)
        if known is None:
            return
        led = known.led(record)
        if led is not None:
            self._tell(record.activation, record.at, "handed", led.activation, led.at)
        if led is not known.first:
            self._tell(
                *(record.activation, record.at, "handed"),
                *(known.first.activation, known.first.at, function),
            )
        known.runs += 1

    def exit(self, record: Exit) -> None:
        """Take in that a run ended, before ``runs`` does."""
        if self._runs.is_root(record.activation):
            self._left[record.activation >> BITS] = record.activation

    def after(self, first: int, prefix: int) -> None:
        """Take in that what is entered next runs on the stack of what was left last."""
        last = self._left.get(prefix >> BITS, 0)
        if last and self._runs.of(last) == first:
            self._afters[prefix >> BITS] = last

    def lead(self, record: LeadSeen) -> None:
        """Take in what the probe knows."""
        kind: LeadKind = abi.LEADS[record.how]  # type: ignore[assignment]
        source = record.source
        if kind == "resumed":
            self._turns[record.activation] = 0
            source = 0  # what it names is a place: see profiler/awaits.py
        self._tell(record.activation, record.at, kind, source, record.since)

    def _tell(
        self,
        activation: int,
        at: int,
        kind: LeadKind,
        source: int,
        since: int,
        target: int = NOBODY,
    ) -> None:
        if not self._runs.is_kept(activation):
            return
        if len(self._found) >= MOST_LEADS:
            self.unkept += 1
            return
        self._found.append(_Found(activation, at, kind, source, since, target))

    def count(self, record: Count) -> None:
        """Take in how many runs of a function were not observed."""
        if record.dropped or record.gated or record.missed:
            self._missed.add(self._runs.number(record.script, record.start))

    def is_whole(self) -> bool:
        """Tell whether every run of what is traced was observed, and its leads kept."""
        return not self._missed and not self.unkept and not self.mails.unkept

    def only(self) -> dict[int, tuple[int, int]]:
        """Return run and entry of each function that ran once, as far as is known."""
        return {
            function: (activation, at)
            for activation, function, at in self._runs.kept()
            if self._runs.entered[function] == 1 and function not in self._missed
        }

    def made(self, places: Places) -> None:
        """Find who made the closures that nobody was seen to hand over.

        It is the only run of the function around, if the target was observed from its
        first line on.
        """
        kept = list(self._runs.kept())
        only = self.only()
        handed = {one.activation for one in self._found if one.kind == "handed"}
        for activation, function, at in kept:
            around = places.enclosing(self._runs.refs[function])
            if around is None or activation in handed:
                continue
            maker = only.get(self._runs.number(around.script, around.start))
            if maker is not None and maker[0] < activation:
                self._tell(activation, at, "made", *maker)

    def facts(
        self, numbers: Numbers, functions: Iterable[Function]
    ) -> tuple[Lead, ...]:
        """Return what is certain, in the order in which it was seen."""
        self._carried()
        return tuple(
            Lead(
                numbers.activation(one.activation),
                numbers.at(one.activation, one.at),
                one.kind,
                numbers.activation(one.source) if one.source else 0,
                numbers.at(one.source or one.activation, one.since),
            )
            for one in self._certain({one.ref: one for one in functions})
        )

    def _carried(self) -> None:
        """Find what led from one isolate to another.

        What nothing in a thread leads to comes after who made the thread all the same.
        """
        for one in self.mails.pairs():
            self._tell(one.activation, one.at, "sent", one.source, one.since)
        makers = self.mails.makers()
        led = {one.activation for one in self._found if one.kind != "resumed"}
        for activation, _, at in list(self._runs.kept()) if makers else ():
            maker = makers.get(activation >> BITS << BITS)
            if maker and activation not in led and self._runs.is_root(activation):
                self._tell(activation, at, "sent", *maker)

    def _certain(self, functions: dict[FunctionRef, Function]) -> Iterator[_Found]:
        for one in self._found:
            if one.target == NOBODY:
                yield one
                continue
            giver = self._runs.of(one.source)
            if giver == NOBODY:
                continue
            around = functions.get(self._runs.refs[giver])
            made = self._runs.refs[one.target]
            if (
                around is not None
                and around.ref.script == made.script
                and around.ref.start < made.start < around.end
            ):
                yield one


def _shorten(table: dict[Any, Any], most: int) -> None:
    if len(table) >= most:
        for key in list(table)[: most // 2]:
            del table[key]
