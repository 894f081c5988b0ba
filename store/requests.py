"""Captured requests in blocks: read, and redacted before they reach the disk.

In: blocks as the probe sent them. Out: blocks without secrets, and REQUEST records as
facts. It is the one thing in a block that is not kept as it came.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from store.abi import Event
from store.facts import CapturedRequest
from store.packing import Reader, as_list, pack, unpacked
from store.redact import (
    is_suspect,
    redact_key,
    redact_message,
    redact_request,
    redact_values,
)

FIELDS = 9
MARKS = (
    bytes([0x90 + FIELDS, Event.REQUEST]),
    bytes([0xDC, 0, FIELDS, Event.REQUEST]),
    bytes([0xDD, 0, 0, 0, FIELDS, Event.REQUEST]),
)
"""How a request's record may begin: an array of nine whose first is the code."""


def without_secrets(block: bytes) -> bytes:
    """Return a block whose texts are redacted; most have nothing to redact.

    What cannot be read behind a request is left out: it might be a secret.
    """
    has_request = any(mark in block for mark in MARKS)
    if not has_request:
        texts = _texts(block)
        if not is_suspect(block if texts is None else texts):
            return block
    reader = Reader(block)
    records = list(reader)
    clean = [_redacted(record) for record in records]
    same = all(new is old for new, old in zip(clean, records, strict=True))
    if same and (reader.good == len(block) or not has_request):
        return block
    return b"".join(map(pack, clean))


def _texts(block: bytes) -> bytes | None:
    """Return what texts there are: a part of the block, and numbers look like secrets.

    None when it has to be looked at as it is.
    """
    records = unpacked(block)
    if records is None:
        return None
    try:
        if Event.REQUEST in {record[0] for record in records}:
            return None
        said = [record for record in records if record[0] in _TEXTS]
    except (TypeError, LookupError):
        return None
    texts = [text for record in said for text in record if isinstance(text, str)]
    return "\0".join(texts).encode()


def _redacted(record: Any) -> Any:
    fields = as_list(record)
    if not fields:
        return record
    if fields[0] == Event.REQUEST:
        return _redacted_request(fields)
    rules = _TEXTS.get(fields[0]) if isinstance(fields[0], int) else None
    if rules is None:
        return record
    changed = list(fields)
    for at, redact in rules:
        if at < len(fields) and isinstance(fields[at], str):
            changed[at] = redact(fields[at])
    return record if changed == fields else changed


def _redacted_shape(text: str) -> str:
    """Keys and class names may be data; the kinds between them are not."""
    return re.sub(r"[^{},:<>]+", lambda match: redact_key(match[0]), text)


_TEXTS: dict[int, tuple[tuple[int, Callable[[str], str]], ...]] = {
    Event.CELL: ((4, redact_key),),
    Event.HAND: ((8, redact_values),),
    Event.OPAQUE: ((3, redact_values),),
    Event.STACK: ((2, redact_values),),
    Event.SHAPE: ((3, redact_values), (4, _redacted_shape)),
    Event.NOTE: ((1, redact_message),),
}
"""Where a record has text, and what is taken out of it."""


def _redacted_request(fields: list[Any]) -> list[Any]:
    request = request_of(fields)
    if request is None:
        return [Event.REQUEST]
    clean = redact_request(request)
    if clean == request:
        return fields
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
