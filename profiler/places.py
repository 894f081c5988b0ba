"""Offsets as lines and columns, and which literal encloses which.

In: a script's text, function literals. Out: 1-based UTF-16 positions as V8 counts
them, and nesting. No I/O.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from store.facts import Function, FunctionRef, Place, Script

_LINE_END = re.compile("\r\n|[\n\r\u2028\u2029]")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class Lines:
    """The line starts of one text, in UTF-16 code units."""

    def __init__(self, text: str) -> None:
        """Index a text once."""
        starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
        astral = [match.start() for match in _ASTRAL.finditer(text)]
        self._starts = [start + bisect_right(astral, start - 1) for start in starts]

    def position(self, offset: int) -> tuple[int, int]:
        """Return the 1-based line and column of a UTF-16 offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


class Places:
    """Where things are, as far as texts and function literals tell."""

    def __init__(
        self, functions: Iterable[Function], texts: Mapping[int, str] | None = None
    ) -> None:
        """Index literals; texts may be missing, and their lines then stay 0."""
        self.functions = {function.ref: function for function in functions}
        self._texts = texts or {}
        self._lines: dict[int, Lines] = {}
        self._parents = _nesting(self.functions.values())

    def place(self, script: int, offset: int) -> Place:
        """Return a place; line and column are 0 when its text is not here."""
        known = self.functions.get(FunctionRef(script, offset))
        if known is not None and known.line > 0:
            return Place(script, offset, known.line, known.column)
        if script not in self._texts:
            return Place(script, offset, 0, 0)
        if script not in self._lines:
            self._lines[script] = Lines(self._texts[script])
        return Place(script, offset, *self._lines[script].position(offset))

    def enclosing(self, ref: FunctionRef) -> FunctionRef | None:
        """Return the innermost known literal around a literal, if there is one."""
        return self._parents.get(ref)


def _nesting(functions: Iterable[Function]) -> dict[FunctionRef, FunctionRef]:
    parents: dict[FunctionRef, FunctionRef] = {}
    around: list[Function] = []
    order = sorted(functions, key=lambda f: (f.ref.script, f.ref.start, -f.end))
    for function in order:
        while around and not _contains(around[-1], function):
            around.pop()
        if around:
            parents[function.ref] = around[-1].ref
        around.append(function)
    return parents


def _contains(outer: Function, inner: Function) -> bool:
    return outer.ref.script == inner.ref.script and outer.end >= inner.end


def plain_path(url: str) -> str:
    """Return a path for a ``file:`` URL, and anything else as it is."""
    return unquote(url[7:]) if url.startswith("file://") else url


def origin(url: str) -> str:
    """Tell whose code it is: ``app``, ``node:``, or the name of an npm package."""
    path = plain_path(url).replace("\\", "/")
    if path.startswith("node:"):
        return "node:"
    _, found, rest = path.rpartition("/node_modules/")
    if not found:
        return "app"
    parts = rest.split("/")
    return "/".join(parts[:2]) if parts[0].startswith("@") else parts[0]


def script_numbers(scripts: Iterable[Script]) -> dict[str, int]:
    """Return the script of each url and path; of several with one url, the first."""
    numbers: dict[str, int] = {}
    for script in scripts:
        for name in (script.path, plain_path(script.url)):
            if name:
                numbers.setdefault(name, script.number)
    return numbers
