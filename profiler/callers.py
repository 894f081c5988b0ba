"""Judge whether a function was called by name or called back.

In: the frames above a run that was never seen handed over. Out: a verdict. This is
what separates an express handler reached by ``next()`` from a helper that its
neighbour calls: who stands right above it on the stack, and whose code that is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from profiler.places import origin, plain_path
from store.facts import Function, FunctionRef, Script, StackFrame

Verdict = Literal["direct", "back"]


class Callers:
    """Judge runs by their stacks, scripts and traced neighbours."""

    def __init__(
        self,
        scripts: Mapping[int, Script],
        numbers: Mapping[str, int],
        functions: Iterable[Function],
    ) -> None:
        """Index the scripts by path and the literals by script."""
        self._scripts = scripts
        self._numbers = numbers
        self._functions: dict[int, list[Function]] = {}
        for function in functions:
            self._functions.setdefault(function.ref.script, []).append(function)

    def origin(self, script: int) -> str:
        """Tell whose code a script is."""
        found = self._scripts.get(script)
        return "app" if found is None else origin(found.path or found.url)

    def verdict(
        self,
        callee: FunctionRef,
        parent: FunctionRef | None,
        stacks: Sequence[Sequence[StackFrame]],
    ) -> Verdict | None:
        """Judge the runs of a function below one traced parent; None: cannot tell."""
        judged = [self._judge(callee, parent, frames) for frames in stacks]
        if "back" in judged:
            return "back"
        if judged:
            return "direct"
        if parent is None:
            return "back"
        inverted = self._inverted(self.origin(parent.script), callee)
        return "back" if inverted else None

    def _judge(
        self,
        callee: FunctionRef,
        parent: FunctionRef | None,
        frames: Sequence[StackFrame],
    ) -> Verdict:
        caller = next((frame for frame in frames if frame.url), None)
        if caller is None:
            return "back"
        whose = origin(caller.url)
        if whose == "node:" or self._inverted(whose, callee):
            return "back"
        if self._is_traced(caller):
            return "direct"
        mine = self.origin(callee.script)
        if whose == "app" and mine != "app":
            return "direct"
        if whose == mine and (parent is not None or _is_module(caller, frames)):
            return "direct"
        return "back"

    def _inverted(self, caller: str, callee: FunctionRef) -> bool:
        """Library code that calls the app's was given the function by the app."""
        return caller != "app" and self.origin(callee.script) == "app"

    def _is_traced(self, frame: StackFrame) -> bool:
        """Tell whether a frame is a run of a traced literal.

        Columns have moved in rewritten code, lines have not.
        """
        script = self._numbers.get(plain_path(frame.url))
        name = simple_name(frame.name)
        return any(
            simple_name(function.name) == name and 0 < function.line <= frame.line
            for function in self._functions.get(script or 0, ())
        )


def is_once(frames: Sequence[StackFrame]) -> bool:
    """Tell whether who called a function cannot call it again.

    Node takes a listener of ``once`` off and then calls it. Nothing at all is above a
    reaction of a promise, and a promise settles once.
    """
    if not frames:
        return True
    by = frames[0]
    return by.url == "node:events" and simple_name(by.name) == "onceWrapper"


def _is_module(caller: StackFrame, frames: Sequence[StackFrame]) -> bool:
    """Tell whether a frame is the code of a CommonJS file itself, as it is loaded."""
    above = frames[frames.index(caller) + 1 :]
    return caller.name == "Object.<anonymous>" and bool(above) and _loads(above[0])


def _loads(frame: StackFrame) -> bool:
    return frame.name == "Module._compile" and frame.url.startswith("node:")


def simple_name(name: str) -> str:
    """Return the function's own name out of V8's ``Class.name [as other]``."""
    bare = name.partition(" [as ")[0].removeprefix("new ").removeprefix("async ")
    bare = bare.rpartition(".")[2]
    return "" if bare == "<anonymous>" else bare
