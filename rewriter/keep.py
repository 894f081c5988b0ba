"""Which text of a file a slice keeps: statements, or parts of lists.

In: a module and what is needed of it. Out: offset ranges; everything else is blanked,
so what is kept stands where it stood. Of ``const a = 1, b = 2`` and of
``module.exports = { a, b }`` single items can be kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rewriter.modules import Module
    from rewriter.syntax.tree import Node

COMMENT = re.compile(r"/\*.*?\*/|//[^\n\r\u2028\u2029]*", re.DOTALL)


class Kept:
    """What is kept of one module."""

    def __init__(self, module: Module) -> None:
        """Start with nothing."""
        self.module = module
        self.statements: dict[int, Node] = {}
        self.items: dict[int, tuple[Node, Node, set[int]]] = {}
        """Row of the statement -> statement, list holder, rows of the kept items."""
        self.whole = False

    def add(self, statement: Node) -> bool:
        """Keep a statement; tell whether that is new."""
        if statement.index in self.statements:
            return False
        self.statements[statement.index] = statement
        self.items.pop(statement.index, None)
        return True

    def add_item(self, statement: Node, holder: Node, item: Node) -> bool:
        """Keep one declarator or property; tell whether that is new."""
        if statement.index in self.statements:
            return False
        _, _, rows = self.items.setdefault(statement.index, (statement, holder, set()))
        if item.index in rows:
            return False
        rows.add(item.index)
        return True

    def holds(self, statement: Node) -> bool:
        """Tell whether the whole of a top-level statement is kept."""
        if statement.index in self.statements:
            return True
        if statement.index not in self.items:
            return False
        _, holder, rows = self.items[statement.index]
        return len(rows) == len(_list(holder))

    def dropped(self, statement: Node) -> list[Node]:
        """Return the parts of a top-level statement that are not kept."""
        if statement.index in self.statements:
            return []
        if statement.index not in self.items:
            return [statement]
        _, holder, rows = self.items[statement.index]
        return [item for item in _list(holder) if item.index not in rows]

    def ranges(self) -> tuple[tuple[int, int], ...]:
        """Return the kept offsets in order."""
        found = [(node.start, node.end) for node in self.statements.values()]
        for statement, holder, rows in self.items.values():
            found.extend(self._partly(statement, holder, rows))
        directives = filter(_directive, self.module.statements)
        found.extend((statement.start, statement.end) for statement in directives)
        return tuple(sorted(set(found)))

    def _partly(
        self, statement: Node, holder: Node, rows: set[int]
    ) -> list[tuple[int, int]]:
        items = _list(holder)
        if len(rows) == len(items):
            return [(statement.start, statement.end)]
        found = [(statement.start, items[0].start)]
        former: Node | None = None
        for item in items:
            if item.index in rows:
                if former is not None:
                    comma = self._comma(former, item, items)
                    found.append((comma, comma + 1))
                found.append((item.start, item.end))
                former = item
        if holder is not statement or self._semicolon(statement):
            tail = self._tail(statement, holder, items)
            found.append((tail, statement.end))
        return found

    def _comma(self, former: Node, item: Node, items: list[Node]) -> int:
        """Return the offset of the comma right before an item."""
        before = items[items.index(item) - 1]
        assert before.index >= former.index
        return self._find(",", before.end, item.start)

    def _semicolon(self, statement: Node) -> bool:
        return self.module.tree.units[statement.end - 1] == ";"

    def _tail(self, statement: Node, holder: Node, items: list[Node]) -> int:
        if holder == statement:
            return statement.end - 1
        return self._find("}", items[-1].end, holder.end)

    def _find(self, what: str, start: int, end: int) -> int:
        """Return where a character stands between two offsets, outside of comments."""
        gap = self.module.tree.units[start:end]
        bare = COMMENT.sub(lambda match: " " * len(match.group()), gap)
        return start + bare.index(what)


def _list(holder: Node) -> list[Node]:
    if holder.type == "VariableDeclaration":
        return holder.all("declarations")
    return holder.all("properties")


def _directive(statement: Node) -> bool:
    return (
        statement.type == "ExpressionStatement"
        and statement.the("expression").type == "Literal"
        and statement.the("expression").kind == "string"
    )
