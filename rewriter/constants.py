"""Whether a binding is constant: two threads may each have a copy of it.

In: a program and a top-level variable. Out: None when nothing can tell two copies
apart, else the place that forbids it. Judges by every use in the whole program,
whether it ever ran or not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.allow import CONTAINERS, READERS, words
from rewriter.exports import exports_of
from rewriter.modules import LITERALS, Module, Spot, enclosing, plain, static_name
from rewriter.shapes import FLAT, NESTED, RESETTING, native, primitive, pure_call, shape
from rewriter.values import namespace, only_value, pattern_source, written_value

if TYPE_CHECKING:
    from rewriter.program import Program
    from rewriter.scopes import Variable
    from rewriter.syntax.tree import Node

CALLING = words(
    "every filter find findIndex findLast findLastIndex flatMap forEach map reduce "
    "reduceRight some toSorted"
)
"""Readers that hand the container to the function they call."""
FUNCTION_MEMBERS = frozenset({"call", "apply", "bind", "length", "name", "prototype"})


class Constants:
    """Answers for one program, each worked out once."""

    def __init__(self, program: Program) -> None:
        """Take the program."""
        self._program = program
        self._known: dict[Variable, Spot | None] = {}

    def changes(self, module: Module, variable: Variable) -> Spot | None:
        """Return where a binding or its value may change; None: it is constant."""
        if variable not in self._known:
            self._known[variable] = None  # a circle of aliases is no change
            self._known[variable] = self._judge(module, variable)
        return self._known[variable]

    def _judge(self, module: Module, variable: Variable) -> Spot | None:
        declared = variable.declarations[0] if variable.declared else None
        where = Spot(module, declared if declared is not None else module.tree.root)
        rewritten = _rewritten(variable)
        if rewritten is not None:
            return Spot(module, rewritten)
        if declared is None:
            return where
        if variable.kind in {"function", "class"}:
            return self._code(module, variable, declared.parent)
        source = pattern_source(declared)
        if source is not None:
            return None if self._imported(module, source[1]) else where
        value = written_value(declared)
        if value is None:
            first = [r.node for r in variable.references if r.write]
            value = written_value(first[0]) if first else None
        return self._value(module, variable, plain(value), where) if value else where

    def _value(
        self, module: Module, variable: Variable, value: Node, where: Spot
    ) -> Spot | None:
        if value.type in LITERALS or value.type == "ClassExpression":
            return self._code(module, variable, value)
        if primitive(module, value) or native(module, value):
            return None
        other = module.variable(value) if value.type == "Identifier" else None
        if other is not None and module.is_top(other):
            found = self.changes(module, other)
            return found or self._code(module, variable, None)
        if self._imported(module, value):
            return None
        if value.type == "Literal" and value.kind == "regex":
            return _regex(module, variable, value.raw.rpartition("/")[2])
        depth = shape(module, value)
        if depth is None:
            return where
        for reference in variable.references:
            if reference.read and not reference.initial:
                found = self.use(Spot(module, reference.node), depth)
                if found is not None:
                    return found
        return None

    def _imported(self, module: Module, value: Node) -> bool:
        """Tell whether a value is another module's exports, or a part of them.

        Such a binding holds no state of its own: the other module's is asked for.
        """
        value = plain(value)
        while value.type == "MemberExpression" and static_name(value) is not None:
            value = plain(value.the("object"))
        return namespace(self._program, Spot(module, value)) is not None

    def _code(
        self, module: Module, variable: Variable, node: Node | None
    ) -> Spot | None:
        """Judge a function or class: code is constant, its properties may not be."""
        if node is not None and node.type.startswith("Class"):
            found = _static_state(module, node)
            if found is not None:
                return Spot(module, found)
        for name in (variable, _own_name(module, node)):
            for reference in name.references if name is not None else ():
                found = _property_use(module, reference.node)
                if found is not None:
                    return Spot(module, found)
        return None

    def use(self, spot: Spot, depth: int, hops: int = 0) -> Spot | None:
        """Return a place that may change, or hand on, the object an expression is."""
        module, node, above = spot.module, spot.node, spot.node.parent
        if above is None or hops > 6:
            return spot
        up = Spot(module, above)
        match above.type:
            case "MemberExpression" if above.the("object") == node:
                return self._member(up, depth, hops)
            case (
                "UnaryExpression"
                | "BinaryExpression"
                | "TemplateLiteral"
                | "ExpressionStatement"
                | "IfStatement"
                | "ForInStatement"
                | "WhileStatement"
                | "SwitchStatement"
            ):
                return spot if above.operator == "delete" else None
            case "ConditionalExpression" if above.the("test") == node:
                return None
            case (
                "LogicalExpression"
                | "ConditionalExpression"
                | "ParenthesizedExpression"
                | "ChainExpression"
            ):
                return self.use(up, depth, hops + 1)
            case "ForOfStatement" | "SpreadElement":
                return None if depth == FLAT else spot
            case "CallExpression" if above.the("callee") != node:
                return None if depth == FLAT and pure_call(module, above) else spot
            case "NewExpression" if above.the("callee") != node:
                maker = above.the("callee")
                made = maker.type == "Identifier" and maker.name in CONTAINERS
                views = module.variable(maker) is None if made else False
                return None if depth == FLAT and views else spot
            case "VariableDeclarator":
                return self._alias(spot, above, depth, hops)
            case "Property" | "AssignmentExpression":
                return self._exported(spot, depth, hops)
            case _:
                return spot

    def _member(self, member: Spot, depth: int, hops: int) -> Spot | None:
        above = member.node.parent
        name = static_name(member.node)
        if above is None:
            return member
        if above.type == "CallExpression" and above.the("callee") == member.node:
            tame = name in READERS and _tame(member.module, above)
            safe = depth == FLAT and tame
            return None if safe else member
        if (
            (above.type == "AssignmentExpression" and above.the("left") == member.node)
            or above.type == "UpdateExpression"
            or above.operator == "delete"
        ):
            return member
        if above.type in {"ArrayPattern", "AssignmentPattern", "RestElement"}:
            return member
        if above.type in {"ForOfStatement", "ForInStatement"} and (
            above.the("left") == member.node
        ):
            return member
        if depth == FLAT or name == "length":
            return None
        return self.use(member, NESTED, hops + 1)

    def _alias(
        self, spot: Spot, declarator: Node, depth: int, hops: int
    ) -> Spot | None:
        pattern = declarator.the("id")
        if pattern.type != "Identifier":
            return None if depth == FLAT else spot
        variable = spot.module.variable(pattern)
        if variable is None or only_value(spot.module, variable) is None:
            return spot
        for reference in variable.references:
            if reference.read:
                found = self.use(Spot(spot.module, reference.node), depth, hops + 1)
                if found is not None:
                    return found
        return None

    def _exported(self, spot: Spot, depth: int, hops: int) -> Spot | None:
        """Judge a value that may be an export: by what the importers do with it."""
        module, node = spot.module, spot.node
        table = exports_of(module)
        names = [name for name, value in table.names.items() if value == node]
        if not names or not table.exact or enclosing(node) is not None:
            return spot
        name = names[0]
        patched = self._program.patched(module.number, name)
        if patched is not None:
            return spot if isinstance(patched, str) else patched
        for use in self._program.uses(module.number):
            if use.kind == "all":
                return use.spot
            if use.name != name:
                continue
            found: Spot | None = use.spot
            if use.kind == "value":
                found = self.use(use.spot, depth, hops + 1)
            elif use.kind == "alias" and use.variable is not None:
                found = self._references(use.spot.module, use.variable, depth, hops)
            if found is not None:
                return found
        return None

    def _references(
        self, module: Module, variable: Variable, depth: int, hops: int
    ) -> Spot | None:
        for reference in variable.references:
            if reference.write and not reference.initial:
                return Spot(module, reference.node)
            if reference.read:
                found = self.use(Spot(module, reference.node), depth, hops + 1)
                if found is not None:
                    return found
        return None


def _tame(module: Module, call: Node) -> bool:
    """Tell whether no function gets the container itself as its last argument."""
    callee = plain(call.the("callee"))
    most = 3 if (static_name(callee) or "").startswith("reduce") else 2
    for given in call.all("arguments"):
        argument = plain(given)
        if argument.type in LITERALS:
            scope = module.scopes.of(argument)
            tame = len(argument.all("params")) <= most and not scope.uses_arguments
        elif static_name(callee) in CALLING:
            tame = native(module, argument)
        else:
            tame = argument.type != "SpreadElement"
        if not tame:
            return False
    return True


def _rewritten(variable: Variable) -> Node | None:
    """Return the second write of a variable, or one that happens after loading."""
    written = [r.node for r in variable.references if r.write]
    late = [node for node in written if enclosing(node) is not None]
    if late:
        return late[0]
    implicit = variable.kind in {"function", "class"}
    again = any(r.write and not r.initial for r in variable.references)
    if len(written) > 1 or (implicit and again):
        return written[-1]
    return written[-1] if variable.annex_b and written else None


def _regex(module: Module, variable: Variable, flags: str) -> Spot | None:
    """Judge a regular expression: with g or y it remembers where it stopped."""
    if not set(flags) & set("gy"):
        return None
    for reference in variable.references:
        call = reference.node.parent
        if not reference.read or call is None:
            continue
        callee = call.the("callee") if call.type == "CallExpression" else None
        resets = (
            callee is not None
            and callee.type == "MemberExpression"
            and static_name(callee) in RESETTING
            and callee.the("object") != reference.node
        )
        if not resets or "y" in flags:
            return Spot(module, reference.node)
    return None


def _own_name(module: Module, node: Node | None) -> Variable | None:
    """Return the variable of a function expression's own name."""
    if node is None or node.type not in {"FunctionExpression", "ClassExpression"}:
        return None
    own = node.one("id")
    return module.variable(own) if own is not None else None


def _property_use(module: Module, node: Node) -> Node | None:
    """Return the place if a function is used as an object that holds something.

    Properties that are set once while loading, to code or primitives, are part of
    the code: ``F.prototype.m = function () {}``.
    """
    member = node.parent
    if member is None or member.type != "MemberExpression":
        return None
    if member.the("object") != node:
        return None
    if enclosing(node) is None:
        top, above = member, member.parent
        while above is not None and above.type == "MemberExpression":
            top, above = above, above.parent
        if above is not None and above.type == "AssignmentExpression":
            value = plain(above.the("right"))
            if above.the("left") == top and (
                value.type in LITERALS or primitive(module, value)
            ):
                return None
    name, above = static_name(member), member.parent
    called = (
        above is not None
        and above.type == "CallExpression"
        and above.the("callee") == member
    )
    if called and name not in {None, "prototype"}:
        return None
    written = above is not None and above.type == "AssignmentExpression"
    if name in FUNCTION_MEMBERS and not (written and name != "prototype"):
        grand = above.parent if above is not None else None
        late = (
            above is not None
            and above.type == "MemberExpression"
            and grand is not None
            and grand.type == "AssignmentExpression"
            and grand.the("left") == above
        )
        return member if late or written else None
    return member


def _static_state(module: Module, node: Node) -> Node | None:
    """Return a static field or block of a class that is not code or a primitive."""
    for item in node.the("body").all("body"):
        if item.type == "StaticBlock":
            return item
        if item.type == "PropertyDefinition" and item.flag("static"):
            value = item.one("value")
            if value is not None and not (
                value.type in LITERALS or primitive(module, value)
            ):
                return item
    return None
