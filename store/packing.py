"""The probe's msgpack, read and written within limits.

In: a block's bytes. Out: its records, up to the first damage, as plain values. What a
block claims of itself is never believed: no array is made larger than any record is.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeGuard, cast

import msgpack  # pyright: ignore[reportMissingTypeStubs]

_msgpack: Any = msgpack
"""It ships no types."""

MAX_ITEMS = 4096
"""No array or map of a record is longer; more is taken for damage."""

MOST_AT_ONCE = 65_536
"""No more records are read at once; a probe's block has fewer."""

_NOTHING = b"\xc0"
"""msgpack's nil: what is read behind a block says whether its last record was whole."""

_DAMAGE = (ValueError, TypeError, RecursionError, _msgpack.UnpackException)


class Reader:
    """The records of one block; iterate once."""

    def __init__(self, block: bytes) -> None:
        """Take a block, whatever it holds."""
        self.good = 0
        """Bytes up to the end of the last whole record."""
        self._unpacker = _unpacker(block, use_list=True)

    def __iter__(self) -> Iterator[Any]:
        """Yield each record, and end at the first damage."""
        unpacker = self._unpacker
        try:
            for record in unpacker:
                yield record
                self.good = unpacker.tell()
        except _DAMAGE:
            return


def unpacked(block: bytes) -> list[Any] | None:
    """Return all records of a block at once, arrays as tuples: several times quicker.

    None when the block is damaged or has more than a probe's: then use a Reader.
    """
    unpacker = _unpacker(block + _NOTHING, use_list=False)
    try:
        records = list(islice(unpacker, MOST_AT_ONCE))
    except _DAMAGE:
        return None
    # A record that lacks its end takes the last byte for a part of it.
    if records[-1:] != [None] or unpacker.tell() <= len(block):
        return None
    records.pop()
    return records


def _unpacker(data: bytes, *, use_list: bool) -> Any:
    unpacker = _msgpack.Unpacker(
        raw=False,
        use_list=use_list,
        unicode_errors="replace",
        strict_map_key=True,
        max_buffer_size=max(len(data), 1),
        max_array_len=MAX_ITEMS,
        max_map_len=MAX_ITEMS,
        max_ext_len=0,
    )
    unpacker.feed(data)
    return unpacker


def pack(value: Any) -> bytes:
    """Write one record."""
    return cast(bytes, _msgpack.packb(value, unicode_errors="surrogatepass"))


def as_list(value: object) -> list[Any] | None:
    """Return a value that is a list, else None."""
    return value if _is_list(value) else None


def as_dict(value: object) -> dict[str, Any] | None:
    """Return a value that is a JSON object, else None."""
    return value if _is_dict(value) else None


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _is_dict(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)
