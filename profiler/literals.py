"""Find the function literal of a sampled frame, where there is no doubt.

In: function literals, positions of frames by V8's script. Out: a literal or None.
V8 gives the start of an arrow or the parenthesis of a method, which is where our
literals start, and for other functions the parenthesis behind the name. A twin is a
script of its own: its lines are its original's, its columns have moved.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from profiler.callers import simple_name
from store.facts import Function


class Position(NamedTuple):
    """Where V8 says that a function is; line and column are 1-based, 0 unknown."""

    script: int
    name: str
    url: str
    line: int
    column: int


class Literals:
    """An index of function literals by the positions that V8 may give them."""

    def __init__(self, functions: Iterable[Function]) -> None:
        """Index the literals whose lines are known."""
        self._exact: dict[tuple[int, int, int], Function | None] = {}
        self._named: dict[tuple[int, str, int, int], Function | None] = {}
        self._lines: dict[tuple[int, int], list[Function]] = {}
        for function in functions:
            script, line, column = function.ref.script, function.line, function.column
            if line <= 0:
                continue
            self._lines.setdefault((script, line), []).append(function)
            _once(self._exact, (script, line, column), function)
            for head in _heads(function.name):
                key = (script, function.name, line, column + len(head))
                _once(self._named, key, function)

    def resolve(
        self, seen: set[Position], *, rewritten: bool = False
    ) -> dict[Position, Function]:
        """Return the literals of all the positions seen in one of V8's scripts.

        ``rewritten``: the file was rewritten as it was loaded, so columns have moved.
        """
        if rewritten:
            return {
                position: function
                for position in seen
                if (function := self._same_name(position)) is not None
            }
        found = {
            position: function
            for position in seen
            if (function := self._certain(position)) is not None
        }
        if found or not all(self._line_of(position) for position in seen):
            return found
        return {
            position: function
            for position in seen
            if (function := self._of_twin(position)) is not None
        }

    def _certain(self, position: Position) -> Function | None:
        script, name, _, line, column = position
        exact = self._exact.get((script, line, column))
        return exact or self._named.get((script, name, line, column))

    def _line_of(self, position: Position) -> list[Function]:
        return self._lines.get((position.script, position.line), [])

    def _same_name(self, position: Position) -> Function | None:
        """In its line, the only literal of this name; an inserted one has another."""
        name = simple_name(position.name)
        candidates = [
            one for one in self._line_of(position) if simple_name(one.name) == name
        ]
        return candidates[0] if len(candidates) == 1 else None

    def _of_twin(self, position: Position) -> Function | None:
        """Every function of a twin is a traced one: line or name tells which."""
        candidates = self._line_of(position)
        if len(candidates) == 1:
            return candidates[0]
        return self._same_name(position)


def _heads(name: str) -> set[str]:
    """Return what may stand between a named function's start and its parenthesis.

    The name may be the variable's that the function is assigned to. Without a name
    nothing is certain: an arrow's body may begin where ``function`` would end.
    """
    if not name:
        return set()
    keywords = ("function", "async function", "function*", "async function*")
    return {
        f"{keyword}{own}{space}"
        for keyword in keywords
        for own in ("", f" {name}", name if keyword.endswith("*") else "")
        for space in ("", " ")
    }


def _once(table: dict[Any, Function | None], key: Any, function: Function) -> None:
    """Enter a literal; two under one key are none."""
    table[key] = function if table.get(key, function) == function else None
