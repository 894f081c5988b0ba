"""A whole callback that runs in a worker on recorders.

In: the callback, which of its parameters and captured variables are handles of main's
objects. Out: its slice, a first statement on main that offers it, or the reason why its
outward operations cannot be recorded: only calls whose result is unused, sets of
properties and planned reads can.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rewriter.emit import host
from rewriter.emit.tokens import arrow_body_start, body_start
from rewriter.scopes import analyse
from rewriter.syntax.tree import FUNCTION_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rewriter.emit.patch import Patch
    from rewriter.emit.slices import Slice
    from rewriter.syntax.tree import Node
    from store.plans import Cut, Fluxion

SENT = {"handle": "handle", "constant": "readonly"}
"""What becomes of a captured variable -> how it travels; others are in the slice."""


@dataclass(frozen=True, slots=True)
class Values:
    """What a callback is given in the worker, in order."""

    parameters: tuple[str, ...]
    captures: tuple[str, ...]
    modes: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Parameters first, then captured variables."""
        return self.parameters + self.captures


def values_of(callback: Node, cut: Cut) -> Values:
    """Return what travels with a callback."""
    parameters = tuple(node.name for node in callback.all("params"))
    given = cut.arguments[: len(parameters)]
    modes = given + ("value",) * (len(parameters) - len(given))
    sent = [capture for capture in cut.captures if capture.fate in SENT]
    return Values(
        parameters,
        tuple(capture.name for capture in sent),
        modes + tuple(SENT[capture.fate] for capture in sent),
    )


def obstacle(callback: Node, cut: Cut) -> str:
    """Say why a callback cannot run on recorders, or ``""``."""
    reason = host.kind_obstacle(callback) or host.scope_obstacle(callback)
    if reason:
        return reason
    if callback.flag("async") or not host.is_simple(callback):
        return "the callback is async or has patterns as parameters"
    if callback.field == "value" and callback.parent is not None:
        parent = callback.parent
        if parent.type == "MethodDefinition" or parent.flag("method"):
            return "the callback is a method"
    for scope in host.scopes_of(callback):
        if scope.uses_this or scope.uses_arguments:
            return "the callback uses this or arguments"
    if any(
        capture.fate in {"shared", "streamed", "context"} for capture in cut.captures
    ):
        return "the callback captures a variable that others write"
    return handles_obstacle(callback, cut)


def handles_obstacle(callback: Node, cut: Cut) -> str:
    """Look at every use of a handle."""
    values = values_of(callback, cut)
    handles = {
        n for n, m in zip(values.names, values.modes, strict=True) if m == "handle"
    }
    scopes = analyse(callback.tree)
    for reference in scopes.references(callback):
        if reference.node.name not in handles:
            continue
        variable = scopes.resolve(reference.node)
        inside = variable is not None and variable.scope.within(callback)
        if inside and variable is not None and variable.kind != "parameter":
            continue
        owner = next(n for n in reference.node.above() if n.type in FUNCTION_TYPES)
        if owner != callback:
            return f"a function inside of the callback uses {reference.node.name}"
        if not is_recordable(reference.node, cut.snapshot):
            return f"the use of {reference.node.name} cannot be recorded"
    return ""


def is_recordable(identifier: Node, snapshot: Iterable[str]) -> bool:
    """Tell whether one use of a handle is a call, a set or a planned read."""
    node = identifier
    while True:
        parent = node.parent
        if parent is None:
            return False
        if parent.type == "CallExpression" and node.field == "callee":
            if is_unused(parent):
                return True
            node = parent
        elif parent.type == "MemberExpression" and node.field == "object":
            if parent.flag("computed") or parent.flag("optional"):
                return False
            if parent.raw in snapshot:
                return True
            node = parent
        elif parent.type == "AssignmentExpression" and node.field == "left":
            plain = parent.operator == "=" and node.type == "MemberExpression"
            return plain and is_unused(parent)
        else:
            return False


def is_unused(node: Node) -> bool:
    """Tell whether nothing looks at the value of an expression."""
    parent = node.parent
    if parent is None:
        return False
    match parent.type:
        case "ExpressionStatement" | "ReturnStatement":
            return True
        case "UnaryExpression":
            return parent.operator == "void"
        case "LogicalExpression":
            return node.field == "right" and is_unused(parent)
        case "ConditionalExpression":
            return node.field != "test" and is_unused(parent)
        case "SequenceExpression":
            return parent.all("expressions")[-1] != node or is_unused(parent)
        case "ArrowFunctionExpression":
            return node.field == "body"
        case _:
            return False


def offer(patch: Patch, callback: Node, number: int, cut: Cut, fx: str) -> None:
    """Insert, on main, the offer to run the callback elsewhere."""
    values = values_of(callback, cut)
    target, this, arguments, parameters = host.receiver_of(callback)
    r = f"{fx}r{number}"
    holds = f",()=>[{','.join(cut.holds)}]" if cut.holds else ""
    asked = f"{fx}.cut({number},void 0,null,[{','.join(values.names)}]{holds})"
    head = (
        f"return {fx}.run({target},{this},{arguments},function*({parameters}){{"
        f"var {r};if(({r}={asked})&&({r}=yield))return;"
    )
    if callback.the("body").type == "BlockStatement":
        at = body_start(callback)
        patch.insert(at, head if patch.units[at - 1] == "{" else f";{head}")
        patch.insert(callback.end - 1, "})")
    else:
        patch.insert(arrow_body_start(callback), f"{{{head}return(")
        patch.insert(callback.end, ")})}")


def export(slice_: Slice, callback: Node, fluxion: Fluxion) -> None:
    """Keep the callback in its slice, as a function of what it captured."""
    values = values_of(callback, fluxion.cut)
    strict = any(scope.strict for scope in host.scopes_of(callback))
    inner = '{"use strict";return(' if strict else "("
    slice_.keep.add((callback.start, callback.end))
    slice_.patch.insert(
        callback.start,
        f";{slice_.fx}({json.dumps(fluxion.id)},()=>({','.join(values.captures)})=>{inner}",
    )
    slice_.patch.insert(callback.end, ")});" if strict else "));")
