"""Callbacks and what leads to what, as a graph to draw.

In: a Recording. Out: a box for each rupture point and for each function that hands one
over; an arrow for each of their edges, the most frequent first. All callbacks of one
npm package are one box where that is asked.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from profiler.formats.named import Named, Names, inert
from store.facts import FunctionRef, Kind, Recording

LONGEST_REGISTRAR = 60
MOST_REGISTRARS = 3
KINDS: tuple[Kind, ...] = ("start", "post", "internal")


@dataclass(frozen=True, slots=True)
class Box:
    """A callback, or all of a package."""

    number: int
    named: Named
    kind: Kind
    runs: int
    """Observed activations, 0 when none was of a rupture point."""
    registrars: tuple[str, ...]

    def lines(self) -> tuple[str, ...]:
        """Return what stands in the box."""
        by = f" by {', '.join(self.registrars)}" if self.registrars else ""
        ran = f"{self.runs} runs" if self.runs else ""
        told = ", ".join(filter(None, (f"{self.kind}{by}", ran)))
        return tuple(filter(None, (self.named.title, self.named.where, told)))


@dataclass(frozen=True, slots=True)
class Arrow:
    """One box led to another."""

    type: Literal["call", "cause"]
    source: int
    target: int
    count: int


@dataclass(frozen=True, slots=True)
class Graph:
    """Boxes by number, from 1, the busiest first; arrows, the most frequent first."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def graph(recording: Recording, *, fold: bool) -> Graph:
    """Return what is to be drawn of a recording."""
    names = Names(recording, fold=fold)
    drawn = _drawn(recording)
    found: dict[Named, _Draft] = {}
    for rupture in recording.ruptures:
        if rupture.function in drawn:
            draft = found.setdefault(names.function(rupture.function), _Draft())
            draft.kinds.add(rupture.kind)
            draft.runs += rupture.activations
            if rupture.registrar:
                draft.registrars[rupture.registrar] += 1
    for ref in sorted(drawn):
        found.setdefault(names.function(ref), _Draft())
    order = sorted(found.items(), key=lambda item: -item[1].runs)
    boxes = [draft.box(at, named) for at, (named, draft) in enumerate(order, 1)]
    numbers = {box.named: box.number for box in boxes}
    arrows: Counter[tuple[Literal["call", "cause"], int, int]] = Counter()
    for edge in recording.edges:
        if not {edge.source, edge.target} <= drawn:
            continue
        ends = names.function(edge.source), names.function(edge.target)
        # What a package does within itself is folded with it.
        if ends[0] != ends[1] or not (fold and ends[0].package):
            arrows[edge.type, numbers[ends[0]], numbers[ends[1]]] += edge.count
    ranked = sorted(arrows.items(), key=lambda item: (-item[1], item[0]))
    return Graph(tuple(boxes), tuple(Arrow(*ends, count) for ends, count in ranked))


def _drawn(recording: Recording) -> set[FunctionRef]:
    """Collect who waits for something, and both ends of every hand-over."""
    found = {r.function for r in recording.ruptures if r.kind != "internal"}
    for edge in recording.edges:
        if edge.type == "cause":
            found |= {edge.source, edge.target}
    return found


class _Draft:
    """A box while it is being counted."""

    def __init__(self) -> None:
        self.kinds: set[Kind] = set()
        self.runs = 0
        self.registrars: Counter[str] = Counter()

    def box(self, number: int, named: Named) -> Box:
        seen: list[Kind] = [kind for kind in KINDS if kind in self.kinds]
        kind: Kind = seen[0] if seen else "internal"
        registrars = (text for text, _ in self.registrars.most_common(MOST_REGISTRARS))
        told = tuple(inert(text, LONGEST_REGISTRAR) for text in registrars)
        return Box(number, named, kind, self.runs, told)
