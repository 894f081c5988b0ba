"""What was acknowledged is there, whatever ends the writer."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from store.database import Store, create, open_store, open_writer
from store.errors import StoreError
from store.recording import load
from tests.store.samples import PROCESS, RECORDING

ROOT = Path(__file__).parent.parent.parent

WRITE_FOREVER = """
import sys
from pathlib import Path
from store.database import create
from tests.store.samples import PROCESS, RECORDING
store = create(Path(sys.argv[1]))
store.put_process(PROCESS)
number = 0
while True:
    number += 1
    store.append_block(number.to_bytes(4, "big") * 5000, number)
    print(number, flush=True)
    if number % 50 == 0:
        store.write_derived(RECORDING)
"""

WRITE_UNTIL_FULL = """
import resource, sys
from pathlib import Path
from store.database import create
from store.errors import StoreError
from tests.store.samples import PROCESS
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
store = create(Path(sys.argv[1]))
store.put_process(PROCESS)
number = 0
try:
    while True:
        store.append_block((number + 1).to_bytes(4, "big") * 5000, number)
        number += 1
except StoreError as error:
    print(number, error.message, error.hint, sep="\\n", flush=True)
    store.close()
    sys.exit(error.exit_code)
"""


def numbers(store: Store) -> list[int]:
    found = []
    for block in store.blocks():
        (number,) = struct.unpack(">I", block[:4])
        assert block == number.to_bytes(4, "big") * 5000
        found.append(number)
    return found


def failure_of(action: Callable[..., object], *given: object) -> StoreError | None:
    try:
        action(*given)
    except StoreError as error:
        return error
    return None


def is_whole(path: Path) -> bool:
    connection = sqlite3.connect(path)
    found = connection.execute("PRAGMA integrity_check").fetchall()
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    connection.close()
    return found == [("ok",)] and not broken


@pytest.mark.soak
def test_a_kill_at_any_time_loses_no_acknowledged_block(
    tmp_path: Path, rounds: Callable[[int], int], seed: int
) -> None:
    chance = random.Random(seed)
    for turn in range(rounds(500)):
        path = tmp_path / f"{turn}.db"
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITE_FOREVER, str(path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        with writer:
            assert writer.stdout is not None
            said = [writer.stdout.readline()]
            time.sleep(chance.uniform(0, 0.25))
            writer.send_signal(signal.SIGKILL)
            said += writer.stdout.read().split(b"\n")
        acknowledged = [int(line) for line in said if line.strip()]
        with open_store(path) as store:
            kept = numbers(store)
            assert kept == list(range(1, len(kept) + 1))
            assert len(kept) >= max(acknowledged[:-1], default=1)
            assert store.observed().process == PROCESS
            if store.is_derived():
                assert store.recording().costs == RECORDING.costs
        assert is_whole(path)
        with open_writer(path) as store:
            store.append_block(b"more", 1)
        path.unlink()


def test_a_full_quota_keeps_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    with create(path, max_bytes=1_000_000) as store:
        store.put_process(PROCESS)
        written = 0
        full = None
        while full is None:
            full = failure_of(
                store.append_block, (written + 1).to_bytes(4, "big") * 5000, written
            )
            written += full is None
        assert full.exit_code == 5
        assert "is full" in full.message
        assert written > 20
        assert numbers(store) == list(range(1, written + 1))
        store.write_derived(RECORDING)
        assert path.stat().st_size <= 1_000_000
    assert path.stat().st_size <= 1_000_000
    with open_store(path) as store:
        assert len(numbers(store)) == written
    assert load(path).costs == RECORDING.costs
    with open_writer(path) as store:
        store.append_block(b"there is room again", 1)


def test_a_full_disk_keeps_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    done = subprocess.run(
        [sys.executable, "-c", WRITE_UNTIL_FULL, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 5, done.stderr
    written, message, hint = done.stdout.strip().split("\n")
    assert "full" in message
    assert hint
    assert int(written) > 5
    with open_store(path) as store:
        assert numbers(store) == list(range(1, int(written) + 1))
    assert is_whole(path)


def torn(tmp_path: Path) -> tuple[Path, Path]:
    """Copy a store while it is being written: a database and its -wal."""
    live, copy = tmp_path / "live.db", tmp_path / "copy.db"
    with create(live) as store:
        store.put_process(PROCESS)
        for number in range(1, 9):
            store.append_block(number.to_bytes(4, "big") * 5000, number)
        shutil.copy(live, copy)
        shutil.copy(tmp_path / "live.db-wal", tmp_path / "copy.db-wal")
    return copy, tmp_path / "copy.db-wal"


def test_a_log_cut_anywhere_loses_only_its_end(tmp_path: Path) -> None:
    copy, wal = torn(tmp_path)
    database, log = copy.read_bytes(), wal.read_bytes()
    lengths = set()
    for cut in [*range(0, len(log), 1024), len(log)]:
        copy.write_bytes(database)
        wal.write_bytes(log[:cut])
        with open_store(copy) as store:
            kept = numbers(store)
        assert kept == list(range(1, len(kept) + 1))
        lengths.add(len(kept))
        (tmp_path / "copy.db-shm").unlink(missing_ok=True)
    assert lengths == set(range(9))


def read_all(path: Path) -> None:
    with open_store(path) as store:
        store.recording()
        list(store.blocks())


def test_flipped_bytes_are_damage_or_nothing_but_never_a_crash(
    tmp_path: Path, seed: int
) -> None:
    path = tmp_path / "app.db"
    with create(path) as store:
        store.put_process(PROCESS)
        store.append_block(b"block" * 500, 1)
        store.write_derived(RECORDING)
    whole = path.read_bytes()
    chance = random.Random(seed)
    refused = 0
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(chance.choice([1, 1, 8])):
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        failure = failure_of(read_all, path)
        refused += failure is not None
        assert failure is None or failure.hint
    assert refused > 0


def test_any_thread_may_write(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    with create(path) as store:

        def write(first: int) -> None:
            for number in range(first, first + 50):
                store.append_block(number.to_bytes(4, "big") * 5000, number)

        threads = [threading.Thread(target=write, args=(n * 50,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(numbers(store)) == list(range(200))


def test_a_reader_sees_what_a_live_writer_has_written(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    with create(path) as store:
        store.put_process(PROCESS)
        store.append_block((1).to_bytes(4, "big") * 5000, 1)
        with open_store(path) as reader:
            assert numbers(reader) == [1]
            store.append_block((2).to_bytes(4, "big") * 5000, 2)
            assert numbers(reader) == [1, 2]


def test_the_counters_are_kept(tmp_path: Path) -> None:
    with create(tmp_path / "app.db") as store:
        assert store.status() == {}
        assert store.size_bytes() > 0
        store.finish(12.5, {"events": 7, "dropped": 0})
        assert store.status() == {"events": 7, "dropped": 0}
        store.put_process(PROCESS)
        assert store.recording().seconds == 12.5


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = create(tmp_path / "app.db")
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.append_block(b"x", 1)


def test_a_store_that_cannot_be_made_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    with pytest.raises(StoreError):
        create(path, max_bytes=4096).append_block(b"x" * 50_000, 1)
    with pytest.raises(StoreError):
        create(tmp_path / "none" / "app.db")
    assert not (tmp_path / "none").exists()


def test_the_audit_is_written_with_what_follows_and_holds_no_secret(
    tmp_path: Path,
) -> None:
    with create(tmp_path / "app.db") as store:
        store.audit("Runtime.evaluate step(20) x 212")
        store.audit("twin swapped: Bearer abcdefghijklmnop")
        store.append_block(b"\xc0", 1)
        other = sqlite3.connect(tmp_path / "app.db")
        rows = [row[0] for row in other.execute("SELECT what FROM audit")]
        other.close()
        assert rows == ["Runtime.evaluate step(20) x 212", "twin swapped: [redacted]"]
        for _ in range(1200):
            store.audit("Runtime.evaluate clock")
        assert store.audited() == 1202
        store.audit("the last line")
    with open_store(tmp_path / "app.db") as read:
        assert read.audited() == 1203
        with pytest.raises(StoreError):
            read.audit("not by a reader")
