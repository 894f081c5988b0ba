"""Give the scripts of a block other numbers: those of another recording.

In: a block, and what gives a script its new number. Out: the block with these; what
cannot be read behind it stays as it came, so that it is counted as damage there too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from store.abi import Event
from store.packing import Reader, as_list, pack

_SCRIPTS: dict[int, tuple[int, ...]] = {
    Event.ENTER: (3,),
    Event.HAND: (5,),
    Event.CELL: (5,),
    Event.SHAPE: (1,),
    Event.COUNT: (1,),
    Event.AFTER: (1, 3),
    Event.RAN: (1,),
}
"""Where a record has the number of a script; 0 there means none."""


def renumbered(block: bytes, number: Callable[[int], int]) -> bytes:
    """Return the block; the very same one when no number changes."""
    reader = Reader(block)
    records = list(reader)
    changed = [_renumbered(record, number) for record in records]
    if all(new is old for new, old in zip(changed, records, strict=True)):
        return block
    return b"".join(map(pack, changed)) + block[reader.good :]


def _renumbered(record: Any, number: Callable[[int], int]) -> Any:
    fields = as_list(record)
    if not fields or not isinstance(fields[0], int | float):
        return record
    places = _SCRIPTS.get(int(fields[0]) if fields[0] == fields[0] // 1 else 0, ())
    new = list(fields)
    for at in places:
        if at < len(fields) and _is_script(fields[at]):
            new[at] = number(int(fields[at]))
    return record if new == fields else new


def _is_script(value: Any) -> bool:
    """Tell a number of a script, which may have been written as a float."""
    return isinstance(value, int | float) and value > 0 and value == value // 1
