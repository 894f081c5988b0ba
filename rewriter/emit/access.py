"""How to reach a function from code of its own module.

In: a function literal. Out: an expression, evaluated late, that gives its closure, and
where that expression makes sense: the module's top or the body of one function.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rewriter.emit.tokens import is_directive
from rewriter.syntax.tree import FUNCTION_TYPES

if TYPE_CHECKING:
    from rewriter.syntax.tree import Node

IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*")


@dataclass(frozen=True, slots=True)
class Access:
    """An expression and the function in whose body it is valid."""

    expression: str
    within: Node | None
    """None: at the top of the module."""
    statement: Node
    """The top-level statement that binds it."""


def reach(literal: Node) -> Access | None:
    """Return how to reach the closure of a literal, None when nothing names it."""
    expression = name_of(literal)
    if expression is None:
        return None
    owner = next((n for n in literal.above() if n.type in FUNCTION_TYPES), None)
    if not in_plain_statement(literal, owner):
        return None
    statement = literal
    for node in literal.above():
        if node.type == "Program":
            break
        statement = node
    return Access(expression, owner, statement)


def name_of(node: Node) -> str | None:
    """Return an expression for the value of a node from what it is bound to."""
    parent = node.parent
    if node.type in {"FunctionDeclaration", "ClassDeclaration"}:
        name = node.one("id")
        return name.name if name is not None else None
    if parent is None:
        return None
    match parent.type:
        case "VariableDeclarator" if node.field == "init":
            target = parent.the("id")
            return target.name if target.type == "Identifier" else None
        case "AssignmentExpression" if node.field == "right" and parent.operator == "=":
            return name_of(parent) or path_of(parent.the("left"))
        case "Property" if node.field == "value" and parent.kind == "init":
            return member(parent, holder=parent.parent)
        case "MethodDefinition" if parent.kind == "method":
            body = parent.parent
            return member(parent, holder=body.parent if body is not None else None)
        case _:
            return None


def member(property_: Node, holder: Node | None) -> str | None:
    """Return the expression for a property of an object literal or a class."""
    key = property_.the("key")
    if holder is None or property_.flag("computed") or key.type == "PrivateIdentifier":
        return None
    base = name_of(holder)
    if base is None:
        return None
    if property_.type == "MethodDefinition" and not property_.flag("static"):
        base = f"{base}.prototype"
    if key.type == "Identifier":
        return f"{base}.{key.name}"
    return f"{base}[{key.raw}]" if key.type == "Literal" else None


def path_of(target: Node) -> str | None:
    """Return the text of a chain of names, such as ``module.exports.render``."""
    if target.type == "Identifier":
        return target.name
    if target.type != "MemberExpression" or target.flag("optional"):
        return "this" if target.type == "ThisExpression" else None
    base = path_of(target.the("object"))
    key = target.the("property")
    if base is None or key.type == "PrivateIdentifier":
        return None
    if not target.flag("computed"):
        return f"{base}.{key.name}"
    return f"{base}[{key.raw}]" if key.type == "Literal" else None


def in_plain_statement(literal: Node, owner: Node | None) -> bool:
    """Tell whether the names that bind it are visible where the owner's body begins."""
    body = owner.the("body") if owner is not None else literal.tree.root
    if body.type not in {"BlockStatement", "Program"}:
        return False
    for node in [literal, *literal.above()]:
        if node.parent == body:
            return not (node.type == "ExpressionStatement" and is_directive(node))
        if node.type in {"BlockStatement", "SwitchStatement", "ForStatement"}:
            return False
    return False


def literal_span(literal: Node) -> tuple[int, int]:
    """Return the range that ``Function.prototype.toString`` gives for a literal."""
    parent = literal.parent
    if parent is None or literal.field != "value":
        return literal.start, literal.end
    if parent.type == "Property" and parent.flag("method"):
        return parent.start, parent.end
    if parent.type == "MethodDefinition":
        start = parent.start
        if parent.flag("static"):
            units = literal.tree.units
            while units[start : start + 6] == "static" or units[start].isspace():
                start += 6 if units[start : start + 6] == "static" else 1
        return start, parent.end
    return literal.start, literal.end
