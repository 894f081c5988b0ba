"""Captured requests in blocks: read, and redacted before they reach the disk.

In: blocks as the probe sent them. Out: blocks without secrets, and REQUEST records as
facts. It is the one thing in a block that is not kept as it came.
"""

from __future__ import annotations

from typing import Any

from store.abi import Event
from store.facts import CapturedRequest
from store.packing import Reader, as_list, pack
from store.redact import redact_request

FIELDS = 9
MARKS = (
    bytes([0x90 + FIELDS, Event.REQUEST]),
    bytes([0xDC, 0, FIELDS, Event.REQUEST]),
    bytes([0xDD, 0, 0, 0, FIELDS, Event.REQUEST]),
)
"""How a request's record may begin: an array of nine whose first is the code."""


def without_secrets(block: bytes) -> bytes:
    """Return a block whose captured requests are redacted; most have none.

    What cannot be read behind a request is left out: it might be a secret.
    """
    if not any(mark in block for mark in MARKS):
        return block
    records = list(Reader(block))
    clean = [_redacted(record) for record in records]
    whole = b"".join(map(pack, clean))
    same = all(new is old for new, old in zip(clean, records, strict=True))
    return block if same and len(whole) == len(block) else whole


def _redacted(record: Any) -> Any:
    fields = as_list(record)
    if fields is None or fields[:1] != [Event.REQUEST]:
        return record
    request = request_of(fields)
    if request is None:
        return [Event.REQUEST]
    clean = redact_request(request)
    if clean == request:
        return record
    headers = [list(pair) for pair in clean.headers]
    return [*fields[:4], clean.method, clean.path, headers, clean.body, 1]


def request_of(record: list[Any]) -> CapturedRequest | None:
    """Read a REQUEST record; None when its fields are not what they must be."""
    if len(record) != FIELDS:
        return None
    at, number, connection, method, path, raw, body, redacted = record[1:]
    headers = _headers(raw)
    numbers = all(type(value) is int for value in (at, number, connection))
    texts = isinstance(method, str) and isinstance(path, str)
    if not numbers or not texts or not isinstance(body, bytes) or headers is None:
        return None
    return CapturedRequest(
        number, at, connection, method, path, headers, body, bool(redacted)
    )


def _headers(raw: Any) -> tuple[tuple[str, str], ...] | None:
    """Read a list of name and value."""
    pairs: list[tuple[str, str]] = []
    found = as_list(raw)
    for item in found or ():
        pair = as_list(item)
        if pair is None or [type(one) for one in pair] != [str, str]:
            return None
        pairs.append((pair[0], pair[1]))
    return None if found is None else tuple(pairs)
