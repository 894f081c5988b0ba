"""The texts that a worker loads: parts of the app's files, everything else blank.

In: the planned slice files of the fluxions of a group. Out: texts with the lines of the
originals, so that stacks in a worker name the original positions.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rewriter.emit.patch import Patch
from rewriter.emit.tokens import is_directive
from rewriter.syntax.tree import from_units, to_units

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rewriter.syntax.tree import Tree
    from store.facts import Script
    from store.plans import SliceFile

NOT_LINE_END = re.compile("[^\n\r\u2028\u2029]")


@dataclass(slots=True)
class Slice:
    """One module of a group's worker, merged from the plans of its fluxions."""

    group: str
    script: Script
    tree: Tree
    fx: str
    patch: Patch
    whole: bool = False
    keep: set[tuple[int, int]] = field(default_factory=set)
    imports: dict[str, int] = field(default_factory=dict)
    builtins: set[str] = field(default_factory=set)
    tail: str = ""

    @property
    def id(self) -> str:
        """A name that is the same for the same file of the same group."""
        told = f"{self.group}\0{self.script.number}\0{self.script.path}"
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def add(self, planned: SliceFile) -> None:
        """Merge what one fluxion needs of the file."""
        self.whole = self.whole or planned.whole
        self.keep.update(planned.keep)
        self.imports.update(planned.imports)
        self.builtins.update(planned.builtins)

    def kept(self) -> list[tuple[int, int]]:
        """Return the ranges that stay, directives of the file included."""
        if self.whole:
            return [(0, len(self.tree.units))]
        directives = []
        for statement in self.tree.root.all("body"):
            if not is_directive(statement):
                break
            directives.append((statement.start, statement.end))
        return sorted({*directives, *self.keep})

    def holds(self, start: int, end: int) -> bool:
        """Tell whether a range of the file stays."""
        return any(first <= start and end <= last for first, last in self.kept())

    def text(self) -> str:
        """Return what the worker compiles."""
        blanked = Patch(blank(self.tree.text, self.kept()))
        blanked.take(self.patch)
        return blanked.text() + (f"\n;{self.tail}" if self.tail else "")


def blank(text: str, keep: Iterable[tuple[int, int]]) -> str:
    """Return a text with all but the given ranges replaced by spaces."""
    units = to_units(text)
    parts: list[str] = []
    at = 0
    for start, end in sorted(keep):
        first = max(start, at)
        if end <= first:
            continue
        parts += [NOT_LINE_END.sub(" ", units[at:first]), units[first:end]]
        at = end
    parts.append(NOT_LINE_END.sub(" ", units[at:]))
    return from_units("".join(parts))
