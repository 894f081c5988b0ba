"""The tables hold what the design says, and refuse what makes no sense."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

import pytest

from store.schema import APPLICATION_ID, DERIVED, ISOLATES, ORIGINS, RAW

TABLES = RAW + DERIVED + ISOLATES + ORIGINS


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(":memory:")
    opened.execute("PRAGMA foreign_keys=ON")
    opened.executescript(TABLES)
    yield opened
    opened.close()


def test_every_table_is_strict() -> None:
    tables = re.findall(r"CREATE TABLE (\w+) \((.*?)\n\) (\w+);", TABLES, re.DOTALL)
    assert len(tables) == len(re.findall(r"CREATE TABLE \w+ \(", TABLES))
    assert {kind for _, _, kind in tables} == {"STRICT"}


def test_the_tables_of_the_design_are_there(connection: sqlite3.Connection) -> None:
    found = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    names = {row[0] for row in found}
    wanted = """processes scripts functions rupture_points activations edges cells
    effects call_sites frames value_shapes costs requests drops plans refusals audit
    journal profile"""
    assert set(wanted.split()) <= names


def test_the_application_id_is_readable_in_the_header() -> None:
    assert APPLICATION_ID.to_bytes(4, "big") == b"Flux"


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO drops VALUES (1, 10, 5, 3, 1, 1)",
        "INSERT INTO costs VALUES (9, 9, 1, 1, 1, 1, 1, 1, 1)",
        "INSERT INTO recordings (number, created_ns) VALUES (2, 0)",
        "INSERT INTO journal (received_ns, abi, block) VALUES ('x', 1, x'00')",
        "INSERT INTO scripts VALUES (3, 'u', NULL, '', 1, 'python', NULL)",
        "INSERT INTO activations VALUES (1, 1, 10, 0, 0, 0, 0, 9, 8, 'value', 1)",
    ],
)
def test_impossible_rows_are_refused(
    connection: sqlite3.Connection, statement: str
) -> None:
    connection.execute("INSERT INTO scripts VALUES (1, 'u', NULL, '', 1, 'eval', NULL)")
    connection.execute("INSERT INTO functions VALUES (1, 10, 20, 'f', 1, 1, '[]')")
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)
