"""Whether a value is the host's own: made in this activation, seen by nobody else.

In: a host function and an expression in it. Out: yes, or no. No means not proved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.allow import BUILTINS, CHANGERS, CONTAINERS, PRIMITIVE_RESULT, READERS
from rewriter.entries import callers
from rewriter.imports import imported
from rewriter.modules import LITERALS, Spot, enclosing, plain, static_name
from rewriter.shapes import primitive, pure_call
from rewriter.values import namespace, written_value

if TYPE_CHECKING:
    from rewriter.program import Program
    from rewriter.scopes import Variable
    from rewriter.syntax.tree import Node

DEPTH = 8
SCALAR = frozenset(
    {
        "Literal",
        "TemplateLiteral",
        "BinaryExpression",
        "UpdateExpression",
    }
)


LOOKS = frozenset(
    {
        "BinaryExpression",
        "ExpressionStatement",
        "ForInStatement",
        "IfStatement",
        "TemplateLiteral",
        "UnaryExpression",
        "UpdateExpression",
        "WhileStatement",
    }
)
"""Where a value is only looked at: it goes nowhere from there."""


class Fresh:
    """Answers about the values of one host."""

    def __init__(self, program: Program, host: Spot) -> None:
        """Take the program and the host's literal."""
        self.program = program
        self.host = host
        self.module = host.module
        self._busy: set[Variable] = set()

    def scalar(self, node: Node) -> bool:
        """Tell whether an expression is certainly a primitive."""
        node = plain(node)
        if node.type in SCALAR:
            return node.kind != "regex"
        if node.type == "UnaryExpression":
            return True
        if node.type == "ConditionalExpression":
            return self.scalar(node.the("consequent")) and self.scalar(
                node.the("alternate")
            )
        if node.type == "Identifier":
            variable = self.module.variable(node)
            return (
                self._key(variable) if variable else primitive(self.module, node)
            ) or primitive(self.module, node)
        return primitive(self.module, node)

    def _key(self, variable: Variable) -> bool:
        """Tell whether a variable only ever runs over the keys of ``for (k in o)``."""
        written = [r.node for r in variable.references if r.write]
        for node in written:
            loop = node.parent
            while loop is not None and loop.type.startswith("VariableDecl"):
                loop = loop.parent
            if loop is None or loop.type != "ForInStatement":
                return False
            if not loop.the("left").contains(node):
                return False
        return bool(written)

    def own(self, node: Node, depth: int = 0) -> bool:
        """Tell whether a value, and all that hangs on it, is the activation's own."""
        node = plain(node)
        if depth > DEPTH:
            return False
        if self.scalar(node):
            return True
        deeper = depth + 1
        match node.type:
            case "Identifier":
                variable = self.module.variable(node)
                return variable is not None and self._variable(variable, deeper)
            case "ArrayExpression":
                return all(
                    item.type != "SpreadElement" and self.own(item, deeper)
                    for item in node.all("elements")
                )
            case "ObjectExpression":
                return all(
                    item.type == "Property"
                    and item.kind == "init"
                    and static_name(item) not in {None, "__proto__"}
                    and self.own(item.the("value"), deeper)
                    for item in node.all("properties")
                )
            case "MemberExpression":
                return self.own(node.the("object"), deeper)
            case "LogicalExpression":
                sides = (node.the("left"), node.the("right"))
                return all(self.own(side, deeper) for side in sides)
            case "ConditionalExpression":
                sides = (node.the("consequent"), node.the("alternate"))
                return all(self.own(side, deeper) for side in sides)
            case "CallExpression":
                return self._call(node, deeper)
            case "NewExpression":
                callee = node.the("callee")
                return (
                    callee.type == "Identifier"
                    and callee.name in CONTAINERS
                    and self.module.variable(callee) is None
                    and all(self.own(item, deeper) for item in node.all("arguments"))
                )
            case _:
                return False

    def _call(self, node: Node, depth: int) -> bool:
        arguments = node.all("arguments")
        callee = plain(node.the("callee"))
        if pure_call(self.module, node):
            text = callee.raw
            copies = text.startswith(
                ("JSON.", "String", "Buffer.concat", "Buffer.alloc")
            )
            return copies or all(self.own(item, depth) for item in arguments)
        if callee.type != "MemberExpression":
            return False
        base = callee.the("object")
        if self.builtin(base) is not None:
            return all(plain(item).type not in LITERALS for item in arguments)
        name = static_name(callee)
        return (
            name in READERS
            and self.own(base, depth)
            and all(self.own(item, depth) for item in arguments)
        )

    def builtin(self, node: Node) -> str | None:
        """Return the harmless built-in module that an expression is."""
        node = plain(node)
        found: int | str | None = None
        if node.type == "Identifier":
            variable = self.module.variable(node)
            if variable is not None and not variable.assigned:
                imports = imported(self.program, self.module, variable)
                found = imports[0][0] if len(imports) == 1 else None
        else:
            found = namespace(self.program, Spot(self.module, node))
        return found if isinstance(found, str) and found in BUILTINS else None

    def local(self, variable: Variable) -> bool:
        """Tell whether a variable belongs to the host and no inner function uses it."""
        if not variable.scope.within(self.host.node):
            return False
        return all(
            enclosing(reference.node) == self.host.node
            for reference in variable.references
        )

    def _variable(self, variable: Variable, depth: int) -> bool:
        if variable in self._busy:
            return True
        self._busy.add(variable)
        try:
            if not self.local(variable):
                return False
            if variable.kind == "parameter":
                return self._parameter(variable, depth) and self._kept(variable, depth)
            if variable.kind not in {"var", "let", "const"}:
                return False
            for reference in variable.references:
                if reference.write:
                    value = written_value(reference.node)
                    if value is None or not self.own(value, depth):
                        return self._key(variable)
            return self._kept(variable, depth)
        finally:
            self._busy.discard(variable)

    def _kept(self, variable: Variable, depth: int) -> bool:
        """Tell whether nothing else comes into the object and nobody else gets it."""
        return all(
            self._harmless(reference.node, depth)
            for reference in variable.references
            if reference.read
        )

    def _harmless(self, node: Node, depth: int) -> bool:
        """Tell whether a use of an own object lets nothing in and nothing out."""
        above = node.parent
        if above is None:
            return False
        if above.type == "MemberExpression" and above.the("object") == node:
            return self._harmless_part(above, depth)
        if above.type in {"CallExpression", "NewExpression"}:
            return self.is_cut(above) or self._looks(above)
        return above.type in LOOKS and above.operator != "delete"

    def _harmless_part(self, member: Node, depth: int) -> bool:
        grand = member.parent
        if grand is None:
            return False
        if grand.type == "MemberExpression" and grand.the("object") == member:
            return self._harmless_part(grand, depth)
        if grand.type == "AssignmentExpression":
            if grand.the("left") == member:
                return self.own(grand.the("right"), depth)
            target = grand.the("left")
            return target.type == "MemberExpression" and self.own(
                target.the("object"), depth
            )
        if grand.type == "CallExpression" and grand.the("callee") == member:
            name = static_name(member)
            if name in CHANGERS:
                return all(self.own(item, depth) for item in grand.all("arguments"))
            return name in PRIMITIVE_RESULT
        if grand.type in {"CallExpression", "NewExpression"}:
            return self.is_cut(grand) or self._looks(grand)
        return grand.type in LOOKS

    def _looks(self, call: Node) -> bool:
        """Tell whether a call only looks: no part of its arguments comes out again."""
        if not pure_call(self.module, call):
            return False
        text = plain(call.the("callee")).raw
        return text.startswith(("Math.", "Number", "String", "JSON.", "Array.is")) or (
            text in {"Object.keys", "Buffer.byteLength", "Buffer.isBuffer", "Boolean"}
        )

    cut: Node | None = None
    """The call that is cut: what it is given it may have."""

    def is_cut(self, node: Node) -> bool:
        """Tell whether a call is the one that is cut."""
        return self.cut is not None and node == self.cut

    def _parameter(self, variable: Variable, depth: int) -> bool:
        """Tell whether every caller gives a value that is its own."""
        parameters = self.host.node.all("params")
        index = next(
            (i for i, p in enumerate(parameters) if p in variable.declarations), None
        )
        if index is None or variable.assigned:
            return False
        calls = callers(self.program, self.host)
        if not calls:
            return False
        for call in calls:
            arguments = call.node.all("arguments")
            if any(item.type == "SpreadElement" for item in arguments):
                return False
            around = enclosing(call.node)
            if index < len(arguments):
                if around is None:
                    if not primitive(call.module, arguments[index]):
                        return False
                    continue
                there = Fresh(self.program, Spot(call.module, around))
                there.cut = call.node
                if not there.own(arguments[index], depth + 1):
                    return False
        return True
