"""Tell under which callback the CPU, or the memory, of a profile went.

In: a Recording with frames. Out: for each frame the callback that it belongs to, and a
row for each callback; every microsecond is in one row. A callback is a function of the
app that was called by the event loop, by Node or by a package, not by the app itself:
of several on one stack the innermost counts. Where the app has none, a package's
function that Node called is one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from profiler.formats.named import Named, Names
from store.facts import Frame, FunctionRef, Recording

NODE = Named("(Node.js)", "", 0, 0)
"""What Node does by itself, for nobody."""
DEEP = Named("(deeper than V8 looks)", "", 0, 0)
"""V8 keeps the innermost frames of a stack: the callback is not among them."""
MOST_CPU, MOST_HEAP = 254, 127
"""So many frames of a stack are certainly all that there are."""
OWN = "node:"


@dataclass(frozen=True, slots=True)
class Burnt:
    """What went on under one callback."""

    named: Named
    function: FunctionRef | None
    is_callback: bool
    """Not so for what V8 and Node do by themselves."""
    under: int
    """In it and in what it called, up to the next callback."""
    own: int
    """In its own code; of a package, in the package's."""
    inclusive: int
    """With all other callbacks on its stack."""
    hottest: tuple[tuple[Named, int], ...]
    """Where `under` was spent, the most first."""


class Callbacks:
    """The callbacks of one profile."""

    def __init__(
        self, recording: Recording, *, fold: bool, deepest: int = MOST_CPU
    ) -> None:
        """Find them; `deepest` frames of a stack are all that V8 tells."""
        self._names = Names(recording, fold=fold)
        self._frames = {frame.number: frame for frame in recording.frames}
        self._deepest = deepest
        self.named = {n: self._names.frame(f) for n, f in self._frames.items()}
        self.of: dict[int, int] = {}
        """By the number of a frame that of the callback's frame, 0 for none."""
        self._depth: dict[int, int] = {}
        self._caller: dict[int, int] = {}
        """The nearest frame above that is no native one."""
        for number, frame in self._frames.items():
            self._place(number, frame)

    def is_app(self, number: int) -> bool:
        """Tell whether a frame is of the app's own code."""
        return self._is_code(number) and not self.named[number].package

    def rows(self, most: int = 5) -> tuple[Burnt, ...]:
        """Return what went on under each callback, the most first."""
        under: Counter[Named] = Counter()
        own: Counter[Named] = Counter()
        inside: dict[Named, Counter[Named]] = {}
        refs: dict[Named, FunctionRef | None] = {}
        for number, frame in self._frames.items():
            row = self._row(number)
            under[row] += frame.self_us
            own[row] += frame.self_us * (self.named[number] == row)
            inside.setdefault(row, Counter())[self.named[number]] += frame.self_us
            callback = self.of[number]
            refs.setdefault(row, self._frames[callback].function if callback else None)
        callbacks = {self.named[number] for number in self.of.values() if number}
        inclusive = self._inclusive()
        found = [
            Burnt(
                row,
                refs[row],
                row in callbacks,
                value,
                own[row],
                inclusive.get(row, value),
                tuple((one, us) for one, us in inside[row].most_common(most) if us),
            )
            for row, value in under.items()
            if value or inclusive.get(row)
        ]
        return tuple(sorted(found, key=lambda one: (-one.under, one.named.title)))

    def _row(self, number: int) -> Named:
        if self._is_cut(number):
            return DEEP
        callback = self.of[number]
        if callback:
            return self.named[callback]
        named = self.named[number]
        return NODE if named.url.startswith(OWN) or not self._is_top(number) else named

    def _is_top(self, number: int) -> bool:
        """Tell whether V8 means no stack by it: ``(program)``, ``(idle)``."""
        return self._depth[number] <= 1 and self.named[number].name.startswith("(")

    def _is_cut(self, number: int) -> bool:
        return self._depth[number] >= self._deepest

    def _inclusive(self) -> dict[Named, int]:
        """Count what lies below a callback, once where it is below itself."""
        totals = {
            number: 0 if self._is_cut(number) else frame.self_us
            for number, frame in self._frames.items()
        }
        for number in reversed(self._frames):
            parent = self._frames[number].parent
            if parent in totals:
                totals[parent] += totals[number]
        found: Counter[Named] = Counter()
        above: dict[int, frozenset[Named]] = {}
        for number, frame in self._frames.items():
            before = above.get(frame.parent, frozenset())
            row = self.named[number]
            if self.of[number] != number or row in before:
                above[number] = before
                continue
            found[row] += totals[number]
            above[number] = before | {row}
        return found

    def _place(self, number: int, frame: Frame) -> None:
        parent = frame.parent if frame.parent < number else 0
        self._depth[number] = self._depth.get(parent, -1) + 1
        caller = parent if parent and self._is_code(parent, node=True) else 0
        self._caller[number] = caller or self._caller.get(parent, 0)
        above = self.of.get(parent, 0)
        self.of[number] = number if self._is_called_back(number, above) else above

    def _is_called_back(self, number: int, above: int) -> bool:
        if not self._is_code(number):
            return False
        caller = self._caller[number]
        if self.is_app(number):
            return not caller or not self.is_app(caller)
        return not above

    def _is_code(self, number: int, *, node: bool = False) -> bool:
        """Tell whether a frame is of a script, Node's own only where asked."""
        url = self._frames[number].url
        return bool(url) and (node or not url.startswith(OWN))


def put_back(
    recording: Recording, plain: Callable[[Frame], bool] = lambda _: True
) -> Recording:
    """Return it with what V8 missed: callers of functions that looked called back.

    Sampled while a function is entered or left, its caller's frame is left out of the
    stack: the function then stands beside its caller. It goes below it, if it is of the
    app, was seen there, called nothing here, and is ``plain``: never run by the event
    loop, as far as is known.
    """
    callbacks = Callbacks(recording, fold=False)
    frames = {frame.number: frame for frame in recording.frames}
    below: dict[int, list[int]] = {}
    for frame in recording.frames:
        below.setdefault(frame.parent, []).append(frame.number)
    for siblings in below.values():
        _hosts(siblings, frames, below, callbacks, plain)
    return replace(recording, frames=tuple(frames.values()))


def _hosts(
    siblings: Sequence[int],
    frames: dict[int, Frame],
    below: Mapping[int, Sequence[int]],
    callbacks: Callbacks,
    plain: Callable[[Frame], bool],
) -> None:
    """Move the time of such siblings to where they stand below another one."""
    for number in siblings:
        lost = frames[number]
        if callbacks.of[number] != number or number in below or not lost.self_us:
            continue
        if not callbacks.is_app(number) or not plain(lost):
            continue
        places = [
            (frames[host].total_us, host, child)
            for host in siblings
            if host != number and callbacks.is_app(host)
            for child in below.get(host, ())
            if callbacks.named[child] == callbacks.named[number]
        ]
        if not places:
            continue
        _, host, child = max(places)
        moved = lost.self_us
        frames[number] = replace(lost, self_us=0, total_us=0)
        for one, own in ((host, 0), (child, moved)):
            known = frames[one]
            frames[one] = replace(
                known, self_us=known.self_us + own, total_us=known.total_us + moved
            )


def shares(rows: Iterable[Burnt]) -> int:
    """Return what all shares are of: everything but being idle."""
    return sum(row.under for row in rows if row.named.name != "(idle)")
