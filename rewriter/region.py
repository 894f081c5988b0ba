"""Calls of the program's own code before the heavy call, and whose state they touch.

In: a program, a host, its heavy call, and the calls before it. Out: None, or a
``Refusal``. Such a call may touch state that can change, if nothing else that runs
after start does: then the two halves of the host cannot be told from the whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.allow import SILENT, VOICES
from rewriter.modules import LITERALS, Spot, enclosing, plain
from rewriter.reach import Reach, Walk, idle
from rewriter.refusals import refuse
from rewriter.values import only_value, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rewriter.constants import Constants
    from rewriter.program import Program
    from rewriter.scopes import Variable
    from rewriter.syntax.tree import Node
    from store.facts import Refusal


class Region:
    """The calls before one heavy call."""

    def __init__(
        self, program: Program, constants: Constants, host: Spot, call: Node
    ) -> None:
        """Take the program, the host and its heavy call."""
        self._program = program
        self._constants = constants
        self._host = host
        self._call = call
        self._calls: list[Node] = []

    def enter(self, call: Node) -> bool:
        """Take a call of the program's code; True when it cannot be followed."""
        module = self._host.module
        callee = plain(call.the("callee"))
        meaning = resolve(self._program, Spot(module, callee))
        if not meaning.exact or not meaning.functions:
            return True
        if any(plain(a).type in LITERALS for a in call.all("arguments")):
            return True
        if call not in self._calls:
            self._calls.append(call)
        return False

    def result(self, variable: Variable) -> bool:
        """Tell whether a local only holds what a call before gave, for the cut."""
        module = self._host.module
        value = only_value(module, variable)
        if value is None or not variable.scope.within(self._host.node):
            return False
        if plain(value.node).type != "CallExpression":
            return False
        return all(
            reference.node.end <= self._call.end
            and enclosing(reference.node) == self._host.node
            for reference in variable.references
        )

    def judge(self) -> Refusal | None:
        """Return why the calls before cannot be split from the remainder."""
        if not self._calls:
            return None
        module = self._host.module
        callees = [Spot(module, plain(call.the("callee"))) for call in self._calls]
        inside = Walk(self._program).run(callees)
        printed = inside.globals.get("console")
        if printed is not None and "/node_modules/" not in printed.module.path:
            return self._heard("console", printed)
        if not self._state(inside):
            return self._voices(inside)
        for call in self._calls:
            if not self._consumed(call):
                return self._no("FX041", call, "its result lives on after the call")
        cut = [*callees, Spot(module, plain(self._call.the("callee")))]
        rest = Walk(self._program, cut).run([self._host])
        return self._spread(inside, rest, cut)

    def _spread(self, inside: Reach, rest: Reach, cut: list[Spot]) -> Refusal | None:
        """Follow the state of the calls before through everybody who shares it.

        Who touches it may run in between. That is the same as running afterwards,
        unless it, or somebody who learns of it, also touches what the remainder does,
        or talks to the outside.
        """
        state = self._state(inside)
        others = {spot: Walk(self._program, cut).run([spot]) for spot in self._roots()}
        spread = True
        while spread:
            spread = False
            for spot, reach in list(others.items()):
                touched = self._state(reach)
                if not touched.keys() & state.keys():
                    continue
                del others[spot]
                voice = self._voices(reach)
                if voice is not None:
                    return voice
                state.update(touched)
                spread = True
        for variable, there in self._state(rest).items():
            if variable in state:
                here = state[variable]
                return refuse(
                    "FX040",
                    f"a call before the heavy call may touch `{variable.name}`",
                    place=here.place,
                    evidence=[
                        f"`{variable.name}` at {here}",
                        f"and after the call at {there}",
                    ],
                )
        return None

    def _state(self, reach: Reach) -> dict[Variable, Spot]:
        changing = {
            variable: spot
            for variable, spot in reach.bindings.items()
            if self._constants.changes(spot.module, variable) is not None
        }
        return changing | reach.captured

    def _roots(self) -> Iterator[Spot]:
        for module in self._program.parsed:
            for statement in module.statements:
                if not idle(self._program, module, statement):
                    yield Spot(module, statement)

    def _voices(self, reach: Reach) -> Refusal | None:
        """Refuse code that may be heard outside: built-ins with effects."""
        heard = {n: s for n, s in reach.builtins.items() if n not in SILENT}
        heard |= {n: s for n, s in reach.globals.items() if n in VOICES}
        for name, spot in heard.items():
            return self._heard(name, spot)
        return None

    def _heard(self, name: str, spot: Spot) -> Refusal:
        return refuse(
            "FX040",
            f"a call before the heavy call may use `{name}`",
            place=spot.place,
            evidence=[str(spot)],
        )

    def _consumed(self, call: Node) -> bool:
        """Tell whether what a call gave is not looked at after the heavy call."""
        above = call.parent
        while above is not None and above.type == "MemberExpression":
            above = above.parent
        if self._call.contains(call):
            return True
        if above is None or above.type == "ExpressionStatement":
            return True
        if above.type != "VariableDeclarator" or above.the("id").type != "Identifier":
            return False
        variable = self._host.module.variable(above.the("id"))
        return variable is not None and self.result(variable)

    def _no(self, code: str, node: Node, reason: str) -> Refusal:
        spot = Spot(self._host.module, node)
        return refuse(code, reason, place=spot.place, evidence=[f"`{node.raw}`"])
