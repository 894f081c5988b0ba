"""How much of what would move was seen to run, and what was not.

In: a recording with its coverage, a program, the functions that would move. Out: the
share of their text whose blocks ran, the places that never did, and the functions of
which nobody knows: those that were sampled and not traced. Of these a block ran for
certain when a sample fell into a line that is wholly inside of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from rewriter.blocks import CLOSED, Block, blocks_of
from rewriter.modules import Spot, function_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rewriter.program import Program
    from rewriter.spine import Spine
    from rewriter.syntax.tree import Node
    from store.facts import FunctionRef, Recording
    from store.plans import Cut

MOST_PLACES = 100
MOST_TEXT = 40
SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Confidence:
    """What a recording saw of some functions."""

    share: float
    """Of their text, in blocks that ran: 0 to 1."""
    unseen: tuple[str, ...]
    """``path:line:column-line:column (what)`` of outermost blocks that never ran."""
    unwatched: tuple[str, ...]
    """Names of the functions of which only samples tell."""


class Seen:
    """What of the program ran."""

    def __init__(self, program: Program, recording: Recording, spine: Spine) -> None:
        """Take the program, its recording and the merged call tree."""
        self._program = program
        self._recording = recording
        self._spine = spine

    @cached_property
    def _blocks(self) -> set[tuple[int, int]]:
        covered = self._recording.coverage
        return {(one.script, one.at) for one in covered if one.basis == "block"}

    @cached_property
    def _lines(self) -> dict[int, list[int]]:
        """Script -> the lines that were sampled."""
        found: dict[int, list[int]] = {}
        for one in self._recording.coverage:
            if one.basis == "line":
                found.setdefault(one.script, []).append(one.at)
        return found

    @cached_property
    def _calls(self) -> dict[FunctionRef, list[FunctionRef]]:
        """Function -> what ran on its stack, as traced."""
        found: dict[FunctionRef, list[FunctionRef]] = {}
        for edge in self._recording.edges:
            if edge.type == "call":
                found.setdefault(edge.source, []).append(edge.target)
        return found

    def of_cut(self, function: FunctionRef, cut: Cut) -> Confidence | None:
        """Return what was seen of a cut: its host, and all that it moves.

        None for a recording that has no coverage.
        """
        if not self._blocks:
            return None
        root = function if cut.host == function and cut.callee is None else cut.callee
        extent = {function, cut.host}
        if root is not None:
            extent |= self._extent(root)
        return self._of(sorted(extent))

    def _extent(self, root: FunctionRef) -> set[FunctionRef]:
        """Return what runs in a function's runs, as sampled and as traced."""
        found: set[FunctionRef] = set()
        waiting = list(self._spine.below(root))
        while waiting:
            ref = waiting.pop()
            if ref not in found:
                found.add(ref)
                waiting += self._calls.get(ref, [])
        return found

    def _of(self, functions: Iterable[FunctionRef]) -> Confidence:
        ran = total = 0
        unseen: list[str] = []
        unwatched: list[str] = []
        for ref in functions:
            spot = self._program.spot(ref)
            if spot is None:
                continue
            blocks = blocks_of(spot.node)
            sizes = own_sizes(spot.node, blocks)
            watched = (ref.script, blocks[0].start) in self._blocks
            seen = self._ran(spot, blocks, watched=watched)
            total += sum(sizes)
            ran += sum(size for size, s in zip(sizes, seen, strict=True) if s)
            if watched:
                unseen += _places(spot, blocks, seen)
            elif not all(seen):
                unwatched.append(function_name(spot.node) or str(spot))
        share = ran / total if total else 0.0
        return Confidence(share, tuple(unseen[:MOST_PLACES]), tuple(unwatched))

    def _ran(self, spot: Spot, blocks: list[Block], *, watched: bool) -> list[bool]:
        """Tell of each block of a function that ran whether that did."""
        script = spot.module.number
        spans = list(self._spans(spot))
        return [
            (not watched and number == 0)
            or (script, block.start) in self._blocks
            or any(block.start <= first and last <= block.end for first, last in spans)
            for number, block in enumerate(blocks)
        ]

    def _spans(self, spot: Spot) -> Iterator[tuple[int, int]]:
        """Yield what stands in each sampled line of a function, not of one in it."""
        module, node = spot.module, spot.node
        units, starts = module.tree.units, module.lines.starts
        inner = [(n.start, n.end) for n in _closed(node)]
        for line in self._lines.get(module.number, ()):
            if not 0 < line <= len(starts):
                continue
            end = starts[line] if line < len(starts) else len(units)
            text = units[starts[line - 1] : end]
            first = starts[line - 1] + len(text) - len(text.lstrip())
            last = starts[line - 1] + len(text.rstrip())
            inside = node.start <= first < last <= node.end
            if inside and not any(s < last and first < e for s, e in inner):
                yield first, last


def own_sizes(function: Node, blocks: list[Block]) -> list[int]:
    """Return how long each block is, without the blocks and functions in it."""
    sizes = [block.end - block.start for block in blocks]
    parts = [(b.start, b.end, n) for n, b in enumerate(blocks)]
    parts += [(node.start, node.end, -1) for node in _closed(function)]
    around: list[tuple[int, int, int]] = []
    for part in sorted(parts, key=lambda p: (p[0], -p[1], p[2] < 0)):
        while around and around[-1][1] <= part[0]:
            around.pop()
        if around and around[-1][2] >= 0:
            sizes[around[-1][2]] -= part[1] - part[0]
        around.append(part)
    return sizes


def _closed(function: Node) -> list[Node]:
    """Return the outermost functions and classes in a function's body."""
    body = function.the("body")
    found: list[Node] = []
    waiting = [body]
    while waiting:
        node = waiting.pop()
        if node.type in CLOSED:
            found.append(node)
        else:
            waiting += node.children()
    return found


def _places(spot: Spot, blocks: list[Block], seen: list[bool]) -> Iterator[str]:
    """Yield where the outermost blocks are that never ran."""
    until = -1
    for block, ran in sorted(zip(blocks, seen, strict=True), key=lambda p: p[0].start):
        if ran or block.end <= until:
            continue
        until = block.end
        first, last = spot.module.place(block.start), spot.module.place(block.end)
        yield (
            f"{spot.module.path}:{first.line}:{first.column}-"
            f"{last.line}:{last.column} ({_said(spot, block)})"
        )


def _said(spot: Spot, block: Block) -> str:
    """Say which block it is, with what decides about it."""
    node = spot.module.tree.node(block.row)
    above = node.parent
    if above is None or above.type not in {"IfStatement", "ConditionalExpression"}:
        return block.what
    if node.field not in {"consequent", "alternate"}:
        return block.what
    text = SPACE.sub(" ", above.the("test").raw)
    text = text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…"
    return f"if {text}" if node.field == "consequent" else f"else of {text}"
