"""The numbering of the columns, as the sidecar describes it.

In: its tables of types, fields, operators and flags. Out: a ``Grammar``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Grammar:
    """The numbering of types, fields, operators and flags in the columns."""

    types: tuple[str, ...]
    fields: tuple[str, ...]
    operators: tuple[str, ...]
    flags: tuple[str, ...]
    lists: frozenset[tuple[int, int]]
    """(type, field) of children that are lists."""
    known: frozenset[tuple[int, int]]
    """(type, field) of all children that a type can have."""
    type_number: Mapping[str, int]
    field_number: Mapping[str, int]
    operator_number: Mapping[str, int]
    flag_bit: Mapping[str, int]

    @staticmethod
    def of(
        types: list[str],
        fields: list[str],
        operators: list[str],
        flags: list[str],
        children: Mapping[str, str],
    ) -> Grammar:
        """Build the tables from what the sidecar says of itself."""
        type_number = {name: number for number, name in enumerate(types)}
        field_number = {name: number for number, name in enumerate(fields)}
        known: set[tuple[int, int]] = set()
        lists: set[tuple[int, int]] = set()
        for parent, names in children.items():
            for name in names.split():
                pair = type_number[parent], field_number[name.removesuffix("[]")]
                known.add(pair)
                if name.endswith("[]"):
                    lists.add(pair)
        return Grammar(
            tuple(types),
            tuple(fields),
            tuple(operators),
            tuple(flags),
            frozenset(lists),
            frozenset(known),
            type_number,
            field_number,
            {name: number for number, name in enumerate(operators)},
            {name: 1 << number for number, name in enumerate(flags)},
        )
