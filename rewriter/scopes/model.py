"""What is known about names: scopes, variables, references.

In: the rows that the analysis found. Out: answers about nodes. Everything is kept as
row numbers of the tree; nodes are made when asked for.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rewriter.syntax.tree import Node, Tree

ScopeKind = Literal[
    "global",
    "module",
    "function",
    "function-body",
    "function-name",
    "class",
    "class-field",
    "static-block",
    "block",
    "catch",
    "for",
    "switch",
    "with",
]
VariableKind = Literal[
    "var",
    "let",
    "const",
    "using",
    "await using",
    "function",
    "function-name",
    "class",
    "parameter",
    "catch",
    "import",
    "arguments",
    "private",
]

READ, WRITE, INITIAL = 1, 2, 4
"""Bits of a reference. INITIAL: the write is the one of a declaration."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One use of a variable."""

    node: Node
    read: bool
    write: bool
    initial: bool
    """The write is the declaration's own initialiser."""


class Variable:
    """A name that some scope binds."""

    __slots__ = ("_references", "annex_b", "declared", "kind", "name", "scope", "uses")

    def __init__(self, name: str, kind: VariableKind, scope: Scope) -> None:
        """Bind a name in a scope."""
        self.name = name
        self.kind: VariableKind = kind
        self.scope = scope
        self.declared: list[int] = []
        """Rows of the declaring identifiers."""
        self.uses: list[tuple[int, int]] = []
        """(row of the identifier, bits), in source order."""
        self.annex_b = False
        """A sloppy function in a block also binds this name in its function."""
        self._references: tuple[Reference, ...] = ()

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name} of {self.scope!r}>"

    @property
    def declarations(self) -> list[Node]:
        """The declaring identifiers; none for ``arguments``."""
        return [self.scope.tree.node(row) for row in self.declared]

    @property
    def references(self) -> tuple[Reference, ...]:
        """Every use in source order."""
        # Made once: a bundle's own name has 4,000 uses, and is asked for 7,000 times.
        if len(self._references) != len(self.uses):
            self._references = tuple(
                Reference(
                    self.scope.tree.node(row),
                    bool(bits & READ),
                    bool(bits & WRITE),
                    bool(bits & INITIAL),
                )
                for row, bits in self.uses
            )
        return self._references

    @property
    def assigned(self) -> bool:
        """Tell whether anything but the declaration's initialiser writes it.

        A second declaration counts: its initialiser runs after the first one.
        """
        if len(self.declared) > 1:
            return True
        return any(bits & WRITE and not bits & INITIAL for _, bits in self.uses)


class Scope:
    """A region of a text that binds names."""

    __slots__ = (
        "arrow",
        "first",
        "kind",
        "last",
        "parent",
        "row",
        "strict",
        "tree",
        "uses_arguments",
        "uses_eval",
        "uses_new_target",
        "uses_super",
        "uses_this",
        "uses_with",
        "variables",
    )

    def __init__(
        self,
        tree: Tree,
        kind: ScopeKind,
        row: int,
        first: int,
        last: int,
        parent: Scope | None,
    ) -> None:
        """Take the row of its node and the rows ``[first, last)`` where it holds."""
        self.tree = tree
        self.kind: ScopeKind = kind
        self.row = row
        self.first = first
        self.last = last
        self.parent = parent
        self.variables: dict[str, Variable] = {}
        self.strict: bool = parent is not None and parent.strict
        self.arrow = False
        self.uses_eval = False
        """A direct ``eval`` here or further in can see these names."""
        self.uses_with = False
        """There is a ``with`` here or further in."""
        self.uses_this = False
        """``this`` is used here or in an arrow further in; likewise the next three."""
        self.uses_arguments = False
        self.uses_super = False
        self.uses_new_target = False

    def __repr__(self) -> str:
        return f"<{self.kind} scope {self.node.start}-{self.node.end}>"

    @property
    def node(self) -> Node:
        """The node that makes this scope."""
        return self.tree.node(self.row)

    @property
    def hoists(self) -> bool:
        """Tell whether ``var`` is bound here."""
        return self.kind in {
            "global",
            "module",
            "function",
            "function-body",
            "static-block",
        }

    @property
    def binds_this(self) -> bool:
        """Tell whether ``this`` and ``arguments`` have a meaning of their own here."""
        if self.kind == "function":
            return not self.arrow
        return self.kind in {"global", "module", "class-field", "static-block"}

    def up(self) -> Iterator[Scope]:
        """Yield this scope and all around it."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def within(self, node: Node) -> bool:
        """Tell whether the scope is made by a node or by one below it."""
        return node.index <= self.row < node.last

    def function(self) -> Scope:
        """Return the innermost function's scope, or the module's."""
        for scope in self.up():
            if scope.kind in {"function", "module", "class-field", "static-block"}:
                return scope
        return next(s for s in self.up() if s.parent is None)


class Scopes:
    """The answers for one tree."""

    def __init__(
        self,
        tree: Tree,
        scopes: list[Scope],
        own: dict[int, Scope],
        rows: list[int],
        bits: list[int],
        resolved: dict[int, Variable],
    ) -> None:
        """Take scopes in source order, and references by row with what they mean."""
        self.tree = tree
        self.all = scopes
        self._own = own
        self._firsts = [scope.first for scope in scopes]
        self._rows = rows
        self._bits = bits
        self._resolved = resolved

    @property
    def top(self) -> Scope:
        """The scope of top-level declarations."""
        return self._own[0]

    def of(self, node: Node) -> Scope:
        """Return the scope that a node makes, else the innermost around it."""
        own = self._own.get(node.index)
        if own is not None:
            return own
        scope: Scope | None = self.all[bisect_right(self._firsts, node.index) - 1]
        while scope is not None and scope.last <= node.index:
            scope = scope.parent
        return scope if scope is not None else self.all[0]

    def resolve(self, node: Node) -> Variable | None:
        """Return what an identifier means; None for a global or an unbound name.

        Declaring identifiers resolve too. ``require`` and the like are globals here.
        """
        return self._resolved.get(node.index)

    def use(self, node: Node) -> Reference | None:
        """Return the reference that an identifier is, None for a mere name."""
        at = bisect_left(self._rows, node.index)
        if at == len(self._rows) or self._rows[at] != node.index:
            return None
        bits = self._bits[at]
        return Reference(
            node, bool(bits & READ), bool(bits & WRITE), bool(bits & INITIAL)
        )

    def tainted(self, node: Node) -> bool:
        """Tell whether ``with`` or sloppy ``eval`` may give a name another meaning."""
        variable = self.resolve(node)
        for scope in self.of(node).up():
            if variable is not None and scope is variable.scope:
                return False
            if scope.kind == "with":
                return True
            if scope.uses_eval and scope.hoists and not scope.strict:
                return True
        return False

    def references(self, within: Node | None = None) -> Iterator[Reference]:
        """Yield the uses of names at or below a node, unbound ones too."""
        for row, bits in self._between(within):
            yield Reference(
                self.tree.node(row),
                bool(bits & READ),
                bool(bits & WRITE),
                bool(bits & INITIAL),
            )

    def free(self, function: Node) -> list[Variable | str]:
        """Return what a function uses from outside: variables, and names of globals.

        In order of first use. ``arguments`` of an outer function is one of them; the
        own name of a function expression is not.
        """
        found: dict[Variable | str, None] = {}
        for row, _ in self._between(function):
            variable = self._resolved.get(row)
            if variable is None:
                node = self.tree.node(row)
                if node.type == "Identifier":
                    found[node.name] = None
            elif not variable.scope.within(function):
                found[variable] = None
        return list(found)

    def _between(self, within: Node | None) -> Iterator[tuple[int, int]]:
        first, last = 0, len(self._rows)
        if within is not None:
            first = bisect_left(self._rows, within.index)
            last = bisect_left(self._rows, within.last)
        for at in range(first, last):
            yield self._rows[at], self._bits[at]
