"""A profile as pprof's gzipped protocol buffer.

In: a Recording. Out: bytes, the same for the same recording. The numbers of fields are
those of pprof's profile.proto; docs/design/0016 says why they are written by hand.
"""

from __future__ import annotations

import gzip

from profiler.formats.named import Asked, Named
from profiler.formats.tree import call_tree
from store.facts import Recording

KINDS = {
    "microseconds": ("wall", "nanoseconds", 1000),
    "bytes": ("alloc_space", "bytes", 1),
}
LARGEST = 2**63 - 1
"""Protocol buffers' int64 holds no more."""


def pprof(recording: Recording, asked: Asked) -> bytes:
    """Return the bytes of the file."""
    strings: dict[str, int] = {"": 0}
    locations: dict[Named, int] = {}
    body: list[bytes] = []

    def text(value: str) -> int:
        return strings.setdefault(value, len(strings))

    kind, unit, each = KINDS[asked.unit]
    wall = _number(1, text(kind)) + _number(2, text(unit))
    body.append(_bytes(1, wall))

    def place(named: Named) -> bytes:
        return _varint(locations.setdefault(named, len(locations) + 1))

    for stack, self_us in call_tree(recording, fold=asked.fold).stacks(place):
        path = _bytes(1, b"".join(reversed(stack)))
        body.append(_bytes(2, path + _bytes(2, _varint(self_us * each))))
    body += (_bytes(4, _location(named, at)) for named, at in locations.items())
    for named, at in locations.items():
        called, file = text(named.title), text(named.file)
        function = _number(1, at) + _number(2, called) + _number(3, called)
        body.append(_bytes(5, function + _number(4, file) + _number(5, named.line)))
    body += (_bytes(6, string.encode()) for string in strings)
    body.append(_number(9, recording.zero_ns))
    body.append(_number(10, int(min(recording.seconds, 1e9) * 1e9)))
    body.append(_bytes(11, wall))
    return gzip.compress(b"".join(body), mtime=0)


def _location(named: Named, number: int) -> bytes:
    """A place and its only function have one number."""
    line = _number(1, number) + _number(2, named.line) + _number(3, named.column)
    return _number(1, number) + _bytes(4, line)


def _varint(value: int) -> bytes:
    """Write a whole number, seven bits a byte, the lowest first."""
    value = min(max(value, 0), LARGEST)
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)


def _number(field: int, value: int) -> bytes:
    """Write a field that is a number; 0 is what is not written."""
    return _varint(field << 3) + _varint(value) if value else b""


def _bytes(field: int, value: bytes) -> bytes:
    """Write a field that is a text, a message or a list, also when it is empty."""
    return _varint(field << 3 | 2) + _varint(len(value)) + value
