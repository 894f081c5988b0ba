"""Catch clauses of callers, kept for a throw that comes later.

In: a ``try`` statement around calls that reach a host. Out: insertions that register
its clause, as a function, while the block runs. The clause itself stays where it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.emit.patch import Segment
from rewriter.emit.tokens import BLANK
from rewriter.syntax.positions import LINE_END
from rewriter.syntax.tree import FUNCTION_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rewriter.emit.patch import Patch
    from rewriter.syntax.tree import Node

SEMICOLON = frozenset(
    {
        "BreakStatement",
        "ContinueStatement",
        "DebuggerStatement",
        "DoWhileStatement",
        "ExpressionStatement",
        "PropertyDefinition",
        "ReturnStatement",
        "ThrowStatement",
        "VariableDeclaration",
    }
)
LEAVING = frozenset(
    {"AwaitExpression", "BreakStatement", "ContinueStatement", "YieldExpression"}
)
OPAQUE = frozenset({"Literal", "TemplateElement"})


def obstacle(statement: Node) -> str:
    """Say why a catch clause cannot run later, or ``""``."""
    handler = statement.one("handler")
    if handler is None or statement.one("finalizer") is not None:
        return "the try statement has a finally clause, or no catch clause"
    owner = owner_of(handler)
    for node in handler.tree.walk(handler):
        if node.type in OPAQUE and LINE_END.search(node.raw):
            return "the catch clause holds a literal of several lines"
        if owner_of(node) != owner:
            continue
        if node.type in LEAVING:
            return f"the catch clause holds a {node.type}"
        if node.type == "VariableDeclaration" and node.kind == "var":
            return "the catch clause declares a var"
        if node.type == "ForOfStatement" and node.flag("await"):
            return "the catch clause awaits"
    return ""


def owner_of(node: Node) -> Node | None:
    """Return the function whose code a node is."""
    return next((n for n in node.above() if n.type in FUNCTION_TYPES), None)


def register(patch: Patch, statement: Node, number: int, fx: str) -> None:
    """Insert what makes the clause known while the block runs."""
    handler = statement.the("handler")
    body, param = handler.the("body"), handler.one("param")
    depth = f"{fx}d{number}"
    segments = [Segment(f"{{let {depth}={fx}.push((")]
    if param is not None:
        segments += flatten(param.tree.units, param, param.start, param.end)
    segments.append(Segment(")=>"))
    segments += flatten(body.tree.units, body, body.start, body.end)
    segments.append(Segment(");"))
    patch.replace(statement.start, statement.start, *segments)
    patch.insert(body.start + 1, f"{fx}.pop({depth});")
    patch.insert(statement.end, f"finally{{{fx}.pop({depth})}}}}")


def flatten(units: str, node: Node, start: int, end: int) -> Iterator[Segment]:
    """Yield a range on one line: no comments, semicolons where line ends stood."""
    opaque = [(n.start, n.end) for n in node.tree.of_type(*OPAQUE, within=node)]
    added = sorted(set(unclosed(node)))
    at = start
    while at < end:
        while added and added[0] <= at:
            added.pop(0)
            yield Segment(";")
        blank = BLANK.match(units, at)
        if blank is not None and blank.end() > at:
            yield Segment(" ")
            at = min(blank.end(), end)
            continue
        stop = next((e for s, e in opaque if s <= at < e), at + 1)
        yield Segment(units[at:stop], at, linear=True)
        at = stop
    for _ in added:
        yield Segment(";")


def unclosed(node: Node) -> Iterator[int]:
    """Yield the ends of statements that rely on a line end or a brace."""
    for below in node.tree.of_type(*SEMICOLON, within=node):
        if below.type == "VariableDeclaration" and below.field in {"init", "left"}:
            continue
        if not below.raw.endswith(";"):
            yield below.end
