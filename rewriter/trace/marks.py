"""Marks that lead from instrumented text back to the text it was made of.

In: a literal. Out: a comment to put into its body, which says where the text begins and
ends that ``Function.prototype.toString`` has to give: the probe looks for it there
(agent/probe/texts.js). Which text a function has: ECMAScript 2025, 20.2.3.5 and the
[[SourceText]] of each form; a method's begins at its name, without ``static``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.trace.names import is_method
from rewriter.trace.positions import find_token

if TYPE_CHECKING:
    from rewriter.syntax.tree import Node, Tree
    from rewriter.trace.writer import Writer


def mark(w: Writer, node: Node) -> str:
    """Return the comment for a function or class, nothing where none is wanted."""
    if not w.marks:
        return ""
    start, end = source_text(w.tree, node)
    return f"/*{w.name('')}{w.script}:{start}:{end}*/"


def source_text(tree: Tree, node: Node) -> tuple[int, int]:
    """Return where the [[SourceText]] of a function or class starts and ends."""
    parent = node.parent
    if parent is None or not is_method(node):
        return node.start, node.end
    if not (parent.type == "MethodDefinition" and parent.flag("static")):
        return parent.start, node.end
    return _next(tree, find_token(tree, "static", parent.start) + 6), node.end


def _next(tree: Tree, at: int) -> int:
    """Return where the next token begins."""
    units = tree.units
    while True:
        if units.startswith("//", at):
            at = next(
                i for i in range(at, len(units)) if units[i] in "\n\r\u2028\u2029"
            )
        elif units.startswith("/*", at):
            at = units.index("*/", at + 2) + 2
        elif units[at].isspace() or units[at] == "\ufeff":
            at += 1
        else:
            return at
