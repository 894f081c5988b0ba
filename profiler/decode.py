"""Read the probe's blocks: bytes in, typed records out.

In: blocks in the order of arrival. Out: one named tuple for each record, and a tally
of what could not be read. Whatever the bytes are, it ends, within bounded memory; only
another version of the layout is a ProtocolError, because then nothing can be trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from profiler.records import (
    AfterSeen,
    BlockRan,
    Call,
    CellUsed,
    Count,
    Enter,
    Exit,
    Hand,
    Late,
    LeadSeen,
    Mail,
    Note,
    OpaqueSeen,
    Overhead,
    Read,
    Record,
    Request,
    ShapeSeen,
    StackSeen,
    Start,
    Write,
)
from store import abi
from store.abi import CELL_KINDS, LEADS, OUTCOMES, WAYS, Event
from store.errors import ProtocolError
from store.packing import Reader, as_list
from store.requests import request_of

LARGEST = 2**53 - 1
"""No number of JavaScript's that counts something is larger."""


_LAYOUTS: dict[int, tuple[type[Any], tuple[type, ...]]] = {
    Event.START: (Start, (int,) * 4),
    Event.ENTER: (Enter, (int,) * 9),
    Event.EXIT: (Exit, (int,) * 3),
    Event.HAND: (Hand, (int,) * 7 + (str,)),
    Event.READ: (Read, (int,) * 5),
    Event.WRITE: (Write, (int,) * 5),
    Event.CELL: (CellUsed, (int, int, int, str, int, int)),
    Event.OPAQUE: (OpaqueSeen, (int, int, str)),
    Event.CALL: (Call, (int,) * 4),
    Event.STACK: (StackSeen, (int, str)),
    Event.SHAPE: (ShapeSeen, (int, int, str, str, int)),
    Event.COUNT: (Count, (int,) * 7),
    Event.COST: (Overhead, (int,) * 5),
    Event.AFTER: (AfterSeen, (int,) * 4),
    Event.NOTE: (Note, (str,)),
    Event.LATE: (Late, (int,)),
    Event.LEAD: (LeadSeen, (int,) * 5),
    Event.MAIL: (Mail, (int,) * 5),
    Event.RAN: (BlockRan, (int,) * 2),
}


_LATER_FIELDS: dict[int, int] = {
    Event.START: 1,
    Event.ENTER: 1,
    Event.READ: 2,
    Event.WRITE: 2,
    Event.COUNT: 2,
    Event.COST: 1,
}
"""How many fields at the end earlier probes did not write."""


@dataclass(slots=True)
class Tally:
    """What was read, and what was not: nothing is lost silently."""

    records: int = 0
    malformed: int = 0
    """Records of a known code with the wrong fields."""
    unknown: int = 0
    """Records with no code of ours."""
    lost_bytes: int = 0
    """Behind the first damage of a block."""
    damaged_blocks: int = 0

    def words(self) -> tuple[str, ...]:
        """Say what was lost; nothing when nothing was."""
        said: list[str] = []
        if self.malformed:
            said.append(f"{self.malformed} records had the wrong fields")
        if self.unknown:
            said.append(f"{self.unknown} records were of no known kind")
        if self.damaged_blocks:
            said.append(
                f"{self.lost_bytes} bytes in {self.damaged_blocks} blocks were damaged"
            )
        return tuple(said)


def decode(blocks: Iterable[bytes], tally: Tally) -> Iterator[Record]:
    """Yield the records of all blocks in order, counting what cannot be read."""
    for block in blocks:
        for raw in _records(block, tally):
            record = decode_one(raw, tally)
            if record is not None:
                yield record


def decode_one(raw: Any, tally: Tally) -> Record | None:
    """Return what msgpack found as a record; None when it is none, which is counted."""
    try:
        code = raw[0]
        kind, types = _LAYOUTS[code]
    except (TypeError, LookupError):
        return _other(raw, tally)
    fields = raw[1:]
    if tuple(map(type, fields)) != types:
        fields = _repaired(code, fields, types)
        if fields is None:
            tally.malformed += 1
            return None
    if code in _PLAIN:
        # Most records: what `_sensible` says of them, without a call.
        if min(fields) < 0 or max(fields) > LARGEST:
            tally.malformed += 1
            return None
    elif not _sensible(code, fields):
        tally.malformed += 1
        return None
    tally.records += 1
    # `_make` looks again at how many there are.
    return tuple.__new__(kind, fields)  # type: ignore[no-any-return]


def _records(block: bytes, tally: Tally) -> Iterator[Any]:
    """Yield what msgpack finds, up to the end or the first damage."""
    reader = Reader(block)
    yield from reader
    if reader.good < len(block):
        tally.damaged_blocks += 1
        tally.lost_bytes += len(block) - reader.good


def _other(raw: Any, tally: Tally) -> Record | None:
    """Read a REQUEST record, or count what is none of ours."""
    fields = as_list(raw)
    if fields is None or fields[:1] != [Event.REQUEST]:
        tally.unknown += 1
        return None
    fact = request_of(fields)
    if fact is None or not _counts([fact.number, fact.at_us, fact.connection]):
        tally.malformed += 1
        return None
    tally.records += 1
    return Request(fact)


def _repaired(code: int, fields: list[Any], types: tuple[type, ...]) -> Any:
    """Read whole numbers written as floats or booleans; None when it is no use.

    A last field that earlier probes did not write is 0.
    """
    lacking = len(types) - len(fields)
    if 0 < lacking <= _LATER_FIELDS.get(code, 0):
        fields = [*fields, *[0] * lacking]
    if len(fields) != len(types):
        return None
    repaired: list[Any] = []
    for value, wanted in zip(fields, types, strict=True):
        if type(value) is wanted:
            repaired.append(value)
        elif wanted is int and (
            isinstance(value, bool) or (isinstance(value, float) and value.is_integer())
        ):
            repaired.append(int(value))
        else:
            return None
    return repaired


def _sensible(code: int, fields: list[Any]) -> bool:
    """Tell whether a record's values are possible at all."""
    if code in _WITH_TEXT:
        if not _counts([value for value in fields if type(value) is int]):
            return False
    elif min(fields) < 0 or (max(fields) > LARGEST and code != Event.START):
        return False
    if code in _JUDGED:
        return _JUDGED[code](fields)
    return True


def _counts(values: list[int]) -> bool:
    return not values or (min(values) >= 0 and max(values) <= LARGEST)


def _right_version(fields: list[Any]) -> bool:
    if fields[0] != abi.VERSION:
        raise ProtocolError(
            f"the probe speaks version {fields[0]}, this fluxion {abi.VERSION}",
            "detach, and record again with one version",
        )
    return bool(max(fields) < 2**63)


_WITH_TEXT = frozenset(code for code, (_, types) in _LAYOUTS.items() if str in types)
_JUDGED: dict[int, Callable[[list[Any]], bool]] = {
    Event.START: _right_version,
    Event.ENTER: lambda fields: bool(fields[1] > 0),
    Event.EXIT: lambda fields: bool(fields[2] < len(OUTCOMES)),
    Event.CELL: lambda fields: bool(fields[0] > 0 and fields[1] < len(CELL_KINDS)),
    Event.LEAD: lambda fields: bool(fields[1] > 0 and fields[2] < len(LEADS)),
    Event.MAIL: lambda fields: bool(fields[3] < len(WAYS)),
    Event.COUNT: lambda fields: bool(fields[2] == fields[3] + fields[4]),
}
_PLAIN = frozenset(_LAYOUTS) - _WITH_TEXT - frozenset(_JUDGED)
