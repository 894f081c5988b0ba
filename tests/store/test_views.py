"""The views answer in words, also for readers that trust no schema."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.database import create
from store.views import VIEWS
from tests.store.samples import FUNCTIONS, PROCESS, RECORDING, SCRIPT, WORKER

WHERE = {"file": "/srv/app/server.js", "line": 2, "column": 3, "name": "outer"}
PLAN = {
    "fluxions": [{"id": "a", "function": WHERE, "decision": "guarded", "gain_ms": 2.5}],
    "stays": [{"id": "", "function": WHERE, "code": "FX001", "reason": "too cheap"}],
}


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    path = tmp_path / "app.db"
    with create(path) as store:
        store.put_process(PROCESS)
        store.put_process(WORKER)
        store.put_scripts([SCRIPT])
        store.put_functions(FUNCTIONS)
        store.append_block(b"\x92\x10\xa1x", 1_760_000_002_345_000_000)
        store.audit("attached")
        store.write_derived(RECORDING)
        store.put_plan(PLAN)
    opened = sqlite3.connect(path)
    opened.execute("PRAGMA trusted_schema=OFF")
    opened.row_factory = sqlite3.Row
    yield opened
    opened.close()


def first(connection: sqlite3.Connection, view: str) -> dict[str, Any]:
    return dict(connection.execute(f"SELECT * FROM {view}").fetchone())


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_has_an_answer(connection: sqlite3.Connection, view: str) -> None:
    assert first(connection, view)


def test_hot_callbacks_name_the_function_as_it_was_written(
    connection: sqlite3.Connection,
) -> None:
    row = first(connection, "hot_callbacks")
    assert row["function"] == "outermost"
    assert row["defined"] == "/srv/src/server.ts:3:1"
    assert row["kind"] == "start"
    assert row["total_ms"] == 0.9


def test_who_writes_what_shows_the_label(connection: sqlite3.Connection) -> None:
    row = first(connection, "who_writes_what")
    assert (row["cell"], row["function"], row["count"]) == (
        "req.body",
        "(anonymous)",
        2,
    )


def test_dropped_counts_exactly(connection: sqlite3.Connection) -> None:
    row = first(connection, "dropped")
    assert row["seen"] == row["kept"] + row["dropped"] == 30


def test_callbacks_say_where_they_were_registered(
    connection: sqlite3.Connection,
) -> None:
    rows = connection.execute("SELECT * FROM callbacks WHERE kind = 'post'").fetchall()
    assert rows[0]["handed_to"] == "fs.readFile"
    assert rows[0]["registered"] == "/srv/app/server.js:3:5"


def test_a_registration_without_a_known_line_shows_its_offset(
    connection: sqlite3.Connection,
) -> None:
    connection.execute("UPDATE rupture_points SET registration_line = 0")
    rows = connection.execute("SELECT * FROM callbacks WHERE kind = 'post'").fetchall()
    assert rows[0]["registered"] == "/srv/app/server.js at offset 30"


def test_times_are_readable(connection: sqlite3.Connection) -> None:
    assert first(connection, "blocks")["received"] == "2025-10-09 08:53:22.345"
    assert first(connection, "runs")["started"] == "2025-10-09 08:53:21.000"


def test_the_plan_can_be_read_in_sql(connection: sqlite3.Connection) -> None:
    rows = [dict(row) for row in connection.execute("SELECT * FROM planned")]
    assert [row["decision"] for row in rows] == ["guarded", "stays"]
    assert rows[0]["gain_ms"] == 2.5
    assert rows[1]["code"] == "FX001"


def test_no_row_refers_to_one_that_is_not_there(connection: sqlite3.Connection) -> None:
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert connection.execute("SELECT count(*) FROM effects").fetchone()[0] > 0


def test_chains_and_what_follows_are_told_by_name(
    connection: sqlite3.Connection,
) -> None:
    row = first(connection, "chains")
    assert (row["function"], row["leads_by"], row["count"]) == ("outermost", "cause", 2)
    row = first(connection, "what_follows_what")
    assert (row["run"], row["because"], row["after_run"]) == (2, "handed", 1)
    assert row["after_function"] == "outer"
