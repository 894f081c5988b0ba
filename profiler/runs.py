"""Whose run an activation is: the thread that all other folds follow.

In: ENTER and EXIT records. Out: activations as facts (a capped, fair choice of them),
and edges between functions (all of them, counted). Functions are small numbers in
here and in the other folds; ``refs`` gives their names back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from profiler.records import Enter, Exit
from profiler.streams import BITS, Numbers
from store.abi import OUTCOMES
from store.facts import Activation, Edge, FunctionRef

MOST_ACTIVATIONS = 20_000
MOST_OF_ONE = 2_000
"""So that one busy function does not leave the others without any."""

MOST_REMEMBERED = 262_144
NOBODY = -1


class Ended(NamedTuple):
    """A run whose entry and exit were both seen."""

    function: int
    elapsed_us: int


class Runs:
    """Fold entries and exits."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.refs: list[FunctionRef] = []
        self.entered: Counter[int] = Counter()
        self.arrived: Counter[tuple[int, int]] = Counter()
        """Entries by stream and function."""
        self.orphans = 0
        """Records of activations whose entry is not (or no longer) known."""
        self._numbers: dict[tuple[int, int], int] = {}
        self._of: dict[int, tuple[int, int, int]] = {}
        self._open: dict[int, None] = {}
        self._kept: dict[int, list[int]] = {}
        self._kept_of: Counter[int] = Counter()
        self._edges: Counter[tuple[bool, int, int]] = Counter()

    def number(self, script: int, start: int) -> int:
        """Return the small number of a function literal."""
        key = (script, start)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.refs)
            self.refs.append(FunctionRef(script, start))
        return number

    def of(self, activation: int) -> int:
        """Return the function of an activation, NOBODY when it is not known."""
        run = self._of.get(activation)
        return NOBODY if run is None else run[0]

    def parent(self, activation: int) -> int:
        """Return the function below which an activation ran, NOBODY if none."""
        run = self._of.get(activation)
        return NOBODY if run is None or run[1] == 0 else self.of(run[1])

    def closure(self, activation: int) -> int:
        """Return the closure of a kept run, 0 when it is not known."""
        kept = self._kept.get(activation)
        return 0 if kept is None else kept[1]

    def is_open(self, activation: int) -> bool:
        """Tell whether an activation was entered and not left."""
        return activation in self._open

    def is_kept(self, activation: int) -> bool:
        """Tell whether an activation is among those that become facts."""
        return activation in self._kept

    def kept(self) -> Iterator[tuple[int, int, int]]:
        """Return number, function and time of entry of those that become facts."""
        for activation, fields in self._kept.items():
            yield activation, fields[0], fields[5]

    def is_root(self, activation: int) -> bool:
        """Tell whether an activation is known and ran on nobody's stack."""
        run = self._of.get(activation)
        return run is not None and run[1] == 0

    def is_below(self, activation: int, ancestor: int) -> bool:
        """Tell whether an activation ran on an ancestor's synchronous stack."""
        for _ in range(256):
            if activation == ancestor:
                return True
            run = self._of.get(activation)
            if run is None or run[1] == 0:
                return False
            activation = run[1]
        return False

    def enter(self, record: Enter, cause: int) -> int:
        """Take in an entry; return its function's number."""
        at, activation, script, start, closure, parent, _, turn, _ = record
        function = self._numbers.get((script, start))
        if function is None:
            function = self.number(script, start)
        of = self._of
        if len(of) >= MOST_REMEMBERED:
            self._forget()
        of[activation] = (function, parent, at)
        self._open[activation] = None
        self.entered[function] += 1
        self.arrived[activation >> BITS << BITS, function] += 1
        if parent and parent in of:
            self._edges[True, of[parent][0], function] += 1
        if cause and cause in of:
            self._edges[False, of[cause][0], function] += 1
        kept = self._kept
        if (
            len(kept) < MOST_ACTIVATIONS
            and self._kept_of[function] < MOST_OF_ONE
            and activation not in kept
        ):
            self._kept_of[function] += 1
            most = len(OUTCOMES)
            kept[activation] = [function, closure, parent, cause, turn, at, at, most]
        return function

    def exit(self, record: Exit) -> Ended | None:
        """Take in an exit; None when its entry is not known or it was left before."""
        at, activation, outcome = record
        run = self._of.get(activation)
        if run is None or activation not in self._open:
            self.orphans += 1
            return None
        del self._open[activation]
        ended_at = max(at, run[2])
        kept = self._kept.get(activation)
        if kept is not None:
            kept[6:] = [ended_at, outcome]
        return Ended(run[0], ended_at - run[2])

    def _forget(self) -> None:
        """Drop the older half, so that a long recording needs no more memory."""
        for activation in list(self._of)[: MOST_REMEMBERED // 2]:
            del self._of[activation]
            self._open.pop(activation, None)

    def activations(self, numbers: Numbers) -> tuple[Activation, ...]:
        """Return the chosen activations by number: each isolate's order of entry."""
        outcomes = (*OUTCOMES, "open")
        return tuple(
            Activation(
                numbers.activation(number),
                self.refs[function],
                numbers.closure(closure),
                numbers.activation(parent),
                numbers.activation(cause),
                turn,
                numbers.at(number, started),
                numbers.at(number, ended),
                outcomes[outcome],  # type: ignore[arg-type]
                numbers.process(number),
            )
            for number, (
                function,
                closure,
                parent,
                cause,
                turn,
                started,
                ended,
                outcome,
            ) in sorted(self._kept.items())
        )

    def edges(self) -> tuple[Edge, ...]:
        """Return who led to whom, the most frequent first."""
        return tuple(
            Edge(
                "call" if is_call else "cause",
                self.refs[source],
                self.refs[target],
                count,
            )
            for (is_call, source, target), count in self._edges.most_common()
        )
