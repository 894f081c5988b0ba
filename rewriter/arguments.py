"""How each argument of a cut call travels.

In: a host, the call in it, the function it enters. Out: one mode for each argument, as
``store.plans.Cut`` names them, or a ``Refusal``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.fresh import Fresh
from rewriter.modules import LITERALS, Spot, enclosing, plain
from rewriter.refusals import refuse
from rewriter.taint import NONE, Taint
from rewriter.values import returned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rewriter.program import Program
    from rewriter.syntax.tree import Node
    from store.facts import Recording, Refusal

PRIMITIVES = frozenset(
    {"string", "number", "boolean", "undefined", "null", "bigint", "integer", "float"}
)


class Arguments:
    """Judges the arguments of one call."""

    def __init__(self, program: Program, host: Spot, call: Node, callee: Spot) -> None:
        """Take the host, the call and the function that it enters."""
        self._program = program
        self._host = host
        self._call = call
        self._callee = callee
        self._fresh = Fresh(program, host)
        self._fresh.cut = call

    def modes(
        self, recording: Recording, *, lasting: bool
    ) -> tuple[str, ...] | Refusal:
        """Return the modes; ``lasting``: the work goes on after the call returned."""
        seen = self._shapes(recording)
        scope = self._callee.module.scopes.of(self._callee.node)
        modes: list[str] = []
        for index, argument in enumerate(self._call.all("arguments")):
            found = self._mode(index, plain(argument), seen, lasting=lasting)
            if not isinstance(found, str):
                return found
            modes.append(found)
        if scope.uses_arguments and any(m == "readonly" for m in modes):
            return self._no("FX032", self._call, "the callee uses `arguments`")
        return tuple(modes)

    def _mode(
        self, index: int, argument: Node, seen: dict[int, str], *, lasting: bool
    ) -> str | Refusal:
        if argument.type == "SpreadElement":
            return self._no("FX032", argument)
        if argument.type in LITERALS:
            return self._callback(argument)
        if self._fresh.scalar(argument):
            return "primitive"
        if seen.get(index, "") in PRIMITIVES:
            return "primitive"
        own = self._fresh.own(argument)
        if own and self._over(argument):
            return "dead"
        if lasting:
            why = "the work goes on after the call, and main may change the argument"
            return self._no("FX030", argument, why)
        taint = Taint(self._program)
        taint.watch(self._callee, index)
        culprit = taint.run()
        if culprit is None:
            if taint.returns(self._callee) == NONE or own:
                return "readonly"
            return self._no("FX030", argument, "the result may hold the argument")
        if own:
            return "value"
        return self._no("FX030", argument, f"may be written at {culprit}")

    def _callback(self, literal: Node) -> str | Refusal:
        """Accept a function in place whose own result nobody can miss."""
        scope = self._host.module.scopes.of(literal)
        if literal.flag("async") or literal.flag("generator") or returned(literal):
            why = "the callback returns something to the code that moves"
            return self._no("FX032", literal, why)
        tree = self._callee.module.tree
        throws = any(literal.tree.of_type("ThrowStatement", within=literal))
        if throws and any(tree.of_type("TryStatement")):
            why = "the code that moves may catch what the callback throws"
            return self._no("FX032", literal, why)
        if literal.type != "ArrowFunctionExpression" and (
            scope.uses_this or scope.uses_arguments
        ):
            return self._no("FX032", literal, "the callback uses this or arguments")
        return "callback"

    def _over(self, argument: Node) -> bool:
        """Tell whether nobody on main looks at an own value after the call."""
        base = argument
        while base.type == "MemberExpression":
            base = plain(base.the("object"))
        if base.type != "Identifier":
            return True
        variable = self._host.module.variable(base)
        if variable is None:
            return True
        if variable.kind == "parameter":
            return False
        return self._fresh.local(variable) and all(
            reference.node.end <= self._call.end
            and enclosing(reference.node) == self._host.node
            for reference in variable.references
        )

    def _shapes(self, recording: Recording) -> dict[int, str]:
        """Return the only shape that was seen of each argument of this call."""
        found: dict[int, set[str]] = {}
        start = self._call.start
        for shape in recording.shapes:
            parts = shape.slot.split(":")
            if shape.function == self._host.ref and parts[:1] == ["call"]:
                if len(parts) == 4 and parts[1] == str(start) and parts[3].isdigit():
                    found.setdefault(int(parts[3]), set()).add(shape.shape)
            elif (
                shape.function == self._callee.ref
                and len(parts) == 2
                and parts[0] == "arg"
                and parts[1].isdigit()
            ):
                found.setdefault(int(parts[1]), set()).add(shape.shape)
        return {
            index: next(iter(shapes))
            for index, shapes in found.items()
            if shapes <= PRIMITIVES
        }

    def _no(self, code: str, node: Node, why: str = "") -> Refusal:
        spot = Spot(self._host.module, node)
        text = " ".join(node.raw.split())[:80]
        evidence = [f"`{text}` at {spot}", why] if why else [f"`{text}` at {spot}"]
        return refuse(code, place=spot.place, evidence=evidence)


def kept_result(
    host: Spot, call: Node, callbacks: Iterable[Node], held: frozenset[str]
) -> Refusal | None:
    """Refuse a host that keeps or changes what stateful code handed out.

    It may look at it at once, and hand it to methods of the request's own objects.
    """
    module = host.module
    above = call.parent
    if above is not None and above.type not in {
        "ExpressionStatement",
        "ReturnStatement",
    }:
        if above.type != "VariableDeclarator" or above.the("id").type != "Identifier":
            return _kept(host, call)
        found = _looked_at(host, above.the("id"), held)
        if found is not None:
            return found
    for callback in callbacks:
        for parameter in callback.all("params"):
            if parameter.type != "Identifier":
                return _kept(host, parameter)
            found = _looked_at(host, parameter, held)
            if found is not None:
                return found
    assert module is host.module
    return None


def _looked_at(host: Spot, name: Node, held: frozenset[str]) -> Refusal | None:
    variable = host.module.variable(name)
    if variable is None:
        return _kept(host, name)
    owner = enclosing(name)
    for reference in variable.references:
        if reference.write and not reference.initial and variable.kind != "parameter":
            return _kept(host, reference.node)
        if not reference.read or reference.initial:
            continue
        if enclosing(reference.node) != owner or not _glance(reference.node, held):
            return _kept(host, reference.node)
    return None


def _glance(node: Node, held: frozenset[str]) -> bool:
    """Tell whether a value is only looked at, here and now."""
    above = node.parent
    if above is None:
        return False
    if above.type == "MemberExpression" and above.the("object") == node:
        return _glance(above, held)
    if above.type in {"IfStatement", "UnaryExpression", "TemplateLiteral"}:
        return above.operator != "delete"
    if above.type == "BinaryExpression":
        return above.operator not in {"===", "!==", "==", "!=", "in"} or any(
            plain(above.the(side)).type in {"Literal", "UnaryExpression"}
            for side in ("left", "right")
        )
    if above.type == "ConditionalExpression":
        return above.the("test") == node
    if above.type == "CallExpression" and above.the("callee") != node:
        callee = plain(above.the("callee"))
        while callee.type in {"MemberExpression", "CallExpression"}:
            field = "object" if callee.type == "MemberExpression" else "callee"
            callee = plain(callee.the(field))
        return callee.type == "Identifier" and callee.name in held
    return False


def _kept(host: Spot, node: Node) -> Refusal:
    spot = Spot(host.module, node)
    text = " ".join((node.parent or node).raw.split())[:80]
    return refuse("FX022", place=spot.place, evidence=[f"`{text}` at {spot}"])
