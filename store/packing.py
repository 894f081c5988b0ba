"""The probe's msgpack, read and written within limits.

In: a block's bytes. Out: its records, up to the first damage, as plain values. What a
block claims of itself is never believed: no array is made larger than any record is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeGuard, cast

import msgpack  # pyright: ignore[reportMissingTypeStubs]

_msgpack: Any = msgpack
"""It ships no types."""

MAX_ITEMS = 4096
"""No array or map of a record is longer; more is taken for damage."""

_DAMAGE = (ValueError, TypeError, RecursionError, _msgpack.UnpackException)


class Reader:
    """The records of one block; iterate once."""

    def __init__(self, block: bytes) -> None:
        """Take a block, whatever it holds."""
        self.good = 0
        """Bytes up to the end of the last whole record."""
        self._unpacker = _msgpack.Unpacker(
            raw=False,
            unicode_errors="replace",
            strict_map_key=True,
            max_buffer_size=max(len(block), 1),
            max_array_len=MAX_ITEMS,
            max_map_len=MAX_ITEMS,
            max_ext_len=0,
        )
        self._unpacker.feed(block)

    def __iter__(self) -> Iterator[Any]:
        """Yield each record, and end at the first damage."""
        unpacker = self._unpacker
        try:
            for record in unpacker:
                yield record
                self.good = unpacker.tell()
        except _DAMAGE:
            return


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
