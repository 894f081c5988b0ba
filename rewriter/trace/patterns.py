"""Report what destructuring takes out of an object.

In: declarations, assignments and loops with a pattern. Out: the same, followed by
reports. The pattern itself stays JavaScript's own.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rewriter.trace.members import target_member
from rewriter.trace.names import gives_name, is_anonymous_definition, static_key
from rewriter.trace.render import not_iterable, quote, render
from rewriter.trace.variables import declared_cell, keep, report, target_cell

if TYPE_CHECKING:
    from rewriter.syntax.tree import Node
    from rewriter.trace.writer import Writer

SPREAD = "Spread syntax requires ...iterable[Symbol.iterator] to be a function"
PRIMITIVES = frozenset(
    [
        "Literal",
        "TemplateLiteral",
        "UnaryExpression",
        "BinaryExpression",
        "UpdateExpression",
        "ArrowFunctionExpression",
        "FunctionExpression",
        "ClassExpression",
    ]
)
"""What need not be named: its value is no object, or a function, which names itself."""
PATTERNS = frozenset({"ArrayPattern", "ObjectPattern"})


def write_pattern(w: Writer, node: Node) -> str:
    """Write a target: what is bound stays, defaults and keys are expressions."""
    match node.type:
        case "Identifier":
            return w.text(node.start, node.end)
        case "AssignmentPattern":
            left, right = node.the("left"), node.the("right")
            parts = [(left, write_pattern(w, left)), (right, w.write(right))]
        case "Property":
            value, key = node.the("value"), node.the("key")
            parts = [(value, write_pattern(w, value))]
            if node.flag("computed"):
                parts.insert(0, (key, w.write(key)))
        case "ArrayPattern" | "ObjectPattern" | "RestElement":
            parts = [(child, write_pattern(w, child)) for child in node.children()]
        case "MemberExpression" if w.open_frame().full:
            return target_member(w, node)
        case _:
            return w.copy(node)
    return w.weave(node.start, node.end, parts)


def take(w: Writer, site: Node, pattern: Node, holder: str) -> str:
    """Return the report for what a pattern took out of ``holder``."""
    opaque = any(
        part.flag("computed")
        for part in w.tree.of_type("Property", within=pattern)
        if (above := part.parent) is not None and above.type == "ObjectPattern"
    )
    shape = quote(json.dumps(shape_of(pattern), separators=(",", ":")))
    told = w.tell("took", site.start, holder, shape)
    if opaque:
        return w.comma([w.opaque(site, "computed key of a pattern"), told])
    return told


def shape_of(pattern: Node) -> object:
    """Return what a pattern takes, as ``taking.js`` of the probe reads it."""
    match pattern.type:
        case "AssignmentPattern":
            return shape_of(pattern.the("left"))
        case "ArrayPattern":
            parts = pattern.many("elements")
            while parts and parts[-1] is None:
                parts.pop()
            return [0 if part is None else shape_of(part) for part in parts]
        case "ObjectPattern":
            shape: dict[str, object] = {}
            for part in pattern.all("properties"):
                if part.type == "RestElement":
                    shape["..."] = 1
                elif not part.flag("computed"):
                    shape[static_key(part.the("key"))] = shape_of(part.the("value"))
            return shape
        case _:
            return 1


def bound(pattern: Node) -> list[Node]:
    """Return the identifiers that a pattern assigns."""
    match pattern.type:
        case "Identifier":
            return [pattern]
        case "AssignmentPattern":
            return bound(pattern.the("left"))
        case "Property":
            return bound(pattern.the("value"))
        case "ArrayPattern" | "ObjectPattern" | "RestElement":
            return [name for child in pattern.children() for name in bound(child)]
        case _:
            return []


def captured_writes(w: Writer, site: Node, pattern: Node) -> list[str]:
    """Return the reports for the variables of others that a pattern will assign.

    Told before: an iterator or a getter may throw when half of them are assigned.
    """
    reports: list[str] = []
    for name in bound(pattern):
        cell = target_cell(w, name)
        if cell is not None:
            reports.append(report(w, "writeCapture", site, cell, "void 0"))
    return reports


def declared_writes(w: Writer, site: Node, pattern: Node) -> list[str]:
    """Return the reports for the variables that a declaration shares with others."""
    reports: list[str] = []
    for name in bound(pattern):
        cell = declared_cell(w, name)
        if cell is not None:
            text = w.text(name.start, name.end)
            reports.append(report(w, "writeCapture", site, cell, text))
    return reports


def guard(w: Writer, pattern: Node, source: Node, holder: str) -> str:
    """Return the check that keeps V8's words for ``undefined`` and ``null``."""
    if pattern.type == "ArrayPattern":
        if pattern.field != "id":
            return ""  # V8 speaks of the value
        named = source.type in {"Identifier", "Literal", "CallExpression"}
        return iterable_guard(w, source, holder, named=named)
    first = next(pattern.children(), None)
    words = f"Cannot destructure '{render(source)}' as it is "
    if first is not None and first.type == "Property" and not first.flag("computed"):
        if first.the("value").type in {"AssignmentPattern", "MemberExpression"}:
            return ""  # V8 speaks of the property then
        key = static_key(first.the("key"))
        words = f"Cannot destructure property '{key}' of '{render(source)}' as it is "
    return f"{holder}==null&&{w.name('none')}({quote(words)}+{holder}+'.')"


def iterable_guard(w: Writer, source: Node, holder: str, *, named: bool) -> str:
    """Return the check that keeps V8's words where an iterable is needed.

    ``named``: V8 speaks of the expression even when its value is undefined.
    """
    words = quote(not_iterable(source))
    empty = words if named else "0"
    return f"{w.name('it')}({holder},{empty},{words})"


def write_spread(w: Writer, node: Node) -> str:
    """``...v``: the items, or the properties, are read."""
    frame, argument = w.open_frame(), node.the("argument")
    parent = node.parent
    if not frame.full or parent is None:
        return w.copy(node)
    mark = frame.depth
    holder = frame.temporary(w.prefix)
    items = parent.type != "ObjectExpression"
    read = w.tell("read", node.start, holder, '"*"', "void 0")
    if items:
        read = w.tell("items", node.start, holder, 0)
    check = _spread_guard(w, parent, node, holder) if items else ""
    source = w.comma([f"{holder}={w.value(argument)}", check, read, holder])
    frame.depth = mark
    return w.weave(node.start, node.end, [(argument, source)])


def _spread_guard(w: Writer, parent: Node, node: Node, holder: str) -> str:
    argument = node.the("argument")
    if parent.type == "ArrayExpression":
        return iterable_guard(w, argument, holder, named=True)
    passed = parent.all("arguments")
    spreads = [one for one in passed if one.type == "SpreadElement"]
    if len(spreads) > 1 or passed[-1] != node:
        return iterable_guard(w, argument, holder, named=False)
    words = quote(f"{render(argument)} is not iterable")
    other = quote(SPREAD)
    return f"{w.name('it')}({holder},{words},{other},1)"


def assign_pattern(w: Writer, node: Node) -> str:
    """``[a, b] = v``, ``({a} = v)``."""
    pattern, right = node.the("left"), node.the("right")
    frame = w.open_frame()
    mark = frame.depth
    holder = frame.temporary(w.prefix)
    source = w.comma(
        [
            f"{holder}={w.value(right)}",
            guard(w, pattern, right, holder),
            *captured_writes(w, node, pattern),
            holder,
        ]
    )
    parts = [(pattern, write_pattern(w, pattern)), (right, source)]
    text = w.comma(
        [
            f"({w.weave(node.start, node.end, parts)})",
            take(w, node, pattern, holder),
            holder,
        ]
    )
    frame.depth = mark
    return text


def write_declarator(w: Writer, node: Node) -> str:
    """``x = v`` or ``{a, b} = v`` of a declaration."""
    frame = w.open_frame()
    target, init = node.the("id"), node.one("init")
    if init is None or not frame.full:
        parts = [(target, write_pattern(w, target))]
        if init is not None:
            parts.append((init, w.write(init)))
        return w.weave(node.start, node.end, parts)
    if target.type == "Identifier":
        return _declare_name(w, node, target, init)
    mark = frame.depth
    holder = frame.temporary(w.prefix)
    source = w.comma(
        [f"{holder}={w.value(init)}", guard(w, target, init, holder), holder]
    )
    parts = [(target, write_pattern(w, target)), (init, source)]
    reports = [take(w, node, target, holder), *declared_writes(w, node, target)]
    frame.depth = mark
    text = w.weave(node.start, node.end, parts)
    spare = f"{w.prefix}k{w.serial()}"
    return f"{text},{spare}=({','.join(reports)},0)"


def _declare_name(w: Writer, node: Node, target: Node, init: Node) -> str:
    cell = target_cell(w, target)
    if cell is None and init.type not in PRIMITIVES:
        cell = declared_cell(w, target)
    text = w.write(init)
    if cell is not None and not (is_anonymous_definition(init) and gives_name(init)):
        inner = f"({text})" if init.type == "SequenceExpression" else text
        text = keep(w, node, cell, inner)
    return w.weave(node.start, node.end, [(target, w.copy(target)), (init, text)])
