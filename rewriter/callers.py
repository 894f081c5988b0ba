"""Whether the callers may go on before the callback is done.

In: a callback's recorded stacks, the calls that lead from it to the host, and what a
suspended host gives its caller. Out: the catch clauses that a late throw must enter, or
a ``Refusal``. Every frame above the host is followed up to the event loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.after import After
from rewriter.emit import clauses
from rewriter.emit.tokens import call_position
from rewriter.entries import callers, uses_of
from rewriter.modules import (
    LITERALS,
    Spot,
    enclosing,
    function_name,
    plain,
    static_name,
)
from rewriter.outcomes import tries
from rewriter.refusals import refuse
from rewriter.values import resolve
from store.plans import Catch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rewriter.modules import Module
    from rewriter.outcomes import Value
    from rewriter.program import Program
    from rewriter.syntax.tree import Node
    from store.facts import Recording, Refusal, RupturePoint, StackFrame

ARROW = "ArrowFunctionExpression"
LISTENS = frozenset({"on", "addListener", "once", "prependListener"})


class Callers:
    """Follows the frames above one callback."""

    def __init__(self, program: Program, recording: Recording) -> None:
        """Take the program and what was recorded."""
        self._program = program
        self._recording = recording
        self._by_path = {m.path: n for n, m in program.modules.items()}

    def judge(
        self,
        callback: Spot,
        host: Spot,
        path: Sequence[Spot],
        value: Value,
        *,
        resets: bool,
        throws: bool,
    ) -> tuple[Catch, ...] | Refusal:
        """Return the clauses to keep, or why the callers forbid it.

        ``path`` are the calls from the callback's own code down to the host, innermost
        first. ``throws``: a late error must enter clauses of the callers.
        """
        stacks = [s for s in self._recording.stacks if s.function == callback.ref]
        refusal = (
            self._followed(callback)
            or self._stranger(callback, path, host)
            or (None if stacks else self._unseen(callback))
        )
        if refusal is not None:
            return refusal
        found: dict[Catch, None] = {}
        inner: list[Spot] = list(path)
        refusal, value = self._steps(inner, value, found, resets=resets, throws=throws)
        if refusal is not None:
            return refusal
        for stack in stacks:
            if value != "promise" and _of_a_promise(stack.frames):
                why = "what runs it is a promise, which goes on with what it returns"
                return self._no("FX050", callback, why)
            calls = self._calls(stack.frames, callback)
            if isinstance(calls, tuple):
                steps = list(calls)
            else:
                return calls
            refusal, _ = self._steps(steps, value, found, resets=resets, throws=throws)
            if refusal is not None:
                return refusal
        return tuple(found)

    def _followed(self, callback: Spot) -> Refusal | None:
        """Refuse when another callback was seen to follow on the same stack."""
        for fact in self._recording.afters:
            if fact.function == callback.ref:
                then = self._program.spot(fact.then)
                return refuse(
                    "FX052",
                    place=callback.place,
                    evidence=[f"followed {fact.count} times by {then or fact.then}"],
                )
        return None

    def _unseen(self, callback: Spot) -> Refusal:
        return refuse(
            "FX051",
            "no stack of this callback was recorded",
            place=callback.place,
            evidence=[str(callback)],
        )

    def _stranger(
        self, callback: Spot, path: Sequence[Spot], host: Spot
    ) -> Refusal | None:
        """Refuse when the host, or a frame on the way to it, has other callers."""
        on_the_way = [host, *(_around(call) for call in path)]
        known = {(call.module.number, call.node.index) for call in path}
        for function in on_the_way:
            if function is None:
                continue
            if function == callback:
                found = self._direct(function)
            else:
                calls = callers(self._program, function)
                if calls is None:
                    return self._no(
                        "FX051", function, "it may be called from elsewhere"
                    )
                found = [
                    c for c in calls if (c.module.number, c.node.index) not in known
                ]
            if found:
                return self._no("FX051", found[0], f"also calls {function}")
        return None

    def _direct(self, callback: Spot) -> list[Spot]:
        """Return the plain calls of a callback by its name."""
        name = callback.node.one("id") if callback.node.type != ARROW else None
        above = callback.node.parent
        if above is not None and above.type == "VariableDeclarator":
            name = above.the("id")
        if name is None or name.type != "Identifier":
            return []
        variable = callback.module.variable(name)
        return [
            Spot(use.module, call)
            for use in uses_of(self._program, callback.module, variable)
            if (call := use.node.parent) is not None
            and call.type == "CallExpression"
            and call.the("callee") == use.node
        ]

    def _steps(
        self,
        calls: Iterable[Spot],
        value: Value,
        found: dict[Catch, None],
        *,
        resets: bool,
        throws: bool,
    ) -> tuple[Refusal | None, Value]:
        after = After(self._program, resets)
        late = throws
        for call in calls:
            function = enclosing(call.node)
            for statement in tries(call.node, function) if late else ():
                reason = clauses.obstacle(statement)
                if reason:
                    return self._no(
                        "FX055", Spot(call.module, statement), reason
                    ), value
                found[Catch(call.module.number, statement.start)] = None
                late = False
                break
            if late and function is not None and function.flag("async"):
                why = "an error would have to reject a promise of the caller"
                return self._no("FX055", call, why), value
            given = value
            value, noticed = after.follow(call, given)
            if noticed is not None:
                spot = Spot(call.module, noticed)
                code = "FX054" if given == "gone" else "FX050"
                return self._no(code, spot, f"goes on after {call}"), value
        return None, value

    def _no(self, code: str, spot: Spot, why: str) -> Refusal:
        text = " ".join(spot.node.raw.split())[:100]
        return refuse(code, place=spot.place, evidence=[why, f"`{text}` at {spot}"])

    def _calls(
        self, frames: Sequence[StackFrame], callback: Spot
    ) -> tuple[Spot, ...] | Refusal:
        """Return the program's calls on a stack, innermost first."""
        found: list[Spot] = []
        inner = function_name(callback.node)
        for frame in frames:
            if frame.name.startswith("async ") or _loading(frame.url):
                break
            if frame.url.startswith("node:"):
                continue
            module = self._program.module(self._by_path.get(_path(frame.url), 0))
            call = self._call_at(module, frame, inner) if module is not None else None
            if call is None:
                what = f"{frame.name} {frame.url}:{frame.line}:{frame.column}".strip()
                return refuse("FX051", evidence=[what])
            found.append(call)
            inner = _tail(frame.name)
        return tuple(found)

    def _call_at(self, module: Module, frame: StackFrame, inner: str) -> Spot | None:
        """Return the call that a stack names by its position."""
        traced = self._traced(module, frame)
        if traced:
            # A traced function has its original's lines, but not its columns.
            found = [c for f in traced for c in self._on_line(module, f, frame, inner)]
            return found[0] if len(found) == 1 else None
        try:
            offset = module.lines.offset(frame.line - 1, frame.column - 1)
        except ValueError:
            return None
        node = module.tree.innermost(offset)
        for above in (node, *node.above()):
            if above.type in LITERALS:
                return None
            if above.type == "CallExpression" and offset in {
                call_position(above),
                plain(above.the("callee")).start,
            }:
                return Spot(module, above)
            if above.type == "NewExpression" and above.start == offset:
                return Spot(module, above)
        return None

    def _traced(self, module: Module, frame: StackFrame) -> list[Node]:
        """Return the traced functions that a frame can be a run of."""
        found = []
        for function in self._recording.functions:
            if function.ref.script != module.number:
                continue
            node = module.literal(function.ref)
            if node is None or not _spans(module, node, frame.line):
                continue
            if function.name in {"", _tail(frame.name)}:
                found.append(node)
        return found

    def _on_line(
        self, module: Module, function: Node, frame: StackFrame, inner: str
    ) -> Iterator[Spot]:
        """Yield the function's calls on a line that can lead to ``inner``."""
        kinds = ("CallExpression", "NewExpression")
        for call in module.tree.of_type(*kinds, within=function):
            if enclosing(call) != function or not _spans(module, call, frame.line):
                continue
            meaning = resolve(self._program, Spot(module, call.the("callee")))
            names = {function_name(f.node) for f in meaning.functions}
            if not meaning.exact or inner in names:
                yield Spot(module, call)


def _spans(module: Module, node: Node, line: int) -> bool:
    first, _ = module.lines.position(node.start)
    last, _ = module.lines.position(node.end)
    return first < line <= last + 1


def _tail(name: str) -> str:
    """Return the function's own name in a frame: ``f`` of ``Layer.f [as g]``."""
    return name.split(" [as ", maxsplit=1)[0].rpartition(".")[2].removeprefix("new ")


def _around(call: Spot) -> Spot | None:
    function = enclosing(call.node)
    return Spot(call.module, function) if function is not None else None


def event_of(program: Program, point: RupturePoint) -> str:
    """Return the event that a callback listens to, ``""`` when it is no listener."""
    call = registration(program, point)
    if call is None:
        return ""
    callee = plain(call.node.the("callee"))
    name = static_name(callee) if callee.type == "MemberExpression" else callee.raw
    if name == "createServer":
        return "request"
    arguments = call.node.all("arguments")
    if name in LISTENS and arguments and arguments[0].kind == "string":
        return str(arguments[0].value)
    return ""


def registration(program: Program, point: RupturePoint) -> Spot | None:
    """Return the call that handed a callback over."""
    if point.registration is None:
        return None
    module = program.module(point.registration.script)
    if module is None:
        return None
    node = module.tree.at(point.registration.offset, "CallExpression")
    return Spot(module, node) if node is not None else None


def listeners(program: Program, event: str, first: Spot | None) -> list[Spot]:
    """Return other calls of the program that listen to an event of this name."""
    found = []
    for module in program.parsed:
        if module.text is None or event not in module.text:
            continue
        for call in module.tree.of_type("CallExpression"):
            callee = plain(call.the("callee"))
            if callee.type != "MemberExpression" or static_name(callee) not in LISTENS:
                continue
            arguments = call.all("arguments")
            if arguments and arguments[0].kind == "string":
                spot = Spot(module, call)
                if str(arguments[0].value) == event and spot != first:
                    found.append(spot)
    return found


def _of_a_promise(frames: Sequence[StackFrame]) -> bool:
    """Tell whether nothing called a callback: it is a microtask."""
    return not frames or frames[0].name.startswith("async ")


def _path(url: str) -> str:
    return url.removeprefix("file://")


def _loading(url: str) -> bool:
    return "node:internal/modules/" in url
