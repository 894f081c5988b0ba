"""Where V8 says that a function is.

In: a tree and a position of V8, or a function node. Out: the node, or the position.
V8 puts a function (a method, a constructor) at the parenthesis of its parameters, an
arrow at its start, and a class without a constructor at the keyword; it counts lines
and UTF-16 columns from 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.syntax.positions import Lines
from rewriter.trace.names import is_method

if TYPE_CHECKING:
    from rewriter.syntax.tree import Node, Tree


def v8_position(tree: Tree, node: Node) -> tuple[int, int]:
    """Return V8's 0-based (line, column) of a function node or a class."""
    return lines_of(tree).position(v8_offset(tree, node))


def v8_offset(tree: Tree, node: Node) -> int:
    """Return the offset of V8's position of a function node or a class."""
    if node.type not in {"FunctionDeclaration", "FunctionExpression"}:
        return node.start
    if is_method(node):
        return node.start
    name = node.one("id")
    return find_token(tree, "(", name.end if name is not None else node.start)


def literal_at(tree: Tree, line0: int, column0: int) -> Node | None:
    """Return the function node that V8 puts at a 0-based position.

    The class for a constructor that is not written. None when no function is there.
    """
    try:
        offset = lines_of(tree).offset(line0, column0)
    except ValueError:
        return None
    return literal_at_offset(tree, offset)


def literal_at_offset(tree: Tree, offset: int) -> Node | None:
    """Return the function node that V8 puts at an offset."""
    known = tree.memo.get("literals")
    if not isinstance(known, Literals):
        known = tree.memo["literals"] = Literals(tree)
    return known.at.get(offset)


class Literals:
    """The functions and classes of a tree by V8's offset."""

    def __init__(self, tree: Tree) -> None:
        """Index a tree."""
        classes = tree.of_type("ClassDeclaration", "ClassExpression")
        self.at = {node.start: node for node in classes}
        self.at.update((v8_offset(tree, node), node) for node in tree.functions())


def lines_of(tree: Tree) -> Lines:
    """Return the line index of a tree, made once."""
    known = tree.memo.get("lines")
    if not isinstance(known, Lines):
        known = tree.memo["lines"] = Lines(tree.units)
    return known


def find_token(tree: Tree, token: str, start: int) -> int:
    """Return where a token begins, at or after ``start``, comments skipped.

    There must be nothing but names, punctuation and comments in between.
    """
    found = seek_token(tree, token, start, len(tree.units))
    assert found >= 0, f"no {token} after {start}"
    return found


def seek_token(tree: Tree, token: str, start: int, end: int) -> int:
    """Return where a token begins before ``end``, -1 when it does not."""
    units, at = tree.units, start
    # A module has no comments of HTML.
    to_line_end = ("//",) if tree.kind == "module" else ("//", "<!--", "-->")
    while at < end:
        if units.startswith(to_line_end, at):
            lines = lines_of(tree)
            at = lines.starts[lines.position(at)[0] + 1]
        elif units.startswith("/*", at):
            at = units.index("*/", at + 2) + 2
        elif units.startswith(token, at):
            return at
        else:
            at += 1
    return -1
