"""One loaded file: its tree, its names, its top-level statements.

In: a script's number, path and text. Out: ``Module``, which answers where a node is,
what a name means and which statement it belongs to. Parsed when first asked.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from rewriter.scopes import Scopes, Variable, analyse
from rewriter.syntax.positions import Lines
from rewriter.syntax.tree import FUNCTION_TYPES, Node, Tree
from store.facts import FunctionRef, Place, Refusal

if TYPE_CHECKING:
    from rewriter.syntax.client import Syntax

LITERALS = FUNCTION_TYPES


@dataclass(frozen=True, slots=True)
class Spot:
    """A node together with its module: expressions of different files, compared."""

    module: Module
    node: Node

    @property
    def ref(self) -> FunctionRef:
        """The node as the reference of a function literal."""
        return FunctionRef(self.module.number, self.node.start)

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.module.place(self.node.start)

    def __str__(self) -> str:
        return self.module.describe(self.node.start)


class Module:
    """One script of the program."""

    def __init__(
        self, number: int, path: str, text: str | None, kind: str, syntax: Syntax
    ) -> None:
        """Take what the recording says of the script, and its text if there is one."""
        self.number = number
        self.path = path
        self.text = text
        self.kind = kind
        self._syntax = syntax

    def __repr__(self) -> str:
        return f"<module {self.path}>"

    @cached_property
    def parsed(self) -> Tree | None:
        """The tree, None when there is no text, no CommonJS, or a syntax error."""
        if self.text is None or self.kind != "commonjs" or self.path.endswith(".json"):
            return None
        found = self._syntax.try_parse(self.text, "commonjs")
        return None if isinstance(found, Refusal) else found

    @property
    def tree(self) -> Tree:
        """The tree of a module that has one."""
        tree = self.parsed
        assert tree is not None, f"{self.path} has no tree"
        return tree

    @cached_property
    def scopes(self) -> Scopes:
        """The names of a module that has a tree."""
        return analyse(self.tree)

    @cached_property
    def lines(self) -> Lines:
        """Its lines."""
        return Lines(self.text or "")

    @cached_property
    def statements(self) -> list[Node]:
        """The top-level statements in source order."""
        return list(self.tree.root.children())

    @cached_property
    def _firsts(self) -> list[int]:
        return [statement.index for statement in self.statements]

    def statement(self, node: Node) -> Node:
        """Return the top-level statement that a node is in."""
        return self.statements[bisect_right(self._firsts, node.index) - 1]

    def place(self, offset: int) -> Place:
        """Return the 1-based place of an offset."""
        line, column = self.lines.position(offset)
        return Place(self.number, offset, line + 1, column + 1)

    def describe(self, offset: int) -> str:
        """Return ``path:line:column`` for people."""
        place = self.place(offset)
        return f"{self.path}:{place.line}:{place.column}"

    def variable(self, node: Node) -> Variable | None:
        """Return what an identifier means, None for a global."""
        return self.scopes.resolve(node)

    def is_top(self, variable: Variable) -> bool:
        """Tell whether a variable is one of this module's own bindings."""
        return variable.scope is self.scopes.top

    def literal(self, ref: FunctionRef) -> Node | None:
        """Return the function node that a reference names."""
        return self.tree.function_at(ref.start) if self.parsed else None


def enclosing(node: Node) -> Node | None:
    """Return the function literal that a node is in, None at the top level."""
    for above in node.above():
        if above.type in LITERALS:
            return above
    return None


def static_name(member: Node) -> str | None:
    """Return the property name of a member expression or property, None if computed."""
    field = "property" if member.type == "MemberExpression" else "key"
    key = member.the(field)
    if not member.flag("computed"):
        return str(key.value) if key.type == "Literal" else key.name
    if key.type == "Literal" and key.kind in {"string", "number"}:
        return str(key.value)
    return None


def plain(node: Node) -> Node:
    """Return an expression without parentheses and optional-chain wrappers."""
    while node.type in {"ParenthesizedExpression", "ChainExpression"}:
        node = node.the("expression")
    return node


def function_name(node: Node) -> str:
    """Return the name a function has by its declaration or by where it is put."""
    if node.type != "ArrowFunctionExpression":
        own = node.one("id")
        if own is not None:
            return own.name
    above = node.parent
    if above is None:
        return ""
    if above.type == "VariableDeclarator" and above.the("id").type == "Identifier":
        return above.the("id").name
    if above.type in {"Property", "MethodDefinition", "PropertyDefinition"}:
        return static_name(above) or ""
    if above.type == "AssignmentExpression":
        left = above.the("left")
        if left.type == "Identifier":
            return left.name
        if left.type == "MemberExpression":
            return static_name(left) or ""
    return ""
