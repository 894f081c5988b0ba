"""Read V8's stack texts: who was on the stack when a callback was entered.

In: STACK records. Out: counted synchronous stacks, innermost caller first. The text
comes from the target and may be anything: it is cut by position, never by a pattern
that could run long, and what is no frame is left out.
"""

from __future__ import annotations

from store.facts import FunctionRef, Stack, StackFrame

MOST_FRAMES = 100
LONGEST = 400
MOST_STACKS = 5000


def parse_stack(text: str) -> tuple[StackFrame, ...]:
    """Return the synchronous frames of a stack text, innermost first.

    Frames behind the first ``async`` one were not on this stack: they wait for it.
    """
    frames: list[StackFrame] = []
    for line in text.split("\n"):
        entry = line.strip()
        if not entry.startswith("at "):
            continue
        if entry.startswith("at async ") or len(frames) == MOST_FRAMES:
            break
        frames.append(_frame(entry[3:].strip()))
    return tuple(frames)


def _frame(entry: str) -> StackFrame:
    """Read ``name (url:line:column)`` or ``url:line:column``."""
    name, where = "", entry
    if entry.endswith(")"):
        begin = _opening(entry)
        if begin > 0 and entry[begin - 1] == " ":
            name, where = entry[: begin - 1].strip(), entry[begin + 1 : -1]
    if where.startswith("eval at "):
        name = name or "eval"
        where = where.rpartition(", ")[2]
    url, line, column = _position(where)
    return StackFrame(name[:LONGEST], url[:LONGEST], line, column)


def _opening(entry: str) -> int:
    """Find the parenthesis that the last one closes; names and urls may have some.

    The location of an eval nests; elsewhere ``" ("`` with a position behind it ends
    the name.
    """
    last = entry.rfind(" (")
    if ", " in entry and "(eval at " in entry:
        last = entry.find(" (eval at ")
    return last + 1


def _position(where: str) -> tuple[str, int, int]:
    """Split ``url:line:column``; a native frame has no line."""
    head, _, column = where.rpartition(":")
    url, _, line = head.rpartition(":")
    if not url or not _is_number(line) or not _is_number(column):
        return ("" if where in {"<anonymous>", "native"} else where, 0, 0)
    return url, int(line), int(column)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


class Stacks:
    """Fold STACK records by function and frames."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._counts: dict[tuple[int, tuple[StackFrame, ...]], int] = {}
        self.callers: dict[tuple[int, int], list[tuple[StackFrame, ...]]] = {}
        """By function and by the traced function below which it ran (-1: none)."""
        self.unkept = 0

    def add(self, function: int, parent: int, text: str) -> None:
        """Take in one stack of a function."""
        frames = parse_stack(text)
        seen = self.callers.setdefault((function, parent), [])
        if len(seen) < 3:
            seen.append(frames)
        key = (function, frames)
        if key in self._counts or len(self._counts) < MOST_STACKS:
            self._counts[key] = self._counts.get(key, 0) + 1
        else:
            self.unkept += 1

    def facts(self, refs: list[FunctionRef]) -> tuple[Stack, ...]:
        """Return the stacks, the functions in the order of their first one."""
        return tuple(
            Stack(refs[function], frames, count)
            for (function, frames), count in self._counts.items()
        )
