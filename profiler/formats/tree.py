"""The call tree of a profile, as the exports show it.

In: a Recording. Out: nodes with exact self times, parents before children; frames of
one package folded into one node where that is asked. A store may say anything: every
frame gets a place, no time is lost, and no node lies deeper than MOST_DEEP.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from profiler.formats.named import Named, Names
from store.facts import Recording

MOST_DEEP = 300
"""V8 samples no more than 255 frames; what a store has below is its ancestor's time."""

Told = TypeVar("Told")

ROOT = Named("(root)", "", 0, 0)


@dataclass(slots=True)
class Node:
    """A function in one place of the tree."""

    number: int
    """From 1, the root."""
    parent: int
    """0 for the root."""
    named: Named
    depth: int
    self_us: int = 0
    children: list[int] = field(default_factory=list[int])


@dataclass(frozen=True, slots=True)
class Step:
    """On the way through a tree: a node is entered or left."""

    node: Node
    enters: bool


@dataclass(frozen=True, slots=True)
class Tree:
    """All nodes by number, from 1; a parent comes before its children."""

    nodes: tuple[Node, ...]
    place: dict[int, int]
    """The number of the node in which a frame is, by the frame's number."""

    def node(self, number: int) -> Node:
        """Return one node."""
        return self.nodes[number - 1]

    @property
    def total_us(self) -> int:
        """The time of the whole profile."""
        return sum(node.self_us for node in self.nodes)

    def totals(self) -> dict[int, int]:
        """Return the time of each node with all below it."""
        totals = {node.number: node.self_us for node in self.nodes}
        for node in reversed(self.nodes):
            if node.parent:
                totals[node.parent] += totals[node.number]
        return totals

    def walk(self) -> Iterator[Step]:
        """Yield each node twice, around what is below it."""
        waiting = [Step(self.nodes[0], enters=True)]
        while waiting:
            step = waiting.pop()
            yield step
            if step.enters:
                waiting.append(Step(step.node, enters=False))
                below = reversed(step.node.children)
                waiting += (Step(self.node(child), enters=True) for child in below)

    def stacks(self, told: Callable[[Named], Told]) -> Iterator[tuple[list[Told], int]]:
        """Yield each stack that was on top, outermost first, with its time.

        ``told`` says what stands for a frame. The root stands for nothing, so it is
        left out, unless it is all there is. The list is the walk's own: it changes with
        the next step.
        """
        path: list[Told] = []
        for node, enters in ((step.node, step.enters) for step in self.walk()):
            if not enters:
                if node.parent:
                    path.pop()
                continue
            if node.parent:
                path.append(told(node.named))
            if node.self_us:
                yield path or [told(node.named)], node.self_us


def call_tree(recording: Recording, *, fold: bool) -> Tree:
    """Return the tree of a recording's profile."""
    names = Names(recording, fold=fold)
    build = _Build()
    place: dict[int, int] = {}
    for frame in recording.frames:
        above = place.get(frame.parent, 0) if frame.parent < frame.number else 0
        named = names.frame(frame)
        is_root = above == 0 and named.name == ROOT.name and not named.url
        number = 1 if is_root else build.below(max(above, 1), named, fold=fold)
        place[frame.number] = number
        build.nodes[number - 1].self_us += max(frame.self_us, 0)
    return Tree(tuple(build.nodes), place)


class _Build:
    """A tree that grows; siblings of one name are one node."""

    def __init__(self) -> None:
        self.nodes = [Node(1, 0, ROOT, 0)]
        self._known: dict[tuple[int, Named], int] = {}

    def below(self, parent: int, named: Named, *, fold: bool) -> int:
        """Return the number of a child, which may be its parent itself."""
        above = self.nodes[parent - 1]
        if above.depth >= MOST_DEEP or (
            fold and named.package and named == above.named
        ):
            return parent
        number = self._known.get((parent, named))
        if number is None:
            number = len(self.nodes) + 1
            self._known[parent, named] = number
            self.nodes.append(Node(number, parent, named, above.depth + 1))
            above.children.append(number)
        return number
