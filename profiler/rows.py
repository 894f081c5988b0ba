"""Read the records that most of a recording is made of, without objects.

In: a block. Out: all of its records as tuples in their order, if it is as a probe of
ours writes it: then ENTER, EXIT, READ, WRITE and CALL hold nothing but numbers that
can be, which is checked for all of them at once. Else None, and ``decode`` reads it.
"""

from __future__ import annotations

from itertools import chain
from operator import itemgetter
from typing import Any

from profiler.decode import LARGEST
from store.abi import Event
from store.packing import unpacked

Row = tuple[Any, ...]

ENTER, EXIT, READ, WRITE, CALL, REQUEST = map(
    int,
    (Event.ENTER, Event.EXIT, Event.READ, Event.WRITE, Event.CALL, Event.REQUEST),
)
"""As plain numbers: comparing with a member of an Enum takes twice as long."""

_SHAPES = frozenset({(ENTER, 10), (EXIT, 4), (READ, 6), (WRITE, 6), (CALL, 5)})
"""With how many fields, the code included."""

_PLAIN = frozenset(code for code, _ in _SHAPES)
_code = itemgetter(0)


def plain_rows(block: bytes) -> list[Row] | None:
    """Return a block's records; None when it has one that needs a closer look."""
    rows = unpacked(block)
    if rows is None:
        return None
    try:
        if REQUEST in set(map(_code, rows)):
            return None
        plain = [row for row in rows if row[0] in _PLAIN]
    except (TypeError, LookupError):
        return None
    return rows if _are_sound(plain) else None


def _are_sound(plain: list[Row]) -> bool:
    """Tell what ``decode`` would find out of each alone: fields that can be."""
    if not plain:
        return True
    if set(map(type, plain)) != {tuple}:
        return False
    if not _SHAPES.issuperset(zip(map(_code, plain), map(len, plain), strict=True)):
        return False
    numbers = list(chain.from_iterable(plain))
    return (
        set(map(type, numbers)) == {int}
        and min(numbers) >= 0
        and max(numbers) <= LARGEST
    )
