"""Names of cells that a person recognises, such as ``req.body``.

In: CELL records and function literals. Out: Cell facts. Keys come from the target:
control characters are shown, not sent to a terminal, and nothing grows long.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from profiler.places import Places
from profiler.records import CellUsed
from store.abi import CELL_KINDS
from store.facts import Cell, FunctionRef

LONGEST_KEY = 60
LONGEST_LABEL = 160
LONGEST_RAW = 255
DEEPEST = 24

_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*\Z", re.ASCII)
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"}


def shown(text: str, longest: int = LONGEST_KEY) -> str:
    """Return text that is inert wherever it is printed."""
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    if cut.isascii() and cut.isprintable():
        return cut
    return "".join(_visible(character) for character in cut)


def _visible(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if character != " " and unicodedata.category(character) in _INVISIBLE:
        return f"\\u{{{code:x}}}"
    return character


def describe(
    known: Mapping[int, CellUsed], unknown: Iterable[int], places: Places
) -> tuple[Cell, ...]:
    """Return a fact for each cell, and for numbers that were never described."""
    labels: dict[int, str] = {}
    found = [_fact(cell, known, labels, places) for cell in known.values()]
    found += [Cell(number, "property", 0, "", f"cell:{number}") for number in unknown]
    return tuple(sorted(found, key=lambda cell: cell.number))


def _fact(
    cell: CellUsed,
    known: Mapping[int, CellUsed],
    labels: dict[int, str],
    places: Places,
) -> Cell:
    kind = CELL_KINDS[cell.kind]
    rooted = kind in {"argument", "this"} and cell.script > 0
    declared = kind == "capture" and cell.script > 0
    return Cell(
        number=cell.cell,
        kind=kind,  # type: ignore[arg-type]
        base=cell.base,
        key=cell.key[:LONGEST_RAW],
        label=_label(cell, known, labels, places),
        function=FunctionRef(cell.script, cell.start) if rooted else None,
        declared=places.place(cell.script, cell.start) if declared else None,
    )


def _label(
    cell: CellUsed,
    known: Mapping[int, CellUsed],
    labels: dict[int, str],
    places: Places,
) -> str:
    """Walk from a cell to its root, then build the label back; a ring is cut."""
    path = [cell]
    seen = {cell.cell}
    while path[-1].cell not in labels and CELL_KINDS[path[-1].kind] == "property":
        base = known.get(path[-1].base)
        if base is None or base.cell in seen or len(path) >= DEEPEST:
            break
        path.append(base)
        seen.add(base.cell)
    top = path.pop()
    label = labels.get(top.cell) or _root(top, places)
    labels[top.cell] = label
    while path:
        step = path.pop()
        label = labels[step.cell] = _property(label, step.key)
    return label


def _root(cell: CellUsed, places: Places) -> str:
    kind = CELL_KINDS[cell.kind]
    if kind == "property":
        return _property(f"cell:{cell.base}", cell.key)
    if kind == "argument":
        return _argument(cell, places)
    return shown(cell.key) or kind


def _argument(cell: CellUsed, places: Places) -> str:
    function = places.functions.get(FunctionRef(cell.script, cell.start))
    if not (cell.key.isascii() and cell.key.isdigit() and len(cell.key) < 6):
        return shown(cell.key) or "argument"
    index = int(cell.key)
    if function is not None and index < len(function.parameters):
        return shown(function.parameters[index]) or f"arguments[{index}]"
    return f"arguments[{index}]"


def _property(label: str, key: str) -> str:
    if key in {"[]", "*"}:
        end = "[]" if key == "[]" else "[*]"
    elif key.isdigit():
        end = f"[{shown(key)}]"
    elif _IDENTIFIER.match(key):
        end = f".{shown(key)}"
    else:
        end = f"['{shown(key)}']"
    if len(label) + len(end) <= LONGEST_LABEL:
        return label + end
    return label if label.endswith("…") else label[: LONGEST_LABEL - 1] + "…"
