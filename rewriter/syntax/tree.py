"""A parsed file: columns of integers, and light views of single nodes.

In: the columns that the sidecar made. Out: a ``Tree``. Rows are in source order,
parents before children, so a node and all below it are the rows ``[i, last[i])``.
Offsets are UTF-16 code units; ``Tree.units`` has one character for each of them, and
must be used for slicing instead of the text itself.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from rewriter.syntax.units import from_units, to_units

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterator, Mapping

    from rewriter.syntax.grammar import Grammar

__all__ = [
    "FUNCTION_TYPES",
    "HOLE",
    "Columns",
    "Kind",
    "Node",
    "Tree",
    "from_units",
    "number_of",
    "to_units",
]

Kind = Literal["commonjs", "module", "script"]
Value = str | float | int | bool | None
HOLE = 0

FUNCTION_TYPES = frozenset(
    {"FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"}
)


@dataclass(frozen=True, slots=True)
class Columns:
    """One row per node; all of equal length."""

    type: array[int]
    field: array[int]
    op: array[int]
    flags: array[int]
    start: array[int]
    end: array[int]
    parent: array[int]
    last: array[int]


class Tree:
    """One parsed text."""

    def __init__(
        self,
        text: str,
        kind: Kind,
        grammar: Grammar,
        columns: Columns,
        cooked: Mapping[int, str | None],
    ) -> None:
        """Take the text, how it was parsed, its columns and its odd names."""
        self.text = text
        self.units = to_units(text)
        self.kind = kind
        self.grammar = grammar
        self.columns = columns
        self.cooked = cooked
        self.memo: dict[str, object] = {}
        """What others worked out about this tree, by the name of their work."""

    def __len__(self) -> int:
        return len(self.columns.type)

    def __repr__(self) -> str:
        return f"<Tree {self.kind} {len(self.units)} units, {len(self)} nodes>"

    @property
    def root(self) -> Node:
        """The Program."""
        return Node(self, 0)

    def node(self, index: int) -> Node:
        """Return the view of one row."""
        return Node(self, index)

    def slice(self, start: int, end: int) -> str:
        """Return the source between two offsets."""
        return from_units(self.units[start:end])

    def walk(self, within: Node | None = None) -> Iterator[Node]:
        """Yield a node (the root by default) and all below it, in source order."""
        first, last = (within.index, within.last) if within else (0, len(self))
        kinds = self.columns.type
        for index in range(first, last):
            if kinds[index] != HOLE:
                yield Node(self, index)

    def of_type(self, *names: str, within: Node | None = None) -> Iterator[Node]:
        """Yield the nodes of the given types in source order."""
        wanted = {self.grammar.type_number[name] for name in names}
        first, last = (within.index, within.last) if within else (0, len(self))
        kinds = self.columns.type
        for index in range(first, last):
            if kinds[index] in wanted:
                yield Node(self, index)

    def functions(self, within: Node | None = None) -> Iterator[Node]:
        """Yield the function nodes in source order."""
        return self.of_type(*FUNCTION_TYPES, within=within)

    def at(self, offset: int, type_: str | None = None) -> Node | None:
        """Return the outermost node (of a type) that starts at an offset."""
        for index in self._starting(offset):
            if type_ is None or self.grammar.types[self.columns.type[index]] == type_:
                return Node(self, index)
        return None

    def function_at(self, offset: int) -> Node | None:
        """Return the function node that starts at an offset."""
        for index in self._starting(offset):
            if self.grammar.types[self.columns.type[index]] in FUNCTION_TYPES:
                return Node(self, index)
        return None

    def innermost(self, offset: int) -> Node:
        """Return the smallest node that contains an offset."""
        index = 0
        columns = self.columns
        while True:
            child, last = index + 1, columns.last[index]
            while child < last:
                if columns.start[child] <= offset < columns.end[child]:
                    break
                child = columns.last[child]
            else:
                return Node(self, index)
            index = child

    @cached_property
    def _by_start(self) -> tuple[list[int], list[int]]:
        """Offsets in order, and the rows that start there."""
        starts = self.columns.start
        rows = sorted(range(len(self)), key=starts.__getitem__)
        return [starts[row] for row in rows], rows

    def _starting(self, offset: int) -> list[int]:
        starts, rows = self._by_start
        first, last = bisect_left(starts, offset), bisect_right(starts, offset)
        return [row for row in rows[first:last] if self.columns.type[row] != HOLE]


class Node:
    """One node of a tree; made when asked for, equal when it is the same row."""

    __slots__ = ("index", "tree")

    def __init__(self, tree: Tree, index: int) -> None:
        """Name a row of a tree."""
        self.tree = tree
        self.index = index

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Node)
            and other.index == self.index
            and other.tree is self.tree
        )

    def __hash__(self) -> int:
        return hash((id(self.tree), self.index))

    def __repr__(self) -> str:
        return f"<{self.type} {self.start}-{self.end}>"

    @property
    def type(self) -> str:
        """The ESTree type."""
        return self.tree.grammar.types[self.tree.columns.type[self.index]]

    @property
    def start(self) -> int:
        """Offset of the first code unit."""
        return self.tree.columns.start[self.index]

    @property
    def end(self) -> int:
        """Offset after the last code unit."""
        return self.tree.columns.end[self.index]

    @property
    def last(self) -> int:
        """The row after the last one below this node."""
        return self.tree.columns.last[self.index]

    @property
    def parent(self) -> Node | None:
        """The node above, None for the Program."""
        above = self.tree.columns.parent[self.index]
        return None if above < 0 else Node(self.tree, above)

    @property
    def field(self) -> str:
        """Under which name the parent has this node."""
        return self.tree.grammar.fields[self.tree.columns.field[self.index]]

    @property
    def operator(self) -> str:
        """The operator, or ``""``."""
        return self.tree.grammar.operators[self.tree.columns.op[self.index]]

    @property
    def kind(self) -> str:
        """``var``, ``get``, ``method``, ...; for a Literal the kind of its value."""
        return self.operator

    @property
    def raw(self) -> str:
        """The source text of this node."""
        return self.tree.slice(self.start, self.end)

    @property
    def name(self) -> str:
        """The name of an Identifier or PrivateIdentifier (without ``#``)."""
        cooked = self.tree.cooked.get(self.index)
        if cooked is not None:
            return cooked
        return self.raw.removeprefix("#")

    @property
    def value(self) -> Value:
        """The value of a Literal; None for null, a regex or a bigint, see ``kind``.

        For a TemplateElement the cooked text, None when it has no valid one.
        """
        if self.index in self.tree.cooked:
            return self.tree.cooked[self.index]
        if self.type == "TemplateElement":
            return self.raw
        match self.kind:
            case "string":
                return self.raw[1:-1]
            case "number":
                return number_of(self.raw)
            case "boolean":
                return self.raw == "true"
            case _:
                return None

    def flag(self, name: str) -> bool:
        """Tell whether ``computed``, ``static``, ``async``, ... is set."""
        bit = self.tree.grammar.flag_bit[name]
        return bool(self.tree.columns.flags[self.index] & bit)

    def children(self) -> Iterator[Node]:
        """Yield what is directly below, without holes."""
        columns = self.tree.columns
        child, last = self.index + 1, self.last
        while child < last:
            if columns.type[child] != HOLE:
                yield Node(self.tree, child)
            child = columns.last[child]

    def one(self, name: str) -> Node | None:
        """Return a child that is no list, None when it is absent."""
        rows = self._rows(name)
        return Node(self.tree, rows[0]) if rows else None

    def many(self, name: str) -> list[Node | None]:
        """Return a list of children; a hole of an array is None."""
        kinds = self.tree.columns.type
        return [
            None if kinds[row] == HOLE else Node(self.tree, row)
            for row in self._rows(name)
        ]

    def all(self, name: str) -> list[Node]:
        """Return a list of children without the holes."""
        return [node for node in self.many(name) if node is not None]

    def the(self, name: str) -> Node:
        """Return a child that the grammar requires here."""
        found = self.one(name)
        assert found is not None, f"{self!r} has no {name}"
        return found

    def get(self, name: str) -> Node | list[Node | None] | None:
        """Return a child, a list of children, or None when it is absent."""
        kind = self.tree.columns.type[self.index]
        number = self.tree.grammar.field_number.get(name, -1)
        if (kind, number) in self.tree.grammar.lists:
            return self.many(name)
        return self.one(name)

    def above(self) -> Iterator[Node]:
        """Yield the parent, its parent, and so on."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def contains(self, other: Node) -> bool:
        """Tell whether the other node is this one or below it."""
        return self.index <= other.index < self.last

    def _rows(self, name: str) -> list[int]:
        grammar, columns = self.tree.grammar, self.tree.columns
        number = grammar.field_number.get(name)
        if number is None or (columns.type[self.index], number) not in grammar.known:
            raise AttributeError(f"a {self.type} has no {name}")
        found: list[int] = []
        child, last = self.index + 1, self.last
        while child < last:
            if columns.field[child] == number:
                found.append(child)
            child = columns.last[child]
        return found


def number_of(raw: str) -> float | int:
    """Return the value of a numeric literal of JavaScript."""
    text = raw.replace("_", "").lower()
    if text[:2] in {"0x", "0o", "0b"}:
        return int(text, 0)
    if len(text) > 1 and text[0] == "0" and text.isdigit():
        return int(text, 8) if set(text) <= set("01234567") else int(text)
    return int(text) if text.isdigit() else float(text)
