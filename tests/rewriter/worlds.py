"""Small worlds to plan in: files of a program and a recording written by hand.

`World({"/app/a.js": text})` has the texts; points, stacks, frames and shapes are found
in them by a mark: the text that stands at the place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rewriter.modules import Spot
from rewriter.plan import Policy, plan
from rewriter.program import Program
from rewriter.syntax.client import Syntax
from store.facts import (
    Cost,
    Frame,
    FunctionRef,
    Kind,
    Place,
    Process,
    Recording,
    RupturePoint,
    Script,
    Shape,
    Stack,
    StackFrame,
)

if TYPE_CHECKING:
    from rewriter.syntax.tree import Node
    from store.plans import Fluxion, Plan, Stay

PROCESS = Process(1, "v22.0.0", ("node", "a.js"), (), "/app", "", (), 0, "attached")
NODE_FRAME = StackFrame("listOnTimeout", "node:internal/timers", 588, 17)
EVENT_FRAME = StackFrame("Server.emit", "node:events", 518, 28)


@dataclass
class World:
    """Files by path; the first one is the entry."""

    files: dict[str, str]
    syntax: Syntax
    recording: Recording = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = {path: n for n, path in enumerate(self.files, 1)}
        scripts = tuple(
            Script(n, f"file://{path}", path, "", len(self.files[path]), "commonjs")
            for path, n in self.numbers.items()
        )
        entry = next(iter(self.files))
        process = replace(PROCESS, entry=entry)
        self.recording = Recording(process, 10.0, scripts)
        self.texts = {n: self.files[path] for path, n in self.numbers.items()}
        self.program = Program(scripts, self.texts, self.syntax, entry)

    def at(self, path: str, mark: str) -> int:
        """Return the offset of a text that stands once in a file.

        `text@@2` means its third place.
        """
        text, _, which = mark.partition("@@")
        found = [m.start() for m in re.finditer(re.escape(text), self.files[path])]
        assert which or len(found) == 1, f"{text!r} stands {len(found)} times in {path}"
        return found[int(which or 0)]

    def node(self, path: str, mark: str, type_: str) -> Spot:
        module = self.program.module(self.numbers[path])
        assert module is not None, path
        node: Node | None = module.tree.at(self.at(path, mark), type_)
        assert node is not None, f"no {type_} at {mark!r}"
        return Spot(module, node)

    def function(self, path: str, mark: str) -> Spot:
        module = self.program.module(self.numbers[path])
        assert module is not None, path
        node = module.tree.function_at(self.at(path, mark))
        assert node is not None, f"no function at {mark!r}"
        return Spot(module, node)

    def place(self, path: str, mark: str) -> Place:
        module = self.program.modules[self.numbers[path]]
        return module.place(self.at(path, mark))

    def see(self, **facts: tuple[object, ...]) -> None:
        """Add facts to the recording."""
        merged = {
            name: getattr(self.recording, name) + new for name, new in facts.items()
        }
        self.recording = replace(self.recording, **merged)

    def callback(
        self,
        path: str,
        mark: str,
        *,
        handed: str = "",
        stack: tuple[StackFrame, ...] = (NODE_FRAME,),
        kind: Kind = "start",
        ms: float = 20,
        registrar: str = "setTimeout",
    ) -> FunctionRef:
        """Let a callback have been seen: where it stands, by whom it was called."""
        spot = self.function(path, mark)
        registration = None
        if handed:
            registration = self.node(path, handed, "CallExpression").place
        point = RupturePoint(
            spot.ref, kind, spot.place, spot.place, registration, "seen", registrar, 50
        )
        us = int(ms * 1000)
        cost = Cost(spot.ref, 50, 50, 50 * us, us, us, us, 0)
        self.see(ruptures=(point,), costs=(cost,), stacks=(Stack(spot.ref, stack, 3),))
        return spot.ref

    def spine(self, *marks: tuple[str, str], ms: int = 1000) -> None:
        """Let the profile show a chain of functions that holds all the CPU."""
        first = len(self.recording.frames)
        frames = [Frame(first + 1, 0, 0, "(root)", "", 0, 0, None, 0, ms * 1000)]
        for depth, (path, mark) in enumerate(marks):
            spot = self.function(path, mark)
            place = spot.place
            frames.append(
                Frame(
                    first + 2 + depth,
                    first + 1 + depth,
                    spot.module.number,
                    "",
                    f"file://{path}",
                    place.line,
                    place.column,
                    spot.ref,
                    0,
                    ms * 1000,
                )
            )
        self.see(frames=tuple(frames))

    def frame(self, path: str, mark: str, name: str = "f") -> StackFrame:
        """Return the frame of a stack that stands at a call's name."""
        place = self.place(path, mark)
        return StackFrame(name, path, place.line, place.column)

    def shape(self, function: FunctionRef, slot: str, shape: str) -> None:
        self.see(shapes=(Shape(function, slot, shape, 10, 3),))

    def plan(self, policy: Policy | None = None) -> Plan:
        return plan(self.recording, self.texts, self.syntax, policy)

    def moved(self) -> Fluxion:
        """Return the only fluxion of the plan."""
        decided = self.plan()
        assert len(decided.fluxions) == 1, [s.refusal for s in decided.stays]
        return decided.fluxions[0]

    def stay(self) -> Stay:
        """Return the only callback that stays."""
        decided = self.plan()
        assert not decided.fluxions, decided.fluxions
        assert len(decided.stays) == 1
        return decided.stays[0]
