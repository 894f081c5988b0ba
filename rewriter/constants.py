"""Is this binding constant: may two threads each have a copy of it?

In: a program and a top-level variable. Out: None when nothing can tell two copies
apart, else the place that forbids it. Judges by every use in the whole program,
whether it ever ran or not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.allow import CONTAINERS, PURE_CALLS, READERS
from rewriter.exports import exports_of
from rewriter.modules import LITERALS, Module, Spot, enclosing, plain, static_name
from rewriter.values import namespace, only_value, pattern_source, written_value

if TYPE_CHECKING:
    from rewriter.program import Program
    from rewriter.scopes import Variable
    from rewriter.syntax.tree import Node

FLAT, NESTED = 1, 2
RESETTING = frozenset({"replace", "replaceAll", "match", "matchAll", "split"})
"""Methods of strings that set ``lastIndex`` to 0 before and after."""
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
        rewritten = _rewritten(module, variable)
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
        if primitive(module, value) or _native(module, value):
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
        """Judge a function or class: its code is constant, its properties may not be."""
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
                native = above.the("callee")
                made = native.type == "Identifier" and native.name in CONTAINERS
                views = module.variable(native) is None if made else False
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
            safe = (
                depth == FLAT
                and name in READERS
                and _tame(module=member.module, call=above)
            )
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
    for argument in call.all("arguments"):
        argument = plain(argument)
        if argument.type in LITERALS:
            scope = module.scopes.of(argument)
            if len(argument.all("params")) > most or scope.uses_arguments:
                return False
        elif argument.type in {"SpreadElement"}:
            return False
        elif argument.type in {"Identifier", "MemberExpression", "CallExpression"}:
            variable = (
                module.variable(argument) if argument.type == "Identifier" else None
            )
            if variable is not None and variable.kind == "function":
                return False
    return True


def _rewritten(module: Module, variable: Variable) -> Node | None:
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


def primitive(module: Module, node: Node, depth: int = 0) -> bool:
    """Tell whether an expression is certainly a primitive value that never differs."""
    node = plain(node)
    if depth > 20:
        return False
    match node.type:
        case "Literal":
            return node.kind != "regex"
        case "TemplateLiteral":
            return all(primitive(module, n, depth + 1) for n in node.all("expressions"))
        case "UnaryExpression":
            return node.operator in {
                "-",
                "+",
                "~",
                "!",
                "void",
                "typeof",
            } and primitive(module, node.the("argument"), depth + 1)
        case "BinaryExpression":
            sides = (node.the("left"), node.the("right"))
            return node.operator not in {"in", "instanceof"} and all(
                primitive(module, side, depth + 1) for side in sides
            )
        case "Identifier":
            variable = module.variable(node)
            if variable is None:
                return node.name in {"undefined", "NaN", "Infinity"}
            value = only_value(module, variable)
            return value is not None and primitive(module, value.node, depth + 1)
        case "MemberExpression":
            base = node.the("object")
            return (
                base.type == "Identifier"
                and base.name in {"Math", "Number"}
                and module.variable(base) is None
                and (static_name(node) or "").isupper()
            )
        case _:
            return False


def _native(module: Module, node: Node) -> bool:
    """Tell whether an expression is a part of the language, such as ``Math.floor``."""
    node = plain(node)
    while node.type == "MemberExpression" and static_name(node) is not None:
        node = plain(node.the("object"))
    return node.type == "Identifier" and module.variable(node) is None


def shape(module: Module, node: Node) -> int | None:
    """Return FLAT or NESTED for a container that is written out, None for others."""
    node = plain(node)
    if node.type == "Literal" and node.kind == "regex":
        return FLAT
    if node.type == "ArrayExpression":
        parts = node.all("elements")
    elif node.type == "ObjectExpression":
        parts = []
        for item in node.all("properties"):
            if item.type != "Property" or item.kind in {"get", "set"}:
                return None
            if static_name(item) is None or static_name(item) == "__proto__":
                return None
            parts.append(item.the("value"))
    elif node.type == "NewExpression":
        callee = node.the("callee")
        if callee.type != "Identifier" or module.variable(callee) is not None:
            return None
        if callee.name not in CONTAINERS:
            return None
        parts = node.all("arguments")
        parts = [part for part in parts if not primitive(module, part)]
        depths = [shape(module, part) for part in parts]
        pairs = callee.name in {"Map", "Set"}
        if None in depths or (depths and not pairs and NESTED in depths):
            return None
        return _pairs(module, parts) if pairs else FLAT
    elif _frozen(module, node):
        return shape(module, node.all("arguments")[0])
    else:
        return None
    deep = FLAT
    for part in parts:
        if primitive(module, part):
            continue
        if part.type in LITERALS:
            return None
        if shape(module, part) is None:
            return None
        deep = NESTED
    return deep


def _pairs(module: Module, parts: list[Node]) -> int:
    """Return the depth of ``new Map([[key, value], ...])`` or ``new Set([...])``."""
    for part in parts:
        for element in part.all("elements") if part.type == "ArrayExpression" else ():
            inner = plain(element)
            if inner.type == "ArrayExpression" and all(
                primitive(module, item) for item in inner.all("elements")
            ):
                continue
            if not primitive(module, inner):
                return NESTED
    return FLAT


def _frozen(module: Module, node: Node) -> bool:
    if node.type != "CallExpression" or len(node.all("arguments")) != 1:
        return False
    callee = plain(node.the("callee"))
    return (
        callee.type == "MemberExpression"
        and callee.the("object").type == "Identifier"
        and callee.the("object").name == "Object"
        and module.variable(callee.the("object")) is None
        and static_name(callee) == "freeze"
    )


def pure_call(module: Module, call: Node) -> bool:
    """Tell whether a call enters a native that keeps and changes nothing it is given."""
    callee = plain(call.the("callee"))
    if callee.type == "Identifier":
        return module.variable(callee) is None and callee.name in PURE_CALLS
    if callee.type != "MemberExpression":
        return False
    base, name = plain(callee.the("object")), static_name(callee)
    if base.type != "Identifier" or module.variable(base) is not None:
        return False
    return f"{base.name}.{name}" in PURE_CALLS or f"{base.name}.*" in PURE_CALLS


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
    if above is not None and above.type == "CallExpression":
        if above.the("callee") == member and name not in {None, "prototype"}:
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
