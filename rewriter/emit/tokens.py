"""Punctuation between nodes, which a tree does not have.

In: units and an offset outside of any literal. Out: the offset of the next token.
Comments are skipped; nothing else is understood.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rewriter.syntax.tree import Node

BLANK = re.compile(r"(?:\s|\ufeff|//[^\n\r\u2028\u2029]*|/\*.*?\*/)*", re.DOTALL)


def next_token(units: str, at: int) -> int:
    """Return the offset of the next character that is no white space or comment."""
    found = BLANK.match(units, at)
    assert found is not None
    return found.end()


def skip(units: str, at: int, closers: str = ")") -> int:
    """Return the offset of the next token that is none of the given characters."""
    at = next_token(units, at)
    while at < len(units) and units[at] in closers:
        at = next_token(units, at + 1)
    return at


def opening(call: Node) -> int:
    """Return the offset of the parenthesis that opens a call's arguments."""
    return skip(call.tree.units, call.the("callee").end)


def call_position(call: Node) -> int:
    """Return the offset that V8 names for a call: its name, or its parenthesis."""
    callee, units = call.the("callee"), call.tree.units
    if next_token(units, callee.end) != opening(call):
        return opening(call)
    if callee.type == "Identifier":
        return callee.start
    if callee.type == "MemberExpression" and not callee.flag("computed"):
        return callee.the("property").start
    return opening(call)


def body_start(function: Node) -> int:
    """Return the offset after the brace and the directives of a block body."""
    at = function.the("body").start + 1
    for statement in function.the("body").all("body"):
        if not is_directive(statement):
            break
        at = statement.end
    return at


def is_directive(statement: Node) -> bool:
    """Tell whether a statement at the top of a body is a directive."""
    if statement.type != "ExpressionStatement":
        return False
    held = statement.the("expression")
    return (
        held.type == "Literal"
        and held.kind == "string"
        and held.start == statement.start
    )


def arrow_body_start(function: Node) -> int:
    """Return the offset after the ``=>`` of an arrow with an expression as body."""
    units = function.tree.units
    parameters = function.all("params")
    at = parameters[-1].end if parameters else function.start
    if not parameters and function.flag("async"):
        at += len("async")
    at = next_token(units, at)
    while units[at : at + 2] != "=>":
        at = next_token(units, at + 1)
    return at + 2
