"""Every fact survives the way into columns and back."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import rows
from store.derived import DERIVED
from store.facts import Cell, Frame, Function, Process, Refusal, Script, Stack
from store.migrations import MIGRATIONS

FACTS = [
    *((table, fact) for _, table, fact in DERIVED),
    ("processes", Process),
    ("scripts", Script),
    ("functions", Function),
    ("refusals", Refusal),
]


@pytest.mark.parametrize(("table", "fact"), FACTS, ids=[table for table, _ in FACTS])
@given(data=st.data())
def test_unpack_undoes_pack(table: str, fact: type[Any], data: st.DataObject) -> None:
    value = data.draw(st.from_type(fact))
    codec = rows.codec(fact)
    row = codec.pack(value)
    assert len(row) == len(codec.columns)
    assert codec.unpack(row) == value
    assert all(item is None or type(item) in {int, str, float, bytes} for item in row)


@pytest.mark.parametrize(("table", "fact"), FACTS, ids=[table for table, _ in FACTS])
def test_each_column_is_in_its_table(table: str, fact: type[Any]) -> None:
    connection = sqlite3.connect(":memory:")
    for script in MIGRATIONS:
        connection.executescript(script)
    found = connection.execute(f"PRAGMA table_info({table})").fetchall()
    connection.close()
    names = {row[1] for row in found}
    columns = rows.codec(fact).columns
    assert set(columns) <= names
    assert names - set(columns) <= {"number"}
    assert len(set(columns)) == len(columns)


def test_a_frame_keeps_its_script_and_its_function_apart() -> None:
    columns = rows.codec(Frame).columns
    assert {"script", "function_script", "function_start"} <= set(columns)


@pytest.mark.parametrize("text", ["{}", "[[1]]", "nonsense", '["a", 1]', "[" * 100_000])
def test_json_of_another_kind_is_a_value_error(text: str) -> None:
    codec = rows.codec(Stack)
    with pytest.raises(ValueError):
        codec.unpack((1, 2, text, 1))


@given(st.text(st.characters(exclude_categories=())))
def test_clean_text_is_always_unicode(text: str) -> None:
    cleaned = rows.clean(text)
    assert rows.clean(cleaned) == cleaned
    cleaned.encode()
    if not any(0xD800 <= ord(character) < 0xE000 for character in text):
        assert cleaned == text


def test_lone_surrogates_become_the_replacement_character() -> None:
    packed = rows.codec(Cell).pack(Cell(1, "global", 0, "a\ud800b", "x"))
    assert "a\ufffdb" in packed
