"""A store says what it is; what is none of ours is refused with a remedy."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from store import migrations
from store.database import create, open_store, open_writer
from store.errors import StoreError
from store.recording import load
from store.schema import SENT
from tests.store.samples import PROCESS


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "app.db"
    with create(path) as store:
        store.put_process(PROCESS)
        store.append_block(b"\x92\x10\xa1x", 1)
    return path


def changed(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def refusal(path: Path) -> StoreError:
    with pytest.raises(StoreError) as caught:
        open_store(path)
    assert caught.value.exit_code == 5
    assert caught.value.hint
    assert path.name in caught.value.message
    return caught.value


def test_a_new_store_has_the_newest_version(path: Path) -> None:
    connection = sqlite3.connect(path)
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.close()
    assert version == len(migrations.MIGRATIONS)


def test_another_programs_database_is_refused(path: Path) -> None:
    changed(path, "PRAGMA application_id=7")
    assert "not a fluxion store" in refusal(path).message


def test_a_newer_store_is_refused(path: Path) -> None:
    changed(path, "PRAGMA user_version=99")
    assert "newer fluxion" in refusal(path).message


@pytest.mark.parametrize(
    "statements",
    [
        ("DROP TABLE flows",),
        ("DROP TABLE flows", "CREATE VIEW flows AS SELECT randomblob(9) AS cell"),
        ("ALTER TABLE costs ADD COLUMN more INTEGER",),
    ],
)
def test_a_store_with_other_tables_is_refused(
    path: Path, statements: tuple[str, ...]
) -> None:
    changed(path, *statements)
    assert "altered" in refusal(path).message


def test_a_users_own_view_and_index_do_no_harm(path: Path) -> None:
    changed(
        path,
        "CREATE VIEW mine AS SELECT * FROM costs",
        "CREATE INDEX by_total ON costs (total_us)",
    )
    assert load(path).process == PROCESS


def test_views_are_made_again_for_a_writer(path: Path) -> None:
    changed(path, "DROP VIEW dropped")
    open_writer(path).close()
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT * FROM dropped").fetchall() == []
    connection.close()


def test_an_older_store_is_read_through_a_migrated_copy(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()
    newer = (*migrations.MIGRATIONS, "CREATE TABLE tiers (number INTEGER) STRICT;")
    monkeypatch.setattr(migrations, "MIGRATIONS", newer)
    with open_store(path) as store:
        assert list(store.blocks()) == [b"\x92\x10\xa1x"]
        assert store.recording().process == PROCESS
    assert path.read_bytes() == before
    open_writer(path).close()
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone()[0] == len(newer)
    assert connection.execute("SELECT * FROM tiers").fetchall() == []
    connection.close()


def test_a_failed_migration_changes_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = (*migrations.MIGRATIONS, "CREATE TABLE t (n INTEGER); CREATE NONSENSE;")
    monkeypatch.setattr(migrations, "MIGRATIONS", broken)
    with pytest.raises(StoreError):
        open_writer(path)
    monkeypatch.undo()
    assert load(path).process == PROCESS


def test_leads_of_an_older_store_are_kept() -> None:
    at = migrations.MIGRATIONS.index(SENT)
    before = sqlite3.connect(":memory:")
    for script in migrations.MIGRATIONS[:at]:
        before.executescript(script)
    before.execute("CREATE VIEW views AS SELECT * FROM leads")
    before.execute("INSERT INTO leads VALUES (2, 30, 'queued', 1, 20)")
    before.execute(f"PRAGMA user_version={at}")
    migrations.migrate(before)
    before.execute("INSERT INTO leads VALUES (3, 40, 'sent', 2, 30)")
    assert before.execute("SELECT * FROM views").fetchall() == [
        (2, 30, "queued", 1, 20),
        (3, 40, "sent", 2, 30),
    ]
    before.close()
