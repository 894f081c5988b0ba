"""Facts as rows and back, by one rule.

In: a fact's dataclass. Out: a codec with its columns, ``pack`` and ``unpack``. A
``FunctionRef`` becomes (script, start), a ``Place`` (script, offset, line, column)
with the field's name before each; a tuple becomes JSON text. No database in here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cache
from types import UnionType
from typing import (
    Any,
    Generic,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from store.facts import FunctionRef, Place, StackFrame
from store.packing import as_list

Fact = TypeVar("Fact")
PLACE_COLUMNS = ("script", "offset", "line", "column")


@dataclass(frozen=True, slots=True)
class FieldCodec:
    """How one field of a fact is written and read."""

    name: str
    columns: tuple[str, ...]
    pack: Callable[[Any], tuple[Any, ...]]
    unpack: Callable[[Sequence[Any]], Any]


@dataclass(frozen=True, slots=True)
class RowCodec(Generic[Fact]):
    """How a fact is written to and read from a row."""

    fact: type[Fact]
    parts: tuple[FieldCodec, ...]
    columns: tuple[str, ...]
    inner: tuple[tuple[slice, Callable[[Sequence[Any]], Any]], ...]
    """The columns that are not a field's value as they are, the last ones first."""

    def pack(self, value: Fact) -> tuple[Any, ...]:
        """Return the column values of one fact."""
        row: list[Any] = []
        for part in self.parts:
            row.extend(part.pack(getattr(value, part.name)))
        return tuple(row)

    def unpack(self, row: Sequence[Any]) -> Fact:
        """Return the fact of one row; ValueError if its JSON is none of ours."""
        values = list(row)
        for where, unpack in self.inner:
            values[where] = (unpack(row[where]),)
        return self.fact(*values)


def codec(fact: type[Fact]) -> RowCodec[Fact]:
    """Return the codec of a fact, from its fields and their types."""
    return cast(RowCodec[Fact], _codec(cast(Hashable, fact)))


@cache
def _codec(fact: Hashable) -> RowCodec[Any]:
    assert isinstance(fact, type)
    hints = get_type_hints(fact)
    names = [field.name for field in fields(fact)]
    parts = tuple(_part(name, hints[name], names) for name in names)
    columns = tuple(column for part in parts for column in part.columns)
    return RowCodec(fact, parts, columns, tuple(reversed(list(_inner(parts)))))


def _inner(
    parts: Sequence[FieldCodec],
) -> Iterator[tuple[slice, Callable[[Sequence[Any]], Any]]]:
    at = 0
    for part in parts:
        width = len(part.columns)
        if part.unpack is not _unpack_plain:
            yield slice(at, at + width), part.unpack
        at += width


def _part(name: str, hint: Any, siblings: Sequence[str]) -> FieldCodec:
    kind = _without_none(hint)
    if kind is FunctionRef:
        bare = name in {"function", "ref"} and "script" not in siblings
        before = "" if bare else f"{name}_"
        pair = (f"{before}script", f"{before}start")
        return FieldCodec(name, pair, _pack_function, _unpack_function)
    if kind is Place:
        columns = tuple(f"{name}_{column}" for column in PLACE_COLUMNS)
        return FieldCodec(name, columns, _pack_place, _unpack_place)
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        return FieldCodec(name, (name,), _pack_json, _json_reader(item))
    if kind is bool:
        return FieldCodec(name, (name,), _pack_int, _unpack_bool)
    return FieldCodec(name, (name,), _pack_plain, _unpack_plain)


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in {Union, UnionType}:
        return next(kind for kind in get_args(hint) if kind is not type(None))
    return hint


def _pack_function(value: FunctionRef | None) -> tuple[Any, ...]:
    return (None, None) if value is None else (value.script, value.start)


def _unpack_function(row: Sequence[Any]) -> FunctionRef | None:
    return None if row[0] is None else FunctionRef(row[0], row[1])


def _pack_place(value: Place | None) -> tuple[Any, ...]:
    if value is None:
        return (None, None, None, None)
    return (value.script, value.offset, value.line, value.column)


def _unpack_place(row: Sequence[Any]) -> Place | None:
    return None if row[0] is None else Place(*row)


def _pack_plain(value: Any) -> tuple[Any, ...]:
    return (clean(value),) if isinstance(value, str) else (value,)


def _unpack_plain(row: Sequence[Any]) -> Any:
    return row[0]


def _pack_int(value: Any) -> tuple[Any, ...]:
    return (int(value),)


def _unpack_bool(row: Sequence[Any]) -> bool:
    return bool(row[0])


def _pack_json(value: tuple[Any, ...]) -> tuple[Any, ...]:
    items = [_plain(item) for item in value]
    return (clean(json.dumps(items, ensure_ascii=False, separators=(",", ":"))),)


def _plain(item: Any) -> Any:
    if isinstance(item, StackFrame):
        return [item.name, item.url, item.line, item.column]
    return item


def _json_reader(item: Any) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """Read a JSON array whose items are all of one type."""

    def strings(row: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(_checked(value, str) for value in _array(row[0]))

    def numbers(row: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(_checked(value, int) for value in _array(row[0]))

    def pairs(row: Sequence[Any]) -> tuple[Any, ...]:
        found = [_array_of(value, (str, str)) for value in _array(row[0])]
        return tuple(tuple(pair) for pair in found)

    def frames(row: Sequence[Any]) -> tuple[Any, ...]:
        found = [_array_of(value, (str, str, int, int)) for value in _array(row[0])]
        return tuple(StackFrame(*frame) for frame in found)

    if get_origin(item) is tuple:
        return pairs
    return {str: strings, int: numbers, StackFrame: frames}[item]


def _array(text: str) -> list[Any]:
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise ValueError("JSON nested too deeply") from error
    found = as_list(value)
    if found is None:
        raise ValueError("expected a JSON array")
    return found


def _array_of(value: Any, kinds: tuple[type, ...]) -> list[Any]:
    found = as_list(value)
    if found is None or len(found) != len(kinds):
        raise ValueError(f"expected an array of {len(kinds)}")
    return [_checked(item, kind) for item, kind in zip(found, kinds, strict=True)]


def _checked(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise ValueError(f"expected {kind.__name__} in a JSON array")
    return value


def clean(text: str) -> str:
    """Replace lone surrogates, which UTF-8 cannot hold, by U+FFFD.

    V8's strings may have them: a name in a script is any sequence of code units.
    """
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
