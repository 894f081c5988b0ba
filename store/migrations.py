"""Bring a store's schema up to date, and judge whether a file is a store at all.

In: a connection. Out: the schema's version, or a StoreError with cause and remedy.
``user_version`` is how many migrations a file has seen. Views are no part of that:
they are made again when a store is opened for writing.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from sqlite_utils import Database

from store.errors import StoreError
from store.schema import (
    APPLICATION_ID,
    AWAITS,
    COVERAGE,
    DERIVED,
    ISOLATES,
    LEADS,
    ORIGINS,
    RACES,
    RAW,
    SENT,
)
from store.views import VIEWS

MIGRATIONS: tuple[str, ...] = (
    RAW + DERIVED,
    ISOLATES,
    ORIGINS,
    LEADS,
    RACES,
    COVERAGE,
    AWAITS,
    SENT,
)
"""Each brings a store from the version of its index to the next; never edited."""


def migrate(connection: sqlite3.Connection) -> None:
    """Run what a store has not seen yet, all or nothing."""
    database = Database(connection, recursive_triggers=False, execute_plugins=False)
    with database.atomic():
        version = _pragma(connection, "user_version")
        for script in MIGRATIONS[version:]:
            for statement in _statements(script):
                connection.execute(statement)
        if version == 0:
            connection.execute(
                "INSERT INTO recordings (number, created_ns) VALUES (1, ?)",
                (time.time_ns(),),
            )
        for name, select in VIEWS.items():
            database.create_view(name, select.strip(), replace=True)
        connection.execute(f"PRAGMA user_version={len(MIGRATIONS)}")


def check(connection: sqlite3.Connection, path: Path) -> int:
    """Return the version of a store; StoreError if it is foreign, newer or damaged."""
    if _pragma(connection, "application_id") != APPLICATION_ID:
        raise StoreError(
            f"{path} is not a fluxion store",
            "give a file that `fluxion record -o` wrote",
        )
    version = _pragma(connection, "user_version")
    if version == 0:
        raise StoreError(
            f"{path} is empty: its recording ended before it began",
            "record again; --force replaces the file",
        )
    if version > len(MIGRATIONS):
        raise StoreError(
            f"{path} was written by a newer fluxion (schema {version})",
            "read it with that version: pipx upgrade fluxion-agent",
        )
    damage = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if damage != "ok":
        raise StoreError(
            f"{path} is damaged: {damage}",
            "`sqlite3 FILE .recover` may save rows; otherwise record again",
        )
    _check_tables(connection, path, version)
    return version


def _check_tables(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """Refuse a file whose tables are not the ones that we made.

    A table that was replaced by a view would run its author's SQL when read.
    """
    expected = sqlite3.connect(":memory:")
    try:
        for script in MIGRATIONS[:version]:
            expected.executescript(script)
        tables = "SELECT name, sql FROM sqlite_schema WHERE type = 'table'"
        found = dict(connection.execute(tables).fetchall())
        for name, sql in expected.execute(tables):
            if found.get(name) != sql:
                raise StoreError(
                    f"{path} has been altered: table {name} is not as we made it",
                    "use an unaltered copy, or record again",
                )
    finally:
        expected.close()


def upgraded_copy(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Return an up-to-date copy in memory of a store that we may not change."""
    copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    connection.backup(copy)
    connection.close()
    migrate(copy)
    return copy


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _statements(script: str) -> list[str]:
    """Split a script; our own SQL has no semicolon inside a statement."""
    return [part.strip() for part in script.split(";") if part.strip()]
