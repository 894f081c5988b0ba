"""What the host does before the call: it must leave nothing half done.

In: a program, a host function, the call in it, and which parameters belong to one
request. Out: None, or a ``Refusal``. Between the call and the remainder other
callbacks run, so what comes before may neither write what others see nor read what
others write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.allow import (
    CHANGERS,
    CONTAINERS,
    PRIMITIVE_RESULT,
    READERS,
    REQUEST_PARTS,
)
from rewriter.constants import Constants
from rewriter.fresh import Fresh
from rewriter.modules import LITERALS, Module, Spot, plain, static_name
from rewriter.quiet import QUIET, converts, quiet
from rewriter.refusals import refuse
from rewriter.region import Region
from rewriter.shapes import pure_call
from rewriter.values import only_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rewriter.program import Program
    from rewriter.scopes import Variable
    from rewriter.syntax.tree import Node
    from store.facts import Refusal

ERRORS = frozenset({"Error", "TypeError", "RangeError", "SyntaxError", "URIError"})


class Before:
    """Judges one host and one call in it."""

    def __init__(
        self,
        program: Program,
        constants: Constants,
        host: Spot,
        call: Node,
        held: frozenset[str],
    ) -> None:
        """Take the program, the host, the call and the names of held parameters."""
        self._program = program
        self._constants = constants
        self._host = host
        self._call = call
        self._held = held
        self._fresh = Fresh(program, host)
        self._fresh.cut = call
        self._region = Region(program, constants, host, call)
        self._module: Module = host.module

    def judge(self) -> Refusal | None:
        """Return why the host cannot be suspended at the call."""
        around = loop_around(self._call, self._host.node)
        if around is not None:
            return self._no("FX042", around)
        for node in self._code():
            found = self._node(node)
            if found is not None:
                return found
        return self._region.judge()

    def _no(self, code: str, node: Node, reason: str = "") -> Refusal:
        spot = Spot(self._module, node)
        text = node.raw if len(node.raw) < 80 else node.raw[:77] + "..."
        return refuse(code, reason, place=spot.place, evidence=[f"`{text}` at {spot}"])

    def _code(self) -> Iterator[Node]:
        """Yield the host's nodes that may run before the call."""
        tree = self._host.node.tree
        index, last = self._first(), self._host.node.last
        while index < last:
            node = tree.node(index)
            if tree.columns.type[index] == 0:
                index += 1
            elif (
                node.start >= self._call.end
                or (node.type in LITERALS and not self._at_once(node))
                or self._leaves(node)
            ):
                index = node.last
            else:
                if node != self._call:
                    yield node
                index += 1

    def _first(self) -> int:
        """Return the row where the last turn before the call begins.

        At an ``await`` that is always passed, others run anyway.
        """
        inner = self._call
        for above in self._call.above():
            if above == self._host.node:
                break
            if above.type == "BlockStatement":
                for statement in reversed(above.all("body")):
                    if statement.index < inner.index and _awaits(statement):
                        return statement.last
            inner = above
        return self._host.node.index + 1

    def _at_once(self, function: Node) -> bool:
        """Tell whether an inner function may run where it stands.

        The request's own objects only keep the functions that they are given.
        """
        call = function.parent
        if call is None or call.type not in {"CallExpression", "NewExpression"}:
            return False
        if call == self._call:
            return False
        callee = plain(call.the("callee"))
        keeps = callee.type == "MemberExpression" and self._is_held(
            callee.the("object")
        )
        return not keeps

    def _leaves(self, node: Node) -> bool:
        """Tell whether a branch always ends before the call is reached."""
        above = node.parent
        if above is None or node.contains(self._call) or above.type != "IfStatement":
            return False
        if node.field not in {"consequent", "alternate"}:
            return False
        last = node
        while last.type == "BlockStatement":
            inner = last.all("body")
            if not inner:
                return False
            last = inner[-1]
        return last.type in {"ReturnStatement", "ThrowStatement"}

    def _node(self, node: Node) -> Refusal | None:
        match node.type:
            case "AssignmentExpression":
                if node.the("right").contains(self._call):
                    return self._later(node)
                return self._target(node.the("left"), node)
            case "UpdateExpression":
                return self._target(node.the("argument"), node)
            case "UnaryExpression" if node.operator == "delete":
                return self._target(node.the("argument"), node)
            case "ForInStatement" | "ForOfStatement":
                left = node.the("left")
                if left.type != "VariableDeclaration":
                    return self._target(left, node)
                return self._contents(node.the("right"))
            case "SpreadElement":
                return self._contents(node.the("argument"))
            case "VariableDeclarator":
                value = node.one("init")
                if value is None or node.the("id").type == "Identifier":
                    return None
                return self._contents(value)
            case "CallExpression" | "NewExpression":
                # What is given the result is called after the heavy call.
                return None if node.contains(self._call) else self._called(node)
            case "TaggedTemplateExpression" | "YieldExpression" | "ImportExpression":
                return self._no("FX040", node)
            case "Property" if converts(node):
                return self._no("FX040", node)
            case "MemberExpression":
                return self._member(node)
            case "Identifier":
                return self._name(node)
            case _:
                return None

    def _later(self, node: Node) -> Refusal | None:
        """Judge ``x = heavy()``: the write comes after, what it adds to is read now."""
        if node.operator == "=":
            return None
        return self._no(
            "FX041", node, f"reads `{node.the('left').raw}` before the call"
        )

    def _contents(self, node: Node) -> Refusal | None:
        """Judge looking into an object."""
        node = plain(node)
        if (
            node.type in {"ArrayExpression", "ObjectExpression"}
            or node.type in LITERALS
        ):
            return None
        if self._fresh.own(node) or self._from_held(node):
            return None
        if node.type == "Identifier":
            variable = self._module.variable(node)
            if variable is not None and (
                self._constant(variable) or self._region.result(variable)
            ):
                return None
        return self._no("FX041", node, f"reads `{node.raw}` before the call")

    def _target(self, target: Node, node: Node) -> Refusal | None:
        target = plain(target)
        if target.type == "Identifier":
            variable = self._module.variable(target)
            if variable is not None and variable.scope.within(self._host.node):
                return None
            return self._no("FX040", node, f"writes `{target.name}` before the call")
        if target.type == "MemberExpression":
            base = plain(target.the("object"))
            held = self._is_held(base) and static_name(target) not in QUIET
            if held or (self._fresh.own(base) and not converts(target)):
                return None
            return self._no("FX040", node, f"writes `{target.raw}` before the call")
        names = self._module.tree.of_type("Identifier", within=target)
        for name in names:
            variable = self._module.variable(name)
            if variable is None or not variable.scope.within(self._host.node):
                return self._no("FX040", node)
        return None

    def _is_held(self, node: Node) -> bool:
        node = plain(node)
        if node.type == "CallExpression":
            callee = plain(node.the("callee"))
            return callee.type == "MemberExpression" and self._is_held(
                callee.the("object")
            )
        return (
            node.type == "Identifier"
            and node.name in self._held
            and self._own_parameter(node)
        )

    def _own_parameter(self, node: Node) -> bool:
        variable = self._module.variable(node)
        return (
            variable is not None
            and variable.kind == "parameter"
            and not variable.assigned
        )

    def _member(self, node: Node) -> Refusal | None:
        """Judge reading a property, by whose object it is."""
        base = plain(node.the("object"))
        while base.type == "MemberExpression":
            base = plain(base.the("object"))
        if base.type in {"CallExpression", "NewExpression"}:
            return None  # judged as a call
        if base.type != "Identifier":
            if base.type == "ThisExpression":
                return self._no("FX041", node, f"reads `{node.raw}` before the call")
            return None
        variable = self._module.variable(base)
        if variable is None or self._fresh.own(base) or self._from_held(node):
            return None
        if self._is_held(base) and plain(node.the("object")) == base:
            return None
        if self._constant(variable) or self._region.result(variable):
            return None
        return self._no("FX041", node, f"reads `{node.raw}` before the call")

    def _constant(self, variable: Variable) -> bool:
        return self._module.is_top(variable) and (
            self._constants.changes(self._module, variable) is None
        )

    def _name(self, node: Node) -> Refusal | None:
        variable = self._module.variable(node)
        if variable is None or variable.scope.within(self._host.node):
            return None
        above = node.parent
        if node.field == "callee" and above == self._call:
            return None
        if node.field == "left" and above is not None and above.operator == "=":
            return None  # only written: judged as a target
        if not self._module.is_top(variable):
            if not variable.assigned:
                return None
        elif self._constant(variable):
            return None
        elif only_value(self._module, variable) is not None:
            return self._object(node)
        return self._no("FX041", node, f"reads `{node.name}` before the call")

    def _object(self, node: Node) -> Refusal | None:
        """Judge naming a binding that never gets another object."""
        above = node.parent
        if above is not None and above.type in {"CallExpression", "MemberExpression"}:
            return None  # judged as a call or as a read
        return self._no("FX041", node, f"reads `{node.name}` before the call")

    def _called(self, node: Node) -> Refusal | None:
        callee = plain(node.the("callee"))
        if callee.type in LITERALS:
            return None
        if pure_call(self._module, node):
            found = (self._contents(item) for item in node.all("arguments"))
            refusal = next((item for item in found if item is not None), None)
            return refusal or self._handed(node)
        if callee.type == "Identifier":
            if self._module.variable(callee) is None:
                native = callee.name in CONTAINERS | ERRORS | {"RegExp", "Date"}
                return None if native else self._unknown(node)
            return self._entered(node)
        if callee.type != "MemberExpression":
            return self._unknown(node)
        base, name = plain(callee.the("object")), static_name(callee)
        if self._is_held(base) and not quiet(self._program, name):
            return self._unknown(node)
        if self._is_held(base) or self._fresh.builtin(base) is not None:
            return None
        own = self._fresh.own(base) and name in READERS | CHANGERS
        if own or (name in PRIMITIVE_RESULT and self._from_held(base)):
            return self._handed(node)
        return self._entered(node)

    def _handed(self, node: Node) -> Refusal | None:
        """Judge a native call: it may call a function that it is given."""
        for item in node.all("arguments"):
            argument = plain(item)
            known = argument.type in LITERALS or argument.type == "Literal"
            if not (known or self._fresh.own(argument) or self._from_held(argument)):
                return self._unknown(node)
        return None

    def _entered(self, node: Node) -> Refusal | None:
        """Judge a call of the program's own code: followed, with values of its own."""
        if self._region.enter(node):
            return self._unknown(node)
        for item in node.all("arguments"):
            argument = plain(item)
            if argument.type == "SpreadElement":
                return self._unknown(node)
            refusal = self._contents(argument)
            if refusal is not None:
                return refusal
        return None

    def _from_held(self, node: Node) -> bool:
        """Tell whether a value is a part of the request, or text made of one."""
        node, chain, part = plain(node), 0, ""
        while True:
            if node.type == "MemberExpression":
                part, chain = static_name(node) or "", chain + 1
                node = plain(node.the("object"))
            elif node.type == "CallExpression":
                callee = plain(node.the("callee"))
                if callee.type != "MemberExpression":
                    return False
                if static_name(callee) not in PRIMITIVE_RESULT:
                    return False
                node = plain(callee.the("object"))
            else:
                break
        if self._is_held(node):
            return part in REQUEST_PARTS
        if self._fresh.own(node):
            return True
        variable = self._module.variable(node) if node.type == "Identifier" else None
        if variable is None or variable.assigned or not variable.declared:
            return False
        if not variable.scope.within(self._host.node):
            return False
        above = variable.declarations[0].parent
        if above is None or above.type != "VariableDeclarator":
            return False
        value = above.one("init")
        if value is None or above.the("id").type != "Identifier":
            return False
        return self._from_held(value)

    def _unknown(self, node: Node) -> Refusal:
        return self._no("FX040", node, "calls unknown code before the heavy call")


def _awaits(statement: Node) -> bool:
    """Tell whether a statement is ``await x`` or ``const a = await x``."""
    value: Node | None = None
    if statement.type == "ExpressionStatement":
        value = plain(statement.the("expression"))
        if value.type == "AssignmentExpression":
            value = plain(value.the("right"))
    elif statement.type == "VariableDeclaration":
        value = statement.all("declarations")[-1].one("init")
    return value is not None and plain(value).type == "AwaitExpression"


def loop_around(node: Node, function: Node | None) -> Node | None:
    """Return the loop that a node is in, within a function or at the top level."""
    for above in node.above():
        if above == function or (function is None and above.type in LITERALS):
            return None
        if above.type.startswith(("For", "While", "DoWhile")):
            return above
    return None
