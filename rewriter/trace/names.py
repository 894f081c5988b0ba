"""Names: which functions get one from where they stand, and ours that nobody uses.

In: nodes. Out: names, and answers about them. Follows ECMAScript's NamedEvaluation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.syntax.tree import FUNCTION_TYPES

if TYPE_CHECKING:
    from rewriter.syntax.tree import Node, Tree

NAMING_ASSIGNMENTS = frozenset({"=", "||=", "&&=", "??="})


def unused_prefix(tree: Tree) -> str:
    """Return a start of names that occurs nowhere in a text, however it is spelled."""
    escaped: set[str] = set()
    if "\\u" in tree.units:
        names = tree.of_type("Identifier", "PrivateIdentifier")
        escaped = {node.name for node in names if node.name.startswith("$x")}
    for number in range(1_000_000):
        prefix = f"$x{number or ''}_"
        if prefix not in tree.units and not any(n.startswith(prefix) for n in escaped):
            return prefix
    raise AssertionError("a text cannot hold them all")


def is_anonymous_definition(node: Node) -> bool:
    """Tell whether a node is a function or class that takes a name from outside."""
    if node.type in {"FunctionExpression", "ClassExpression"}:
        return node.one("id") is None
    return node.type == "ArrowFunctionExpression"


def gives_name(node: Node) -> bool:
    """Tell whether the place of a node names an anonymous function there."""
    parent = node.parent
    if parent is None:
        return False
    match parent.type, node.field:
        case "VariableDeclarator", "init":
            return parent.the("id").type == "Identifier"
        case "AssignmentExpression", "right":
            return (
                parent.operator in NAMING_ASSIGNMENTS
                and parent.the("left").type == "Identifier"
            )
        case "AssignmentPattern", "right":
            return parent.the("left").type == "Identifier"
        case (("Property" | "PropertyDefinition" | "MethodDefinition"), "value"):
            return True
        case "ExportDefaultDeclaration", "declaration":
            return True
        case _:
            return False


def is_method(function: Node) -> bool:
    """Tell whether a function is a method, getter, setter or constructor."""
    parent = function.parent
    if parent is None or function.field != "value":
        return False
    if parent.type == "MethodDefinition":
        return True
    return parent.type == "Property" and (
        parent.flag("method") or parent.kind in {"get", "set"}
    )


def is_constructor(function: Node) -> bool:
    """Tell whether a function is the constructor of a class."""
    parent = function.parent
    return (
        parent is not None
        and parent.type == "MethodDefinition"
        and parent.kind == "constructor"
    )


def is_derived(function: Node) -> bool:
    """Tell whether a function is the constructor of a class that extends another."""
    around = class_of(function) if is_constructor(function) else None
    return around is not None and around.one("superClass") is not None


def class_of(function: Node) -> Node | None:
    """Return the class that a method, field or constructor belongs to."""
    for node in function.above():
        if node.type in {"ClassDeclaration", "ClassExpression"}:
            return node
        if node.type in FUNCTION_TYPES:
            return None
    return None


def key_text(node: Node) -> str | None:
    """Return the name that the key of a Property or member is known to have."""
    key = node.the("key")
    if not node.flag("computed"):
        return static_key(key)
    return str(key.value) if key.type == "Literal" and key.kind == "string" else None


def static_key(key: Node) -> str:
    """Return the property name that a key which is not computed stands for."""
    match key.type:
        case "PrivateIdentifier":
            return f"#{key.name}"
        case "Identifier":
            return key.name
        case _:
            return str(key.value) if key.kind in {"string", "number"} else key.raw


def function_name(function: Node) -> str:
    """Return the name that a function literal gets, ``""`` when it has none."""
    own = function.one("id") if function.type != "ArrowFunctionExpression" else None
    if own is not None:
        return own.name
    parent = function.parent
    if parent is None or not (gives_name(function) or is_method(function)):
        return ""
    match parent.type:
        case "VariableDeclarator":
            return parent.the("id").name
        case "AssignmentExpression" | "AssignmentPattern":
            return parent.the("left").name
        case "ExportDefaultDeclaration":
            return "default"
        case _:
            if is_constructor(function):
                return class_name(function)
            return key_text(parent) or ""


def class_name(function: Node) -> str:
    """Return the name of the class around a constructor."""
    around = class_of(function)
    name = around.one("id") if around is not None else None
    return name.name if name is not None else ""
