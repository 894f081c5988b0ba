"""What a suspended call gives its caller, and where that goes.

In: call expressions. Out: small answers for ``rewriter.after``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rewriter.syntax.tree import Node

Value = Literal["undefined", "promise", "gone", "truthy", "falsy", "unknown"]
"""``gone``: the original gave a value that is now missing; it may only be dropped."""


class Noticed(Exception):
    """A piece of code that could notice."""

    def __init__(self, node: Node) -> None:
        """Carry the node to the function that was asked."""
        super().__init__(node.type)
        self.node = node


class Returned(Exception):
    """The function returned."""

    def __init__(self, value: Value) -> None:
        """Carry what it returned."""
        super().__init__(value)
        self.value: Value = value


def dropped(call: Node) -> str | None:
    """Tell whether the value of a call is dropped, or only handed to the caller."""
    node, above = call, call.parent
    while above is not None and above.type in {
        "ChainExpression",
        "ParenthesizedExpression",
    }:
        node, above = above, above.parent
    if above is None:
        return None
    if above.type == "ExpressionStatement":
        return "dropped"
    if above.type == "ReturnStatement":
        return "returned"
    if above.type == "ArrowFunctionExpression" and above.the("body") == node:
        return "returned"
    return None


def unary(operator: str, inner: Value) -> Value:
    """Return what an operator makes of a value."""
    if operator == "typeof":
        return "truthy"
    if operator == "void":
        return "undefined"
    if operator == "!":
        if inner in {"undefined", "falsy"}:
            return "truthy"
        return "falsy" if inner in {"truthy", "promise"} else "unknown"
    return "unknown"


def is_statement(node: Node) -> bool:
    """Tell whether a node is a statement."""
    return node.type.endswith(("Statement", "Declaration"))


def tries(call: Node, function: Node | None) -> Iterator[Node]:
    """Yield the try statements of a function in whose block a call stands."""
    node = call
    for above in call.above():
        if above == function:
            return
        if above.type == "TryStatement" and above.the("block") == node:
            yield above
        node = above
