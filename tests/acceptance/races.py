"""Programs with known races, and what a recording says of them.

In: a program of ``tests/golden/races`` and a Recording of it. Out: which races of its
head are missed, which are told falsely. What the head does not name is no race.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from store.facts import Recording

PROGRAMS = Path(__file__).parent.parent / "golden/races"
_LINE = re.compile(r"^// (race|split): (.+?) \| (\w+) \| (\w+)$", re.MULTILINE)
_KINDS = {"race": "order", "split": "split"}
Told = tuple[str, str, str, str]
"""Kind, cell, and the names of two functions in the order of the alphabet."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of the expectations."""

    found: tuple[Told, ...]
    missed: tuple[Told, ...]
    false: tuple[Told, ...]


def expected(program: Path) -> set[Told]:
    """Read a program's head: written by hand, before it was ever traced."""
    return {
        _told(_KINDS[kind], cell, one, other)
        for kind, cell, one, other in _LINE.findall(program.read_text("utf-8"))
    }


def _told(kind: str, cell: str, one: str, other: str) -> Told:
    return (kind, cell, min(one, other), max(one, other))


def judge(wanted: set[Told], recording: Recording) -> Verdict:
    """Compare what was told with what was written down."""
    names = {function.ref: function.name for function in recording.functions}
    cells = {cell.number: cell.label for cell in recording.cells}
    told = {
        _told(race.kind, cells[race.cell], names[race.function], names[race.then])
        for race in recording.races
    }
    return Verdict(
        tuple(sorted(told)), tuple(sorted(wanted - told)), tuple(sorted(told - wanted))
    )
