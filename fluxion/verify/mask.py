"""Tell noise from difference.

In: two answers of the original to the same request. Out: what differed between them,
in places of the first: the mask. An answer of the compiled app is the same when all
that differs from the first answer lies inside the mask and is of the kind seen there
(a number stays a number). Nothing is masked that did not differ. Pure.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fluxion.verify.wire import Answer

MAX_TOKENS = 4000
"""Above this the differing middle of two bodies is one place."""

_DATE = (
    rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? (?:\d\d? [A-Z][a-z]{2}|[A-Z][a-z]{2} \d\d?)"
    rb",? \d{4} \d\d:\d\d:\d\d(?: GMT(?:[+-]\d{4})?)?"
    rb"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?"
)
_TOKEN = re.compile(
    rb"(" + _DATE + rb"|\d+(?:\.\d+)?(?![A-Za-z0-9_-])|[\w-]+|.)", re.DOTALL
)
_NEVER = {b"undefined", b"null", b"NaN", b"Infinity", b"object", b"Object"}


@dataclass(frozen=True, slots=True)
class Gap:
    """A place of the first text that is noise."""

    start: int
    end: int
    kinds: frozenset[str]
    words: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class Mask:
    """What is noise in the answers to one request."""

    headers: frozenset[str] = frozenset()
    """Lower-case names whose value differed."""
    gaps: tuple[Gap, ...] = ()
    """Places in the body."""
    masked_bytes: int = 0
    total_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where two answers differ."""

    where: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Noise:
    """Header names that were noise anywhere: noise is a habit of a header."""

    headers: frozenset[str] = field(default_factory=frozenset)


def learn(first: Answer, second: Answer) -> Mask | Difference:
    """Return the mask of two answers of the original, or why they cannot be one."""
    shape = _shape_difference(first, second)
    if shape is not None:
        return shape
    headers = frozenset(
        name.lower()
        for (name, value), (_, other) in zip(first.headers, second.headers, strict=True)
        if value != other
    )
    gaps = text_gaps(first.body, second.body)
    masked = sum(gap.end - gap.start for gap in gaps) + sum(
        len(value) for name, value in first.headers if name.lower() in headers
    )
    total = len(first.body) + sum(len(value) for _, value in first.headers)
    return Mask(headers, gaps, masked, total)


def compare(
    expected: Answer, got: Answer, mask: Mask, noise: Noise
) -> Difference | None:
    """Return the first difference that is not noise."""
    shape = _shape_difference(expected, got)
    if shape is not None:
        return shape
    noisy = mask.headers | noise.headers
    for (name, value), (_, other) in zip(expected.headers, got.headers, strict=True):
        if value != other and name.lower() not in noisy:
            return Difference(f"header {name}", value, other)
    return text_difference(expected.body, got.body, mask.gaps)


def text_gaps(first: bytes, second: bytes) -> tuple[Gap, ...]:
    """Return where two texts differ, in places of the first."""
    return tuple(
        Gap(
            start,
            end,
            frozenset(_kind(t) for t in (*old, *new)),
            frozenset((*old, *new)),
        )
        for start, end, old, new in _changes(first, second)
    )


def text_difference(
    expected: bytes, got: bytes, gaps: tuple[Gap, ...]
) -> Difference | None:
    """Return the first change outside the gaps, or of another kind than seen there."""
    for start, end, old, new in _changes(expected, got):
        gap = next((g for g in gaps if g.start <= start and end <= g.end), None)
        if gap is None or not _fits(new, gap):
            return _excerpt(expected, got, start, old, new)
    return None


def _shape_difference(first: Answer, second: Answer) -> Difference | None:
    if first.ended != second.ended:
        return Difference("ending", first.ended, second.ended)
    if first.status != second.status:
        return Difference("status", first.status, second.status)
    names, others = [n for n, _ in first.headers], [n for n, _ in second.headers]
    if names != others:
        return Difference("header names", ", ".join(names), ", ".join(others))
    return None


def _changes(
    first: bytes, second: bytes
) -> list[tuple[int, int, list[bytes], list[bytes]]]:
    """Align two texts by tokens; return the changed runs."""
    if first == second:
        return []
    one, two = _TOKEN.findall(first), _TOKEN.findall(second)
    head = _common(one, two)
    tail = _common(one[head:][::-1], two[head:][::-1])
    middle, other = one[head : len(one) - tail], two[head : len(two) - tail]
    at = sum(map(len, one[:head]))
    if max(len(middle), len(other)) > MAX_TOKENS:
        return [(at, at + sum(map(len, middle)), middle, other)]
    matcher = difflib.SequenceMatcher(None, middle, other, autojunk=False)
    starts = [at]
    for token in middle:
        starts.append(starts[-1] + len(token))
    return [
        (starts[i1], starts[i2], middle[i1:i2], other[j1:j2])
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag != "equal"
    ]


def _common(one: list[bytes], two: list[bytes]) -> int:
    length = min(len(one), len(two))
    return next((i for i in range(length) if one[i] != two[i]), length)


_ORDER = ("digits", "hex", "word", "text")


def _kind(token: bytes) -> str:
    if re.fullmatch(rb"\d+(?:\.\d+)?", token):
        return "digits"
    if re.fullmatch(rb"[0-9a-fA-F-]+", token):
        return "hex"
    if re.fullmatch(rb"[\w-]+", token):
        return "word"
    return "date" if re.fullmatch(_DATE, token) else "text"


def _fits(tokens: list[bytes], gap: Gap) -> bool:
    """Tell whether what stands in a gap is of a kind that the original put there."""
    if any(t in _NEVER and t not in gap.words for t in tokens):
        return False
    if not tokens:
        return True
    ranks = [_ORDER.index(k) for k in gap.kinds if k in _ORDER]
    highest = max(ranks, default=-1)
    return all(
        (kind := _kind(t)) in gap.kinds
        or (kind in _ORDER and _ORDER.index(kind) <= highest)
        for t in tokens
    )


def _excerpt(
    expected: bytes, got: bytes, start: int, old: list[bytes], new: list[bytes]
) -> Difference:
    offset = next(
        (i for i, (a, b) in enumerate(zip(expected, got, strict=False)) if a != b),
        min(len(expected), len(got)),
    )
    at = max(start, offset)
    del old, new
    return Difference(
        f"body byte {at}",
        expected[max(0, at - 20) : at + 40].decode("utf-8", "backslashreplace"),
        got[max(0, at - 20) : at + 40].decode("utf-8", "backslashreplace"),
    )
