"""Processes and threads of one recording, in old stores and new ones."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from profiler.derive import derive
from store.access import connect_writer, create_file
from store.database import create, open_store, open_writer
from store.facts import FunctionRef, Loss, ProbeCost, Recording
from store.journal import Block
from store.migrations import MIGRATIONS
from store.packing import pack
from store.recording import load
from tests.store.samples import FUNCTIONS, PROCESS, SCRIPT, WORKER

OLD = """
INSERT INTO recordings (number, created_ns, seconds) VALUES (1, 5, 2.5);
INSERT INTO processes VALUES (1, 4711, 'v22.1.0', '["node","server.js"]',
  '["--enable-source-maps"]', '/srv/app', '/srv/app/server.js', '["HOME","PATH"]',
  1760000000123456789, 'attached');
INSERT INTO scripts VALUES (1, 'u', NULL, '', 1, 'eval', NULL);
INSERT INTO functions VALUES (1, 10, 20, 'f', 1, 1, '[]');
INSERT INTO journal (received_ns, abi, block) VALUES (7, 1, x'9210a178');
INSERT INTO activations VALUES (1, 1, 10, 0, 0, 0, 0, 1, 2, 'value');
INSERT INTO drops VALUES (1, 10, 5, 3, 2);
PRAGMA user_version=1;
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Return a store as the first version wrote it."""
    path = tmp_path / "old.db"
    lock = create_file(path, force=False)
    connection = connect_writer(path)
    connection.executescript(MIGRATIONS[0] + OLD)
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.close()
    lock.release()
    return path


def test_an_old_store_is_read_as_one_isolate(old: Path) -> None:
    before = old.read_bytes()
    recording = load(old)
    assert recording.process == PROCESS
    assert recording.processes == (PROCESS,)
    assert recording.losses == (Loss(FunctionRef(1, 10), 5, 3, 2),)
    assert recording.activations[0].process == 1
    with open_store(old) as store:
        assert list(store.observed().blocks) == [Block(pack([16, "x"]), 1, 7)]
    assert old.read_bytes() == before


def test_an_old_store_is_derived_again(old: Path) -> None:
    with open_writer(old) as store:
        for record in ([1, 1, 9, 5_000], [2, 7, 1, 1, 10, 0, 0, 0, 3], [3, 9, 1, 0]):
            store.append_block(pack(record), 8)
        store.write_derived(derive(store.observed()))
    recording = load(old)
    (run,) = recording.activations
    assert (run.started_us, run.ended_us, run.process) == (7, 9, 1)
    assert recording.zero_ns == 5_000
    assert recording.notes == ("x",)


def test_an_old_store_can_be_written_to(old: Path) -> None:
    connection = sqlite3.connect(old)
    connection.execute("CREATE VIEW mine AS SELECT * FROM drops")
    connection.commit()
    connection.close()
    with open_writer(old) as store:
        store.put_process(WORKER)
        store.append_block(b"\x92\x10\xa1y", 8, 2)
    connection = sqlite3.connect(old)
    assert connection.execute("SELECT * FROM mine").fetchone()[:5] == (1, 10, 5, 3, 2)
    found = connection.execute("SELECT number, blocks, seen, dropped FROM isolates")
    assert found.fetchall() == [(1, 1, 5, 2), (2, 1, 0, 0)]
    connection.close()


def test_an_isolate_is_replaced_under_its_number(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    with create(path) as store:
        store.put_process(WORKER)
        store.put_process(PROCESS)
        store.put_process(replace(WORKER, cwd="/elsewhere"))
        observed = store.observed()
    assert observed.process == PROCESS
    assert observed.processes == (PROCESS, replace(WORKER, cwd="/elsewhere"))


def test_the_view_shows_each_isolates_account(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    ref = FUNCTIONS[0].ref
    with create(path) as store:
        for process in (PROCESS, WORKER):
            store.put_process(process)
        store.append_block(b"\x92\x10\xa1x", 1, 2)
        store.finish(1.0, {})
        store.write_derived(
            Recording(
                PROCESS,
                1.0,
                (SCRIPT,),
                FUNCTIONS,
                losses=(Loss(ref, 9, 8, 1), Loss(ref, 3, 3, 0, 2)),
                probe_costs=(ProbeCost(2, 500, 10_000, 64 << 20),),
            )
        )
    connection = sqlite3.connect(path)
    shown = connection.execute(
        "SELECT isolate, role, started_by, blocks, seen, dropped, overhead_percent, "
        "rss_mb FROM isolates"
    )
    assert shown.fetchall() == [
        ("pid 4711", "main", None, 0, 9, 1, None, None),
        ("thread 1 of pid 4711", "thread", 1, 1, 3, 0, 5.0, 64),
    ]
    connection.close()
