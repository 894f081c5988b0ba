"""Which rule writes which type of node.

In: nothing. Out: the table for a ``Writer``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.trace.calls import (
    write_call,
    write_chain,
    write_import,
    write_member,
    write_new,
    write_tagged,
)
from rewriter.trace.functions import write_function
from rewriter.trace.members import read_in
from rewriter.trace.patterns import write_declarator, write_pattern, write_spread
from rewriter.trace.statements import (
    write_assignment,
    write_await,
    write_catch,
    write_expression_statement,
    write_finally,
    write_loop,
    write_return,
    write_unary,
    write_update,
    write_yield,
)
from rewriter.trace.variables import write_identifier

if TYPE_CHECKING:
    from collections.abc import Callable

    from rewriter.syntax.tree import Node
    from rewriter.trace.writer import Writer


def write_binary(w: Writer, node: Node) -> str:
    """Only ``in`` is special."""
    if node.operator == "in" and w.open_frame().full:
        return read_in(w, node)
    return w.copy(node)


def write_property(w: Writer, node: Node) -> str:
    """``{a}`` becomes ``{a: a}`` when the read is reported."""
    key, value = node.the("key"), node.the("value")
    if node.flag("shorthand"):
        text = w.write(value)
        own = w.text(key.start, key.end)
        return own if text == own else f"{own}:{text}"
    parts = [(value, w.write(value))]
    if node.flag("computed"):
        parts.insert(0, (key, w.write(key)))
    return w.weave(node.start, node.end, parts)


def write_method(w: Writer, node: Node) -> str:
    """A member of a class: keys belong to the function around the class."""
    parts: list[tuple[Node, str]] = []
    key, value = node.the("key"), node.one("value")
    if node.flag("computed"):
        parts.append((key, w.write(key)))
    if value is not None:
        parts.append((value, w.plain(value)))
        if node.type == "PropertyDefinition" and value.type != "Literal":
            w.open_frame().opaque["class fields"] = node.start
    return w.weave(node.start, node.end, parts)


def write_static_block(w: Writer, node: Node) -> str:
    """Runs with another ``this``: not followed."""
    w.open_frame().opaque["static block"] = node.start
    return w.plain(node)


RULES: dict[str, Callable[[Writer, Node], str]] = {
    "ArrayPattern": write_pattern,
    "ArrowFunctionExpression": write_function,
    "AssignmentExpression": write_assignment,
    "AwaitExpression": write_await,
    "BinaryExpression": write_binary,
    "CallExpression": write_call,
    "CatchClause": write_catch,
    "ChainExpression": write_chain,
    "ExpressionStatement": write_expression_statement,
    "ForInStatement": write_loop,
    "ForOfStatement": write_loop,
    "FunctionDeclaration": write_function,
    "FunctionExpression": write_function,
    "Identifier": write_identifier,
    "ImportExpression": write_import,
    "MemberExpression": write_member,
    "MethodDefinition": write_method,
    "NewExpression": write_new,
    "ObjectPattern": write_pattern,
    "Property": write_property,
    "PropertyDefinition": write_method,
    "ReturnStatement": write_return,
    "SpreadElement": write_spread,
    "StaticBlock": write_static_block,
    "TaggedTemplateExpression": write_tagged,
    "TryStatement": write_finally,
    "UnaryExpression": write_unary,
    "UpdateExpression": write_update,
    "VariableDeclarator": write_declarator,
    "YieldExpression": write_yield,
}
