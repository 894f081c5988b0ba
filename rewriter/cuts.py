"""May this call be cut out? All conditions, for one candidate.

In: a program, a recording, a candidate call. Out: ``Found`` (the cut and what it
needs), or the first ``Refusal``. The order of the checks is from cheap to dear.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from rewriter.arguments import Arguments, kept_result
from rewriter.before import Before, loop_around
from rewriter.callers import Callers, event_of, listeners, registration
from rewriter.constants import Constants
from rewriter.emit import host as emitted
from rewriter.emit.access import reach
from rewriter.held import held
from rewriter.mirrors import shown
from rewriter.modules import LITERALS, Spot, enclosing, plain
from rewriter.refusals import refuse
from rewriter.slices import Slice, build
from rewriter.state import State, state_of
from rewriter.values import resolve, returned
from store.facts import Refusal
from store.plans import Catch, Cut

if TYPE_CHECKING:
    from rewriter.outcomes import Value
    from rewriter.program import Program
    from rewriter.spine import Candidate
    from rewriter.syntax.tree import Node
    from store.facts import Recording, RupturePoint


IN_ORDER = frozenset({"setImmediate", "process.nextTick", "queueMicrotask"})
"""What they are given runs in this order and with nothing else in between."""
TIMERS = ("setTimeout", "setInterval")


@dataclass(frozen=True, slots=True)
class Found:
    """A cut that may be made."""

    shape: Literal["call", "delegate", "callback"]
    cut: Cut
    state: State
    size: int
    """Code units of the slice."""
    guards: tuple[str, ...]
    moved_us: int = 0


class Cuts:
    """Judges candidates of one program."""

    def __init__(self, program: Program, recording: Recording) -> None:
        """Take the program and its recording."""
        self.program = program
        self.recording = recording
        self.constants = Constants(program)
        self.callers = Callers(program, recording)

    def judge(
        self, point: RupturePoint, callback: Spot, candidate: Candidate
    ) -> Found | Refusal:
        """Return the cut, or the first thing that forbids it."""
        return _Case(self, point, callback, candidate).judge()

    def listening(self, point: RupturePoint, callback: Spot) -> str | Refusal:
        """Return the event whose only listener a callback must be, ``""`` for none."""
        if point.registrar in IN_ORDER:
            why = f"what `{point.registrar}` was given next may run before it ends"
            return refuse("FX052", why, place=callback.place, evidence=[str(callback)])
        other = _other_timer(self.program, point)
        if other is not None:
            why = "a timer that is due later may fire before it ends"
            return refuse("FX052", why, place=callback.place, evidence=[str(other)])
        event = event_of(self.program, point)
        if not event:
            return ""
        others = listeners(self.program, event, registration(self.program, point))
        own = [spot for spot in others if "/node_modules/" not in spot.module.path]
        if own:
            return refuse(
                "FX053",
                f"`{event}` has another listener",
                place=callback.place,
                evidence=[str(spot) for spot in own],
            )
        return event


class _Case:
    """One candidate."""

    def __init__(
        self, cuts: Cuts, point: RupturePoint, callback: Spot, candidate: Candidate
    ) -> None:
        self.cuts = cuts
        self.program = cuts.program
        self.point = point
        self.callback = callback
        self.candidate = candidate
        self.host = candidate.host
        self.call = candidate.call
        self.callee_node = plain(self.call.the("callee"))

    @cached_property
    def held(self) -> frozenset[str]:
        return held(self.program, self.cuts.recording, self.host)

    @cached_property
    def literals(self) -> list[Node]:
        """The functions written in place among the arguments."""
        found = (plain(argument) for argument in self.call.all("arguments"))
        return [node for node in found if node.type in LITERALS]

    def judge(self) -> Found | Refusal:
        callee = self._callee()
        if isinstance(callee, Refusal):
            return callee
        slice_ = build(self.program, callee)
        if isinstance(slice_, Refusal):
            return slice_
        promised = callee.node.flag("async")
        lasting = bool(self.literals) or promised
        late = self._later(slice_, lasting=lasting)
        if late is not None:
            return late
        gone = [Spot(self.host.module, self.callee_node)]
        state = state_of(self.program, self.cuts.constants, slice_, gone)
        if isinstance(state, Refusal):
            return state
        arguments = Arguments(self.program, self.host, self.call, callee)
        modes = arguments.modes(
            self.cuts.recording, lasting=lasting or bool(state.cells)
        )
        if isinstance(modes, Refusal):
            return modes
        refusal = shown(self.program, self.host, self.call, self.held, slice_)
        if refusal is not None:
            return refusal
        refusal = self._surroundings(state, promised=promised)
        if refusal is not None:
            return refusal
        catches = self._callers()
        if isinstance(catches, Refusal):
            return catches
        event = self.cuts.listening(self.point, self.callback)
        if isinstance(event, Refusal):
            return event
        cut = self._cut(callee, modes, slice_, state, catches, event)
        shape: Literal["call", "delegate"] = "delegate" if lasting else "call"
        moved = self.candidate.moved_us
        return Found(shape, cut, state, slice_.size, _guards(cut), moved)

    def _cut(
        self,
        callee: Spot,
        modes: tuple[str, ...],
        slice_: Slice,
        state: State,
        catches: tuple[Catch, ...],
        event: str,
    ) -> Cut:
        """Write down what was found."""
        return Cut(
            host=self.host.ref,
            start=self.call.start,
            end=self.call.end,
            callee=callee.ref,
            callee_text=self.callee_node.raw,
            arguments=modes,
            receiver="none" if self.callee_node.type == "Identifier" else "module",
            captures=(),
            slices=slice_.files(),
            stateful=bool(state.cells),
            dead_exports=state.dead,
            catches=catches,
            holds=tuple(sorted(self.held)),
            importers=state.importers,
            promised=callee.node.flag("async"),
            sole_listener=event,
        )

    def _later(self, slice_: Slice, *, lasting: bool) -> Refusal | None:
        if lasting or not slice_.later:
            return None
        spot = slice_.later[0]
        return refuse("FX019", place=spot.place, evidence=[str(spot)])

    def _callee(self) -> Spot | Refusal:
        """Return the one function that the call enters."""
        spot = Spot(self.host.module, self.callee_node)
        evidence = [f"`{self.callee_node.raw[:60]}` at {spot}"]
        meaning = resolve(self.program, spot)
        if not meaning.exact or len(meaning.functions) != 1:
            return refuse("FX018", place=spot.place, evidence=evidence)
        callee = meaning.functions[0]
        if not _made_once(callee.node) or reach(callee.node) is None:
            return refuse("FX021", place=callee.place, evidence=[str(callee)])
        scope = callee.module.scopes.of(callee.node)
        arrow = callee.node.type == "ArrowFunctionExpression"
        if scope.uses_this and (self.callee_node.type == "MemberExpression" or arrow):
            return refuse("FX031", place=spot.place, evidence=evidence)
        if callee.node.flag("generator"):
            return refuse("FX043", "the callee is a generator", evidence=evidence)
        return callee

    def _surroundings(self, state: State, *, promised: bool) -> Refusal | None:
        """Judge the host around the call."""
        reason = emitted.obstacle(self.host.node, [self.call])
        if reason:
            return refuse(
                "FX043", reason, place=self.host.place, evidence=[str(self.host)]
            )
        if promised and not self._awaited():
            return refuse(
                "FX019",
                "the promise is not awaited at once",
                place=Spot(self.host.module, self.call).place,
                evidence=[self.call.raw[:80]],
            )
        before = Before(
            self.program, self.cuts.constants, self.host, self.call, self.held
        ).judge()
        if before is not None:
            return before
        if state.cells:
            return kept_result(self.host, self.call, self.literals, self.held)
        return None

    def _awaited(self) -> bool:
        above = self.call.parent
        return above is not None and above.type == "AwaitExpression"

    def _callers(self) -> tuple[Catch, ...] | Refusal:
        waits = self.host.node.flag("async")
        value: Value = "undefined"
        if waits:
            value = "promise"
        elif self._returns_something():
            value = "gone"
        return self.cuts.callers.judge(
            self.callback,
            self.host,
            self.candidate.path,
            value,
            resets=not calls_back(self.host, self.call),
            throws=not waits,
        )

    def _returns_something(self) -> bool:
        """Tell whether the host returns a value on a path after the call."""
        return any(node.end > self.call.start for node in returned(self.host.node))


def _made_once(literal: Node) -> bool:
    """Tell whether a function is made once, while loading: it has one closure.

    At the top, or in a function there that is called where it stands.
    """
    outer = enclosing(literal)
    while outer is not None:
        call = outer.parent
        while call is not None and call.type == "ParenthesizedExpression":
            call = call.parent
        if call is None or call.type != "CallExpression":
            return False
        if plain(call.the("callee")) != outer or loop_around(call, None):
            return False
        outer = enclosing(call)
    return loop_around(literal, None) is None


def _other_timer(program: Program, point: RupturePoint) -> Spot | None:
    """Return another place where the app sets a timer, a repeating one its own.

    While the original runs no timer fires; in the order of their times they wait.
    """
    own = registration(program, point)
    if own is None or plain(own.node.the("callee")).raw not in TIMERS:
        return None
    if plain(own.node.the("callee")).raw == "setInterval":
        return own
    for module in program.parsed:
        if "/node_modules/" in module.path:
            continue
        for call in module.tree.of_type("CallExpression"):
            spot = Spot(module, call)
            if spot != own and plain(call.the("callee")).raw in TIMERS:
                return spot
    return None


def calls_back(host: Spot, call: Node) -> bool:
    """Tell whether the remainder may call a function that the host was given."""
    module = host.module
    for node in module.tree.of_type("CallExpression", within=host.node):
        if node.end <= call.start or node == call:
            continue
        callee = plain(node.the("callee"))
        if callee.type != "Identifier":
            continue
        variable = module.variable(callee)
        if variable is not None and not module.is_top(variable):
            meaning = variable.kind == "function"
            if not meaning:
                return True
    return False


def _guards(cut: Cut) -> tuple[str, ...]:
    """Return what is checked at run time, for people."""
    found = [
        "built-in objects of the worker are as on main",
        "the callee is the planned",
    ]
    if any(mode != "callback" for mode in cut.arguments):
        found.append("arguments are plain data")
    if cut.stateful:
        found.append("no other module requires the state's module")
    else:
        found.append("the result shares nothing with an argument")
    if cut.sole_listener:
        found.append(f"the only listener of `{cut.sole_listener}`")
    return tuple(found)
