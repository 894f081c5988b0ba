"""What an expression is by the way it is written: a primitive, a container, a native.

In: an expression. Out: answers that hold whatever the program does. No names are
followed further than to their only value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.allow import CONTAINERS, LANGUAGE, NODE, PURE_CALLS
from rewriter.modules import LITERALS, Module, plain, static_name
from rewriter.values import only_value

if TYPE_CHECKING:
    from rewriter.syntax.tree import Node

FLAT, NESTED = 1, 2
"""A container of primitives; a container that holds others."""
RESETTING = frozenset({"replace", "replaceAll", "match", "matchAll", "split"})
"""Methods of strings that set ``lastIndex`` to 0 before and after."""


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


def native(module: Module, node: Node) -> bool:
    """Tell whether an expression is a part of the language, such as ``Math.floor``."""
    node = plain(node)
    while node.type == "MemberExpression" and static_name(node) is not None:
        node = plain(node.the("object"))
    return (
        node.type == "Identifier"
        and node.name in LANGUAGE | NODE
        and module.variable(node) is None
    )


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
    """Tell whether a call enters a native that keeps and changes nothing given."""
    callee = plain(call.the("callee"))
    if callee.type == "Identifier":
        return module.variable(callee) is None and callee.name in PURE_CALLS
    if callee.type != "MemberExpression":
        return False
    base, name = plain(callee.the("object")), static_name(callee)
    if base.type != "Identifier" or module.variable(base) is not None:
        return False
    return f"{base.name}.{name}" in PURE_CALLS or f"{base.name}.*" in PURE_CALLS
