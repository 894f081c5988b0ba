"""Which methods of classes an expression can be: what a person would point at.

In: a program and an expression. Out: ``Meaning``, never an exact one: an instance can
get another method at any time. For showing where things come from; a plan that must
be right asks ``rewriter.values``, which says nothing of classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rewriter.modules import LITERALS, Spot, enclosing, plain, static_name
from rewriter.values import (
    UNKNOWN,
    Meaning,
    export_value,
    namespace,
    only_value,
    pattern_source,
    resolve,
    returned,
)

if TYPE_CHECKING:
    from rewriter.program import Program
    from rewriter.syntax.tree import Node

DEPTH = 8
CLASSES = {"ClassDeclaration", "ClassExpression"}


class Holder(NamedTuple):
    """A class, and whether it is the class itself or one of its instances."""

    spot: Spot
    static: bool


def possible(program: Program, spot: Spot, depth: int = 0) -> Meaning:
    """Return the functions that an expression can be, methods of classes too."""
    known = resolve(program, spot)
    if known.functions or depth > DEPTH:
        return known
    module, node = spot.module, plain(spot.node)
    deeper = depth + 1
    match node.type:
        case "Identifier":
            variable = module.variable(node)
            value = only_value(module, variable) if variable is not None else None
            return UNKNOWN if value is None else possible(program, value, deeper)
        case "MemberExpression":
            return _method(program, Spot(module, node), deeper)
        case "CallExpression":
            return _result(program, Spot(module, node), deeper)
        case _:
            return UNKNOWN


def _method(program: Program, spot: Spot, depth: int) -> Meaning:
    name = static_name(spot.node)
    base = Spot(spot.module, spot.node.the("object"))
    holder = _holder(program, base, depth)
    if name is None:
        return UNKNOWN
    for _ in range(DEPTH):
        if holder is None:
            break
        module = holder.spot.module
        found = _member(holder.spot.node, name, static=holder.static)
        if found is not None:
            inner = possible(program, Spot(module, found), depth)
            return Meaning(inner.functions)
        above = holder.spot.node.one("superClass")
        parent = None if above is None else _class(program, Spot(module, above), depth)
        holder = None if parent is None else Holder(parent, holder.static)
    return UNKNOWN


def _result(program: Program, spot: Spot, depth: int) -> Meaning:
    """Return what a call can return: ``bind``, and factories that are methods."""
    callee = plain(spot.node.the("callee"))
    if callee.type == "MemberExpression" and static_name(callee) == "bind":
        bound = Spot(spot.module, callee.the("object"))
        return Meaning(possible(program, bound, depth).functions)
    parts = [
        possible(program, Spot(function.module, value), depth)
        for function in possible(program, Spot(spot.module, callee), depth).functions
        if not function.node.flag("async") and not function.node.flag("generator")
        for value in returned(function.node)
    ]
    return Meaning(Meaning.union(parts).functions)


def _holder(program: Program, spot: Spot, depth: int) -> Holder | None:
    """Return the class whose instance, or which itself, an expression is."""
    module, node = spot.module, plain(spot.node)
    if depth > DEPTH:
        return None
    if node.type == "ThisExpression":
        return _around(Spot(module, node))
    if node.type == "NewExpression":
        made = _class(program, Spot(module, node.the("callee")), depth + 1)
        return None if made is None else Holder(made, static=False)
    itself = _class(program, spot, depth)
    if itself is not None:
        return Holder(itself, static=True)
    if node.type == "Identifier":
        variable = module.variable(node)
        value = only_value(module, variable) if variable is not None else None
        return None if value is None else _holder(program, value, depth + 1)
    return None


def _class(program: Program, spot: Spot, depth: int) -> Spot | None:
    """Return the class that an expression names."""
    module, node = spot.module, plain(spot.node)
    if node.type in CLASSES:
        return Spot(module, node)
    if depth > DEPTH:
        return None
    value: Spot | None = None
    if node.type == "MemberExpression":
        target, name = (
            namespace(program, Spot(module, node.the("object"))),
            static_name(node),
        )
        if isinstance(target, int) and name is not None:
            value = export_value(program, target, name)
    elif node.type == "CallExpression":
        target = namespace(program, spot)
        value = export_value(program, target, "") if isinstance(target, int) else None
    elif node.type == "Identifier":
        value = _named(program, spot)
    return None if value is None else _class(program, value, depth + 1)


def _named(program: Program, spot: Spot) -> Spot | None:
    """Return the expression, or the class, that an identifier stands for."""
    module = spot.module
    variable = module.variable(spot.node)
    if variable is None:
        return None
    for declared in variable.declarations:
        above = declared.parent
        if above is not None and above.type in CLASSES:
            return Spot(module, above)
        source = pattern_source(declared)
        if source is not None:
            target = namespace(program, Spot(module, source[1]))
            if isinstance(target, int):
                return export_value(program, target, source[0])
            return None
    return only_value(module, variable)


def _around(spot: Spot) -> Holder | None:
    """Return the class whose ``this`` an expression is."""
    function = enclosing(spot.node)
    while function is not None and function.type == "ArrowFunctionExpression":
        function = enclosing(function)
    item = None if function is None else function.parent
    body = None if item is None else item.parent
    if item is None or body is None or item.type != "MethodDefinition":
        return None
    made = body.parent
    if made is None or made.type not in CLASSES:
        return None
    return Holder(Spot(spot.module, made), static=item.flag("static"))


def _member(made: Node, name: str, *, static: bool) -> Node | None:
    """Return a method, or the value of a field, of a class; no accessor."""
    for item in made.the("body").all("body"):
        if item.type not in {"MethodDefinition", "PropertyDefinition"}:
            continue
        if item.flag("static") != static or item.kind in {"get", "set"}:
            continue
        if static_name(item) == name and (value := item.one("value")) is not None:
            usable = item.type == "MethodDefinition" or value.type in LITERALS
            return value if usable else None
    return None
