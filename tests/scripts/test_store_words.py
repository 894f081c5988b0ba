"""Every table, column and view of a store has words, and every query an answer."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from scripts.derived_words import DERIVED_TABLES
from scripts.store_schema import columns
from scripts.store_words import COMMON, RAW_TABLES
from store.database import create
from tests.store.samples import FUNCTIONS, PROCESS, RECORDING, REFUSAL, SCRIPT, WORKER

TABLES = {**RAW_TABLES, **DERIVED_TABLES}


@pytest.fixture
def connection(tmp_path: Path):
    path = tmp_path / "app.db"
    with create(path) as store:
        store.put_process(PROCESS)
        store.put_process(WORKER)
        store.put_scripts([SCRIPT])
        store.put_functions(FUNCTIONS)
        store.put_refusals([REFUSAL])
        store.append_block(b"\x92\x10\xa1x", 5)
        store.put_profile("{}")
        store.put_plan({"fluxions": [{"id": "later", "function": {}}]})
        store.audit("attached")
        store.finish(1.0, {})
        store.write_derived(RECORDING)
        store.audit("detached")
    opened = sqlite3.connect(path)
    yield opened
    opened.close()


def test_every_table_is_there_and_none_besides(connection):
    found = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    assert {row[0] for row in found if not row[0].startswith("sqlite_")} == set(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_no_column_is_told_that_is_not_there(connection, table):
    there = {name for name, _ in columns(connection, table)}
    assert there
    assert set(TABLES[table].columns) <= there
    assert there <= {*TABLES[table].columns, *COMMON}


@pytest.mark.parametrize("table", TABLES)
def test_every_query_has_an_answer(connection, table):
    rows = connection.execute(TABLES[table].query).fetchall()
    assert rows or table == "writers"
