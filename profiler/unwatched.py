"""Where main's sampled time goes that no watched callback explains.

In: the merged call tree of the sampling profile, and the functions that were watched.
Out: ``Unwatched``: how much it is, and the way down to where most of it is spent. A
callback may be unwatched because its place must stay as it is, or because it is handed
over anew for each call; the profile sees it all the same. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from store.facts import Frame, Function, FunctionRef

NO_WORK = frozenset({"(root)", "(idle)", "(program)", "(garbage collector)"})
"""V8's own frames: nothing, or nobody's."""
THROUGH = ("node:", "fluxion:", "native ")
"""Frames of Node and of our probe: what lies below them is looked at in their place."""
SHARE = 0.5
"""A function is followed while it holds this much of what its caller spends."""
DEPTH = 60

Key = tuple[int, str, int, int]


@dataclass(frozen=True, slots=True)
class Step:
    """One function on the way down."""

    name: str
    script: int
    """0 where the text is not known."""
    url: str
    line: int
    column: int
    total_us: int


@dataclass(frozen=True, slots=True)
class Unwatched:
    """Of the sampled time in which main ran some function of the app or a package."""

    busy_us: int
    watched_us: int
    """Below callbacks that were watched."""
    way: tuple[Step, ...]
    """What holds most of the rest, the outermost first; Node's own left out."""

    @property
    def us(self) -> int:
        """Time that no watched callback explains."""
        return self.busy_us - self.watched_us


def unwatched(
    frames: Sequence[Frame],
    functions: Iterable[Function],
    watched: frozenset[FunctionRef],
) -> Unwatched:
    """Divide the sampled time; all zero where nothing was sampled."""
    return _Tree(frames, functions, watched).divide()


class _Tree:
    """The call tree of one profile."""

    def __init__(
        self,
        frames: Sequence[Frame],
        functions: Iterable[Function],
        watched: frozenset[FunctionRef],
    ) -> None:
        self._children: defaultdict[int, list[Frame]] = defaultdict(list)
        for frame in frames:
            self._children[frame.parent].append(frame)
        self._watched = watched
        self._lines: defaultdict[tuple[int, int], list[Function]] = defaultdict(list)
        for one in functions:
            if one.ref in watched:
                self._lines[one.ref.script, one.line].append(one)

    def divide(self) -> Unwatched:
        """Go down once, then follow the heaviest way."""
        busy = known = 0
        pending = [(frame, False) for frame in self._children[0]]
        while pending:
            frame, inside = pending.pop()
            inside = inside or self._is_watched(frame)
            if frame.name not in NO_WORK:
                busy += frame.self_us
                known += frame.self_us if inside else 0
            pending += [(child, inside) for child in self._children[frame.number]]
        return Unwatched(busy, known, tuple(self._way()))

    def _way(self) -> Iterable[Step]:
        level, least = self._shown(self._children[0]), 0.0
        met: set[Key] = set()
        for _ in range(DEPTH):
            functions = _by_function(level)
            if not functions:
                return
            key, same = max(functions.items(), key=lambda one: _total(one[1]))
            total = _total(same)
            if total < least or total == 0:
                return
            if key not in met:  # a function that calls itself is told once
                yield Step(
                    same[0].name, key[0], same[0].url, key[2], key[3], int(total)
                )
            met.add(key)
            below = [child for one in same for child in self._children[one.number]]
            level, least = self._shown(below), SHARE * total

    def _shown(self, frames: Iterable[Frame]) -> list[Frame]:
        """Return frames of the app and of packages, in place of Node's those below."""
        found: list[Frame] = []
        pending = list(frames)
        while pending:
            frame = pending.pop()
            if self._is_watched(frame):
                continue
            if frame.name in NO_WORK or not frame.url or frame.url.startswith(THROUGH):
                pending += self._children[frame.number]
            else:
                found.append(frame)
        return found

    def _is_watched(self, frame: Frame) -> bool:
        if frame.function is not None:
            return frame.function in self._watched
        # V8 names the parenthesis of a function, we know where its literal begins.
        same = self._lines.get((frame.script, frame.line), ())
        return frame.script != 0 and any(one.column <= frame.column for one in same)


def _by_function(frames: Iterable[Frame]) -> Mapping[Key, list[Frame]]:
    found: defaultdict[Key, list[Frame]] = defaultdict(list)
    for frame in frames:
        found[frame.script, frame.url, frame.line, frame.column].append(frame)
    return found


def _total(frames: Iterable[Frame]) -> int:
    return sum(frame.total_us for frame in frames)
