"""How a store's file is reached: created, locked, opened and judged.

In: a path. Out: an SQLite connection that is safe to use, or a StoreError that names
cause and remedy. Nothing here knows what the tables mean.

One writer at a time: it holds an flock on the file itself, which the kernel releases
when the process dies, however it dies. SQLite's own locks are of another kind.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import stat
from collections.abc import Generator
from pathlib import Path

from store.errors import StoreError
from store.schema import APPLICATION_ID

BUSY_SECONDS = 5.0
HEADER_ID = slice(68, 72)
"""Where SQLite's file header keeps the application id."""

_writing: set[tuple[int, int]] = set()
"""Files this process writes. Opening and closing one of them by another descriptor
would drop SQLite's POSIX locks, which belong to the process."""


class Lock:
    """The right to write one file, held until ``release``."""

    def __init__(self, path: Path, descriptor: int) -> None:
        """Take the flock of an open file; StoreError when somebody has it."""
        self._descriptor = descriptor
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise _busy(path) from None
        info = os.fstat(descriptor)
        self._identity = (info.st_dev, info.st_ino)
        _writing.add(self._identity)

    def release(self) -> None:
        """Let others write. Only after the SQLite connection is closed."""
        if self._identity in _writing:
            _writing.discard(self._identity)
            os.close(self._descriptor)


def create_file(path: Path, *, force: bool) -> Lock:
    """Make an empty 0600 file and lock it; replace a store only when told to."""
    if os.path.lexists(path):
        if not force:
            raise StoreError(
                f"{path} already exists",
                "choose another name with -o, or replace it with --force",
            )
        _remove_store(path)
    try:
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        return Lock(path, os.open(path, flags, 0o600))
    except OSError as error:
        raise _unreachable(path, error) from error


def lock_file(path: Path) -> Lock:
    """Lock an existing file for writing."""
    refuse_second_writer(path)
    try:
        return Lock(path, os.open(path, os.O_RDWR | os.O_CLOEXEC))
    except OSError as error:
        raise _unreachable(path, error) from error


def refuse_second_writer(path: Path) -> None:
    """Raise StoreError when this very process writes the file already."""
    with contextlib.suppress(OSError):
        info = path.stat()
        if (info.st_dev, info.st_ino) in _writing:
            raise _busy(path)


def _remove_store(path: Path) -> None:
    refuse_second_writer(path)
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise StoreError(f"{path} is not a regular file", "choose another name")
        descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise _unreachable(path, error) from error
    lock = Lock(path, descriptor)
    try:
        header = os.pread(descriptor, 100, 0)
        if header and header[HEADER_ID] != APPLICATION_ID.to_bytes(4, "big"):
            raise StoreError(
                f"{path} is not a fluxion store",
                "--force replaces only stores; remove the file yourself",
            )
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    finally:
        lock.release()


def connect_writer(path: Path) -> sqlite3.Connection:
    """Open a locked file for writing: WAL, so that readers never wait."""
    with guarded(path):
        connection = _connect(path, "rw")
        for pragma in (
            # First of all, so that a file we left half made is known as ours.
            f"application_id={APPLICATION_ID}",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "journal_size_limit=4194304",
        ):
            connection.execute(f"PRAGMA {pragma}")
        return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """Open a file that we never change, also where nothing can be written at all."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise StoreError(f"{path} is not a file", "give the path of a store")
        if path.stat().st_size == 0:
            raise StoreError(
                f"{path} is empty: its recording ended before it began",
                "record again; --force replaces the file",
            )
    except OSError as error:
        raise _unreachable(path, error) from error
    with guarded(path):
        return _connect(path, "ro", immutable=_settled(path))


def _settled(path: Path) -> bool:
    """Tell whether nobody can change the file, so that SQLite may skip its locks.

    A WAL file in a folder that cannot be written needs this, or it cannot be read.
    """
    wal = path.with_name(path.name + "-wal")
    return not os.access(path.parent, os.W_OK) and not wal.exists()


def _connect(path: Path, mode: str, *, immutable: bool = False) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}{'&immutable=1' if immutable else ''}"
    connection = sqlite3.connect(
        uri,
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.text_factory = _text
    for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _text(data: bytes) -> str:
    """Read text that a damaged file may hold; it must not raise in the middle."""
    return data.decode("utf-8", "replace")


def writer_pid(path: Path) -> int | None:
    """Return the pid that the store's writer left in it."""
    with contextlib.suppress(sqlite3.Error, StoreError):
        connection = connect_reader(path)
        try:
            row = connection.execute("SELECT pid FROM writers").fetchone()
            return None if row is None else int(row[0])
        finally:
            connection.close()
    return None


@contextlib.contextmanager
def guarded(path: Path) -> Generator[None, None, None]:
    """Turn what SQLite raises into a StoreError with cause and remedy."""
    try:
        yield
    except sqlite3.Error as error:
        raise explained(path, error) from error
    except UnicodeDecodeError as error:  # in SQLite's own message about the damage
        raise StoreError(f"{path} {_DAMAGED[0]}", _DAMAGED[1]) from error


def explained(path: Path, error: sqlite3.Error) -> StoreError:
    """Say what an SQLite error means for this store."""
    name: str = getattr(error, "sqlite_errorname", None) or ""
    for prefix, cause, remedy in _EXPLAINED:
        if name.startswith(prefix):
            return StoreError(f"{path} {cause}", remedy)
    return StoreError(f"{path}: {error}", "see `sqlite3 FILE 'PRAGMA integrity_check'`")


_DAMAGED = (
    "is damaged",
    "`sqlite3 FILE .recover` may save rows; otherwise record again",
)
_EXPLAINED = (
    (
        "SQLITE_FULL",
        "is full: the disk or --max-store allows no more",
        "what was recorded is kept; make room, or record again with a larger limit",
    ),
    (
        "SQLITE_IOERR",
        "could not be read or written: the disk reported an error or is full",
        "what was recorded is kept; check the disk, then read the store again",
    ),
    (
        "SQLITE_NOTADB",
        "is not a fluxion store",
        "give a file that `fluxion record -o` wrote",
    ),
    ("SQLITE_CORRUPT", *_DAMAGED),
    (
        "SQLITE_READONLY",
        "cannot be written",
        "check the permissions of file and folder",
    ),
    ("SQLITE_PERM", "cannot be opened", "check the permissions of file and folder"),
    (
        "SQLITE_CANTOPEN",
        "cannot be opened",
        "check the permissions of file and folder; with a -wal file: copy both",
    ),
    ("SQLITE_BUSY", "is being written by another process", "wait until it has ended"),
    ("SQLITE_LOCKED", "is being written by another process", "wait until it has ended"),
)


def _busy(path: Path) -> StoreError:
    pid = writer_pid(path)
    who = f"process {pid}" if pid else "another process"
    return StoreError(
        f"{path} is being written by {who}",
        "choose another file with -o, or wait until it has ended",
    )


def _unreachable(path: Path, error: OSError) -> StoreError:
    hints: dict[type[OSError], str] = {
        FileNotFoundError: "check the path; its folder must exist",
        PermissionError: "check the permissions of file and folder",
        FileExistsError: "another process made it just now; choose another name",
    }
    hint = hints.get(type(error), "check the disk and the path")
    return StoreError(f"{path}: {error.strerror or error}", hint)
