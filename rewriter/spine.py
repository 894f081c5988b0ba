"""Where the CPU of a callback goes: the frames that hold most of it.

In: a recording and a program. Out: for a callback, the hosts on the way down, with the
call expressions that lead to the next one. Ends at other callbacks and at natives.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from rewriter.modules import Spot, enclosing
from rewriter.skipped import put_back
from rewriter.trace.positions import literal_at
from rewriter.values import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rewriter.program import Program
    from rewriter.syntax.tree import Node
    from store.facts import Frame, FunctionRef, Recording

PROBE = "fluxion:"
"""How the urls of our own scripts in the target begin."""
SHARE = 0.5
"""A frame is followed while it holds this much of the callback's CPU."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A call that could be cut."""

    host: Spot
    call: Node
    callee: Spot | None
    path: tuple[Spot, ...]
    """Calls from the callback's own code down to the host, innermost first."""
    moved_us: int
    share: float
    """Of the callback's own CPU, by whatever measured `moved_us`."""


class Spine:
    """The merged call tree, by function."""

    def __init__(self, program: Program, recording: Recording) -> None:
        """Take the program and its recording."""
        self._program = program
        self._recording = recording
        self._by_path = {m.path: n for n, m in program.modules.items()}
        self._stops = handed_over(recording)
        self.blocked: dict[FunctionRef, tuple[Spot, Spot]] = {}
        """Callback -> where the way down ends: a host, and what it enters somehow."""

    @cached_property
    def _tree(self) -> tuple[Frame, ...]:
        return put_back(self._recording.frames, self._literals, self._may_call)

    def _may_call(self, caller: FunctionRef, callee: FunctionRef) -> bool:
        above, below = self._program.spot(caller), self._program.spot(callee)
        if above is None or below is None:
            return True
        return bool(calls_to(self._program, above, below))

    @cached_property
    def _children(self) -> dict[int, list[Frame]]:
        found: defaultdict[int, list[Frame]] = defaultdict(list)
        for frame in self._tree:
            found[frame.parent].append(frame)
        return found

    @cached_property
    def _literals(self) -> dict[int, FunctionRef]:
        """Frame number -> the literal that it is."""
        found: dict[int, FunctionRef] = {}
        for frame in self._recording.frames:
            ref = frame.function or self._literal(frame)
            if ref is not None:
                found[frame.number] = ref
        return found

    def _literal(self, frame: Frame) -> FunctionRef | None:
        number = frame.script or self._by_path.get(frame.url.removeprefix("file://"), 0)
        module = self._program.module(number)
        if module is None or frame.line < 1:
            return None
        node = literal_at(module.tree, frame.line - 1, max(frame.column - 1, 0))
        return Spot(module, node).ref if node is not None else None

    def own_us(self, function: FunctionRef) -> int:
        """Return the CPU of a callback without the callbacks that run inside of it."""
        return sum(self._own(frame) for frame in self._frames(function))

    def least_us(self, function: FunctionRef) -> float:
        """Return the least of `own_us` that its number of samples is evidence for.

        n samples of as many microseconds each are n by chance, n - 2 sqrt(n) at least
        in 39 of 40 recordings.
        """
        interval = min(
            (f.self_us for f in self._recording.frames if f.self_us), default=0
        )
        own = self.own_us(function)
        return max(0.0, own - 2 * math.sqrt(own * interval))

    def _frames(self, function: FunctionRef) -> list[Frame]:
        return self._of_function.get(function, [])[:]

    @cached_property
    def _of_function(self) -> dict[FunctionRef, list[Frame]]:
        found: defaultdict[FunctionRef, list[Frame]] = defaultdict(list)
        for frame in self._tree:
            ref = self._literals.get(frame.number)
            if ref is not None:
                found[ref].append(frame)
        return found

    def inside(self, function: FunctionRef) -> set[FunctionRef]:
        """Return the callbacks that run inside of a callback's runs."""
        return {ref for ref in self._met(function) & self._stops if ref != function}

    def below(self, function: FunctionRef) -> set[FunctionRef]:
        """Return what was sampled in a function's runs, other callbacks left out."""
        return {function} | (self._met(function) - self._stops)

    def _met(self, function: FunctionRef) -> set[FunctionRef]:
        """Return what was sampled below a function, down to other callbacks."""
        found: set[FunctionRef] = set()
        frames = self._frames(function)
        while frames:
            for child in self._children.get(frames.pop().number, []):
                ref = self._literals.get(child.number)
                if ref is None or ref not in self._stops:
                    frames.append(child)
                if ref is not None:
                    found.add(ref)
        return found

    def _own(self, frame: Frame) -> int:
        return frame.total_us - sum(
            child.total_us
            if child.number in self._entered
            else child.total_us - self._own(child)
            for child in self._children.get(frame.number, [])
        )

    @cached_property
    def _entered(self) -> set[int]:
        """Numbers of the frames in which another callback runs.

        V8's stacks lack a frame now and then, the callback's own too: of 12 s inside of
        the paper's callback, 0.3 to 1.3 s had what it calls directly below our probe's
        frame. A frame of the probe that enters callbacks is all theirs, and the
        probe's.
        """
        stopped = {f.number: f for f in self._tree if self._stopped(f)}
        above = {frame.parent for frame in stopped.values()}
        return set(stopped) | {
            frame.number
            for frame in self._tree
            if frame.number in above and frame.url.startswith(PROBE)
        }

    def _stopped(self, frame: Frame) -> bool:
        return self._literals.get(frame.number) in self._stops

    def candidates(self, callback: Spot) -> list[Candidate]:
        """Return the calls on the way down, the outermost first."""
        frames = self._frames(callback.ref)
        total = sum(self._own(frame) for frame in frames)
        found: list[Candidate] = []
        path: tuple[Spot, ...] = ()
        host, seen = callback, {callback.ref}
        while total > 0:
            ref, children = self._heaviest(frames)
            share = sum(self._own(child) for child in children)
            if ref is None or share < SHARE * total or ref in seen:
                break
            callee = self._program.spot(ref)
            calls = calls_to(self._program, host, callee) if callee is not None else []
            if callee is not None and not calls:
                self.blocked[callback.ref] = (host, callee)
            each = total * max(1, len(calls))
            found.extend(
                Candidate(host, call, callee, path, share // len(calls), share / each)
                for call in calls
            )
            if callee is None or len(calls) != 1:
                break
            path = (Spot(host.module, calls[0]), *path)
            host, frames = callee, children
            seen.add(ref)
        return found or self._by_calls(callback)

    def _heaviest(
        self, frames: Iterable[Frame]
    ) -> tuple[FunctionRef | None, list[Frame]]:
        """Return the function below some frames that holds the most, and its frames."""
        by_function: defaultdict[FunctionRef, list[Frame]] = defaultdict(list)
        for frame in frames:
            for child in self._children.get(frame.number, []):
                ref = self._literals.get(child.number)
                if ref is not None and ref not in self._stops:
                    by_function[ref].append(child)
        if not by_function:
            return None, []
        return max(
            by_function.items(), key=lambda item: sum(self._own(f) for f in item[1])
        )

    def _by_calls(self, callback: Spot) -> list[Candidate]:
        """Fall back to the times of calls that the tracer measured."""
        calls = [c for c in self._recording.calls if c.function == callback.ref]
        total = sum(call.total_us for call in calls)
        # Of the runs that were seen, as the calls are, not of all that there were.
        costs = [c for c in self._recording.costs if c.function == callback.ref]
        runs = sum(cost.total_us for cost in costs)
        found = []
        for cost in sorted(calls, key=lambda call: -call.total_us):
            node = callback.module.tree.at(cost.site, "CallExpression")
            if node is None or cost.total_us < SHARE * total:
                continue
            spot = Spot(callback.module, node.the("callee"))
            meaning = resolve(self._program, spot)
            callee = meaning.functions[0] if len(meaning.functions) == 1 else None
            if callee is not None and callee.ref in self._stops:
                continue
            share = min(1.0, cost.total_us / max(runs, total, 1))
            found.append(Candidate(callback, node, callee, (), cost.total_us, share))
        return found


def handed_over(recording: Recording) -> set[FunctionRef]:
    """Return the functions that somebody hands over: where another callback begins.

    A traced function that is only called is on the way, not an end; so is one that was
    met first when its caller happened not to be observed.
    """
    return {
        point.function
        for point in recording.ruptures
        if point.kind != "internal" and point.registration is not None
    }


def calls_to(program: Program, host: Spot, callee: Spot) -> list[Node]:
    """Return the calls in a function's own code that can enter another function."""
    found = []
    for call in host.module.tree.of_type("CallExpression", within=host.node):
        if enclosing(call) != host.node:
            continue
        meaning = resolve(program, Spot(host.module, call.the("callee")))
        if callee in meaning.functions:
            found.append(call)
    return found
