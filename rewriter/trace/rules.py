"""Which rule writes which type of node.

In: nothing. Out: the table for a ``Writer``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.trace.around import write_class_body, write_field, write_method
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
from rewriter.trace.render import quote
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
    write_with,
    write_yield,
)
from rewriter.trace.variables import write_identifier

if TYPE_CHECKING:
    from collections.abc import Callable

    from rewriter.syntax.tree import Node
    from rewriter.trace.writer import Writer


PROTO = "__proto__"


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
        if text == own:
            return own
        # With a colon, `__proto__` would be the prototype.
        return f"{'[' + quote(key.name) + ']' if key.name == PROTO else own}:{text}"
    parts = [(value, w.write(value))]
    if node.flag("computed"):
        parts.insert(0, (key, w.write(key)))
    return w.weave(node.start, node.end, parts)


RULES: dict[str, Callable[[Writer, Node], str]] = {
    "ArrayPattern": write_pattern,
    "ArrowFunctionExpression": write_function,
    "AssignmentExpression": write_assignment,
    "AwaitExpression": write_await,
    "BinaryExpression": write_binary,
    "CallExpression": write_call,
    "CatchClause": write_catch,
    "ClassBody": write_class_body,
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
    "PropertyDefinition": write_field,
    "ReturnStatement": write_return,
    "SpreadElement": write_spread,
    "TaggedTemplateExpression": write_tagged,
    "TryStatement": write_finally,
    "UnaryExpression": write_unary,
    "UpdateExpression": write_update,
    "VariableDeclarator": write_declarator,
    "WithStatement": write_with,
    "YieldExpression": write_yield,
}
