"""One writer, any reader, and a reason for everything that cannot be opened."""

from __future__ import annotations

import os
import socket
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from store.access import explained, writer_pid
from store.database import create, open_store, open_writer
from store.errors import StoreError
from store.recording import load
from tests.store.samples import PROCESS, RECORDING

ROOT = Path(__file__).parent.parent.parent

HOLD = """
import sys
from pathlib import Path
from store.database import create
store = create(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.read()
"""


def made(path: Path) -> Path:
    with create(path) as store:
        store.put_process(PROCESS)
        store.write_derived(RECORDING)
    return path


def refused(action: Callable[[], object]) -> StoreError:
    with pytest.raises(StoreError) as caught:
        action()
    assert caught.value.exit_code == 5
    assert caught.value.hint
    return caught.value


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with create(tmp_path / "app.db") as store:
            store.put_process(PROCESS)
            modes = {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    finally:
        os.umask(before)
    assert modes == {0o600}


def test_a_finished_store_is_one_plain_file(tmp_path: Path) -> None:
    path = made(tmp_path / "app.db")
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes()[:15] == b"SQLite format 3"


def test_reading_leaves_every_byte_and_no_other_file(tmp_path: Path) -> None:
    path = made(tmp_path / "app.db")
    before = path.read_bytes()
    load(path)
    with open_store(path) as store:
        refused(lambda: store.put_process(PROCESS))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_names_with_url_characters_are_names(tmp_path: Path) -> None:
    path = made(tmp_path / "a?mode=rwc#b %41.db")
    assert load(path).process == PROCESS
    assert list(tmp_path.iterdir()) == [path]


def test_an_existing_file_is_kept_without_force(tmp_path: Path) -> None:
    path = made(tmp_path / "app.db")
    assert "already exists" in refused(lambda: create(path)).message
    create(path, force=True).close()
    assert "names no process" in refused(lambda: load(path)).message


@pytest.mark.parametrize("content", [b"my thesis", b"SQLite format 3\0" + b"\0" * 200])
def test_force_never_replaces_what_is_no_store(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "thesis.txt"
    path.write_bytes(content)
    assert "not a fluxion store" in refused(lambda: create(path, force=True)).message
    assert path.read_bytes() == content


def test_force_replaces_an_empty_file_but_no_link(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    path.touch()
    create(path, force=True).close()
    link = tmp_path / "link.db"
    link.symlink_to(path)
    refused(lambda: create(link, force=True))
    assert link.is_symlink()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"once upon a time" * 99, "not a fluxion store"),
        (b"SQLite format 3\0" + b"\xff" * 2000, "app.db"),
    ],
)
def test_files_that_are_no_store(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "app.db"
    path.write_bytes(content)
    assert words in refused(lambda: open_store(path)).message
    assert path.read_bytes() == content


def test_things_that_are_no_file(tmp_path: Path) -> None:
    assert "No such file" in refused(lambda: open_store(tmp_path / "no.db")).message
    assert "not a file" in refused(lambda: open_store(tmp_path)).message
    inside = made(tmp_path / "app.db") / "x.db"
    refused(lambda: open_store(inside))
    refused(lambda: create(inside))
    refused(lambda: create(tmp_path / "no" / "x.db"))
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    refused(lambda: open_store(fifo))
    refused(lambda: create(fifo, force=True))
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        refused(lambda: open_store(tmp_path / "s"))


def test_a_second_writer_is_told_the_pid(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == b"ready\n"
        for attempt in (lambda: create(path, force=True), lambda: open_writer(path)):
            assert f"process {holder.pid}" in refused(attempt).message
        open_store(path).close()
        holder.stdin.close()
    with open_writer(path) as store:
        store.put_process(PROCESS)
    assert load(path).process == PROCESS


def test_a_killed_writer_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        holder.kill()
    assert writer_pid(path) == holder.pid
    with open_writer(path) as store:
        store.put_process(PROCESS)
    assert writer_pid(path) is None


def test_a_second_writer_in_one_process_is_refused_too(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    with create(path) as store:
        assert str(os.getpid()) in refused(lambda: open_writer(path)).message
        refused(lambda: create(path, force=True))
        store.put_process(PROCESS)
    assert load(path).process == PROCESS


@pytest.fixture
def as_nobody() -> Callable[[Callable[[], object]], int]:
    """Run something in a child process that may write nothing of ours."""

    def run(action: Callable[[], object]) -> int:
        child = os.fork()
        if child == 0:
            try:
                if os.geteuid() == 0:
                    os.setgid(65534)
                    os.setuid(65534)
                action()
            except StoreError as error:
                os._exit(error.exit_code)
            except BaseException:  # noqa: BLE001
                os._exit(99)
            os._exit(0)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    return run


def opened_to_all(folder: Path) -> None:
    """Let anybody pass, write nothing; the folders above belong to this test run."""
    for level in (folder, *folder.parents):
        if level.stat().st_uid == os.geteuid() and "pytest" in str(level):
            level.chmod(0o755)


def test_a_store_on_read_only_ground_can_be_read(
    tmp_path: Path, as_nobody: Callable[[Callable[[], object]], int]
) -> None:
    path = made(tmp_path / "app.db")
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    path.chmod(0o444)
    opened_to_all(tmp_path)
    if os.geteuid() != 0:
        tmp_path.chmod(0o555)
    assert as_nobody(lambda: load(path)) == 0
    tmp_path.chmod(0o755)


def test_an_unreadable_store_is_a_store_problem(
    tmp_path: Path, as_nobody: Callable[[Callable[[], object]], int]
) -> None:
    path = made(tmp_path / "app.db")
    path.chmod(0)
    opened_to_all(tmp_path)
    assert as_nobody(lambda: load(path)) == 5
    assert as_nobody(lambda: create(path, force=True)) == 5


def test_an_unknown_error_is_passed_on_in_words() -> None:
    told = explained(Path("a.db"), sqlite3.OperationalError("the moon is full"))
    assert "the moon is full" in told.message
