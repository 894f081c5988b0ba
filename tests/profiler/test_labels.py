"""Labels are what a person would write, and inert."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.labels import LONGEST_LABEL, describe, shown
from profiler.places import Places
from profiler.records import CellUsed
from store.abi import CELL_KINDS
from store.facts import Cell, Function, FunctionRef, Place

HANDLER = Function(FunctionRef(1, 10), 90, "handler", 2, 3, ("req", "res"))
KIND = {kind: number for number, kind in enumerate(CELL_KINDS)}


def labels(*cells: CellUsed) -> dict[int, str]:
    known = {cell.cell: cell for cell in cells}
    return {cell.number: cell.label for cell in describe(known, (), Places([HANDLER]))}


def prop(number: int, base: int, key: str) -> CellUsed:
    return CellUsed(number, KIND["property"], base, key, 0, 0)


REQ = CellUsed(1, KIND["argument"], 0, "0", 1, 10)


@pytest.mark.parametrize(
    ("cell", "label"),
    [
        (REQ, "req"),
        (CellUsed(1, KIND["argument"], 0, "5", 1, 10), "arguments[5]"),
        (CellUsed(1, KIND["argument"], 0, "0", 9, 9), "arguments[0]"),
        (CellUsed(1, KIND["argument"], 0, "²", 1, 10), "²"),
        (CellUsed(1, KIND["argument"], 0, "9" * 5000, 1, 10), "9" * 59 + "…"),
        (CellUsed(1, KIND["this"], 0, "this", 1, 10), "this"),
        (CellUsed(1, KIND["capture"], 0, "count", 1, 4), "count"),
        (CellUsed(1, KIND["global"], 0, "process", 0, 0), "process"),
        (CellUsed(1, KIND["module"], 0, "", 0, 0), "module"),
        (prop(1, 77, "x"), "cell:77.x"),
    ],
)
def test_roots(cell: CellUsed, label: str) -> None:
    assert labels(cell)[1] == label


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("body", "req.body"),
        ("[]", "req[]"),
        ("*", "req[*]"),
        ("12", "req[12]"),
        ("x-y", "req['x-y']"),
        ("", "req['']"),
        ("@@iterator", "req['@@iterator']"),
        ("a\x1b[31m\n\x7f", "req['a␛[31m␊␡']"),
        ("\u202eevil", "req['\\u{202e}evil']"),
    ],
)
def test_properties(key: str, label: str) -> None:
    assert labels(REQ, prop(2, 1, key))[2] == label


def test_paths_grow_from_their_root_in_any_order() -> None:
    found = labels(prop(3, 2, "user"), prop(2, 1, "body"), REQ)
    assert found == {1: "req", 2: "req.body", 3: "req.body.user"}


def test_rings_and_depths_end() -> None:
    ring = labels(prop(1, 2, "a"), prop(2, 1, "b"), prop(3, 3, "c"))
    assert set(ring) == {1, 2, 3}
    deep = labels(REQ, *(prop(number, number - 1, "next") for number in range(2, 5000)))
    assert max(map(len, deep.values())) <= LONGEST_LABEL
    assert deep[4999].endswith("…")


def test_cells_nobody_described_are_called_by_number() -> None:
    assert describe({}, [7], Places(())) == (Cell(7, "property", 0, "", "cell:7"),)


def test_what_a_cell_belongs_to() -> None:
    capture = CellUsed(2, KIND["capture"], 0, "count", 1, 4)
    known = {1: REQ, 2: capture}
    argument, captured = describe(known, (), Places([HANDLER], {1: "let\ncount"}))
    assert argument.function == FunctionRef(1, 10)
    assert argument.declared is None
    assert captured.function is None
    assert captured.declared == Place(1, 4, 2, 1)


@given(st.text(st.characters(exclude_categories=())))
def test_shown_text_is_printable_and_short(text: str) -> None:
    inert = shown(text)
    assert inert.isprintable()
    assert len(inert) <= 60 * 10
    assert "\x1b" not in inert
