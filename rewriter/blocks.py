"""The blocks of a function: what runs together, or not at all.

In: a function node. Out: its blocks in source order, its body first. A branch, a loop's
body, a case, a catch, the right of ``&&``, ``||`` and ``??``, and what comes after a
statement that may have left. Not those of functions and classes in it, of its
parameters, and of a ``with``: these are not marked (rewriter.trace).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rewriter.syntax.tree import FUNCTION_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rewriter.syntax.tree import Node

LOOPS = frozenset(
    {"ForStatement", "ForInStatement", "ForOfStatement", "WhileStatement"}
)
LEAVES = frozenset(
    {"ReturnStatement", "ThrowStatement", "BreakStatement", "ContinueStatement"}
)
CLOSED = FUNCTION_TYPES | {"ClassDeclaration", "ClassExpression", "WithStatement"}
"""What is in them is not the function's own, or not marked."""
LISTS = frozenset({"BlockStatement", "StaticBlock"})
HOISTED = frozenset({"FunctionDeclaration"})
LOGICAL = frozenset({"&&", "||", "??"})


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a function that runs together."""

    row: int
    """Row of the node with which it begins."""
    start: int
    end: int
    what: str


def blocks_of(function: Node) -> list[Block]:
    """Return the blocks of a function, its body first; no two begin at one offset."""
    body = function.the("body")
    found = {body.start: Block(body.index, body.start, body.end, "body")}
    for block in _below(body):
        found.setdefault(block.start, block)
    return sorted(found.values(), key=lambda block: block.start)


def _below(node: Node) -> Iterator[Block]:
    """Yield the blocks in a node, from the outside in."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if node.type in CLOSED:
            continue
        yield from _of(node)
        waiting += reversed(list(node.children()))


def _of(node: Node) -> Iterator[Block]:
    """Yield the blocks that a node itself makes."""
    match node.type:
        case "IfStatement" | "ConditionalExpression":
            yield from _block(node.the("consequent"), "branch")
            other = node.one("alternate")
            if other is not None:
                yield from _block(other, "else branch")
        case "LogicalExpression" if node.operator in LOGICAL:
            yield from _block(node.the("right"), f"right of {node.operator}")
        case "CatchClause":
            yield from _block(node.the("body"), "catch")
        case "SwitchCase":
            statements = _marked(node.all("consequent"))
            if statements:
                yield _stretch(statements[0], node.end, "case")
            yield from _rests(node.all("consequent"), node.end)
        case kind if kind in LOOPS:
            yield from _block(node.the("body"), "loop")
        case kind if kind in LISTS:
            yield from _rests(node.all("body"), node.end - 1)
        case _:
            return


def _block(node: Node, what: str) -> Iterator[Block]:
    if node.type not in HOISTED | {"EmptyStatement"}:
        yield _stretch(node, node.end, what)


def _rests(statements: list[Node], end: int) -> Iterator[Block]:
    """Yield what follows each statement that may have left."""
    for at, statement in enumerate(statements[:-1]):
        if _may_leave(statement):
            rest = _marked(statements[at + 1 :])
            if rest:
                yield _stretch(rest[0], end, "what follows")


def _marked(statements: list[Node]) -> list[Node]:
    return [s for s in statements if s.type not in HOISTED | {"EmptyStatement"}]


def _may_leave(statement: Node) -> bool:
    """Tell whether a statement can end without what follows it being run."""
    waiting = [statement]
    while waiting:
        node = waiting.pop()
        if node.type in LEAVES:
            return True
        if node.type not in CLOSED - {"WithStatement"}:
            waiting += node.children()
    return False


def _stretch(node: Node, end: int, what: str) -> Block:
    return Block(node.index, node.start, end, what)
