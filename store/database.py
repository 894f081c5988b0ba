"""One recording's SQLite file: made, written by one, read by many.

In: facts. Out: the same facts, later, whatever happened in between. A block that was
appended is kept even if this process is killed the moment after.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import threading
import time
from collections.abc import Container, Generator, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from sqlite_utils import Database

from store import derived, journal
from store.access import (
    Lock,
    connect_reader,
    connect_writer,
    create_file,
    guarded,
    lock_file,
)
from store.errors import StoreError
from store.facts import Function, Process, Recording, Refusal, Script
from store.journal import Block, Observed
from store.migrations import MIGRATIONS, check, migrate, upgraded_copy
from store.packing import as_dict
from store.plans import Plan
from store.redact import redact_text
from store.rows import clean

AUDIT_S = 0.1
MOST_AUDITED = 500
JOURNAL_SHARE = 0.75
"""Of ``max_bytes``, for raw facts; the rest is for what is derived from them."""
ROOM = 262_144
"""Of that share, at least so much stays free for the next blocks."""


def create(path: Path, *, force: bool = False, max_bytes: int | None = None) -> Store:
    """Make a store and open it for writing.

    StoreError if the file exists and ``force`` is not given, or is no store of ours.
    """
    lock = create_file(path, force=force)
    try:
        connection = connect_writer(path)
        with guarded(path):
            migrate(connection)
            # From now on the file alone is a store, whatever becomes of its log.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return Store(path, connection, lock, max_bytes)
    except StoreError:
        lock.release()
        path.unlink(missing_ok=True)
        raise


def open_store(path: Path) -> Store:
    """Open a store for reading only; StoreError says why it cannot be read."""
    connection = connect_reader(path)
    try:
        with guarded(path):
            version = check(connection, path)
            if version < len(MIGRATIONS):
                connection = upgraded_copy(connection)
        return Store(path, connection, None, None)
    except StoreError:
        connection.close()
        raise


def open_writer(path: Path, *, max_bytes: int | None = None) -> Store:
    """Open an existing store to add to it, such as a plan; StoreError if it is busy."""
    open_store(path).close()
    lock = lock_file(path)
    try:
        connection = connect_writer(path)
        with guarded(path):
            migrate(connection)
        return Store(path, connection, lock, max_bytes)
    except StoreError:
        lock.release()
        raise


class Store:
    """An open store. Writing is safe from any thread; each call is one transaction."""

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        lock: Lock | None,
        max_bytes: int | None,
    ) -> None:
        """Use ``create``, ``open_store`` or ``open_writer`` instead."""
        self.path = path
        self._connection = connection
        self._database = Database(
            connection, recursive_triggers=False, execute_plugins=False
        )
        self._lock = lock
        self._max_bytes = max_bytes
        self._turn = threading.RLock()
        self._audited: list[tuple[int, str]] = []
        self._wrote = 0.0
        self._closed = False
        if lock is not None:
            with self._writing():
                now = time.time_ns()
                journal.put_writer(connection, os.getpid(), now)
            self._limit(JOURNAL_SHARE)

    # --- raw facts ----------------------------------------------------------

    def put_process(self, process: Process) -> None:
        """Keep an isolate as it was found; a later one of its number replaces it."""
        with self._writing():
            journal.put_process(self._connection, process)

    def put_scripts(self, scripts: Iterable[Script]) -> None:
        """Keep scripts; a later one of the same number replaces the earlier."""
        with self._writing():
            journal.put_scripts(self._connection, scripts)

    def put_functions(self, functions: Iterable[Function]) -> None:
        """Keep the literals that were traced or found; their scripts come first."""
        with self._writing():
            journal.put_functions(self._connection, functions)

    def append_block(self, block: bytes, received_ns: int, process: int = 1) -> None:
        """Keep one block of records; once this returns, a kill cannot take it.

        ``process`` is the number of the isolate whose probe wrote it.
        """
        with self._writing():
            one = Block(block, process, received_ns)
            journal.append_block(self._connection, one)

    def oldest_beyond_limit(self) -> tuple[int, Block] | None:
        """Return the oldest block and its number when it should make room."""
        if self._max_bytes is None:
            return None
        with self._reading():
            most = int(self._max_bytes * JOURNAL_SHARE)
            most -= max(most // 10, ROOM)
            return journal.oldest_beyond(self._connection, most)

    def drop_block(self, number: int) -> None:
        """Drop the oldest block; ``dropped_blocks`` tells ever after."""
        with self._writing():
            journal.drop_block(self._connection, number)

    def dropped_blocks(self) -> int:
        """Return how many raw blocks had to make room for later ones."""
        with self._reading():
            return journal.dropped_blocks(self._connection)

    def put_profile(self, json_text: str) -> None:
        """Keep the sampling profile, in place of an earlier one."""
        with self._writing():
            journal.put_profile(self._connection, clean(json_text))

    def put_refusals(self, refusals: Iterable[Refusal]) -> None:
        """Add what could not be traced, and why."""
        with self._writing():
            journal.put_refusals(self._connection, refusals)

    def put_plan(self, plan: Plan | Mapping[str, Any]) -> None:
        """Add a plan, as its documented JSON."""
        value = plan.json() if isinstance(plan, Plan) else dict(plan)
        with self._writing():
            journal.put_plan(self._connection, value, time.time_ns())

    def audit(self, what: str) -> None:
        """Write down something that we did, without secrets; on disk soon.

        Lines are written together: with the next block, at the latest with the first
        line that comes a tenth of a second after the last write.
        """
        with self._turn:
            self._writable()
            self._audited.append((time.time_ns(), redact_text(clean(what))))
            late = time.monotonic() - self._wrote > AUDIT_S
            if late or len(self._audited) >= MOST_AUDITED:
                with self._writing():
                    pass

    def audited(self) -> int:
        """Return how many lines the audit has."""
        self._write_audit()
        with self._reading():
            found = "SELECT count(*) FROM audit"
            return int(self._connection.execute(found).fetchone()[0])

    def finish(self, seconds: float, status: Mapping[str, Any]) -> None:
        """Keep how long was recorded, and the last counters."""
        with self._writing():
            self._connection.execute(
                "UPDATE recordings SET finished_ns = ?, seconds = ?, status = ?",
                (time.time_ns(), seconds, json.dumps(dict(status))),
            )

    # --- derived facts ------------------------------------------------------

    def write_derived(self, recording: Recording) -> None:
        """Replace everything that was derived, in one transaction."""
        self._limit(1.0)
        with self._writing():
            derived.write(self._connection, recording, time.time_ns())

    # --- reading ------------------------------------------------------------

    def recording(self, wanted: Container[str] | None = None) -> Recording:
        """Return what was derived, as plain values: all, or what is ``wanted``."""
        with self._reading():
            return derived.read(self._connection, wanted)

    def observed(self) -> Observed:
        """Return the raw facts; blocks stream from the file, so keep the store open."""
        with self._reading():
            return Observed(
                process=derived.read_process(self._connection),
                seconds=journal.read_seconds(self._connection),
                waited=journal.read_waited(self._connection),
                scripts=derived.rows(self._connection, "scripts", Script),
                functions=derived.rows(self._connection, "functions", Function),
                blocks=self._blocks(),
                profile=journal.read_profile(self._connection),
                refusals=derived.rows(self._connection, "refusals", Refusal),
                abi=journal.read_abi(self._connection),
                processes=derived.read_processes(self._connection),
            )

    def blocks(self) -> Iterator[bytes]:
        """Yield the raw blocks of all isolates in the order of their arrival."""
        for block in self._blocks():
            yield block.data

    def _blocks(self) -> Iterator[Block]:
        with guarded(self.path):
            yield from journal.read_blocks(self._connection)

    def profile(self) -> str | None:
        """Return the .cpuprofile's text, if there is one."""
        with self._reading():
            return journal.read_profile(self._connection)

    def plan(self) -> Mapping[str, Any] | None:
        """Return the JSON of the newest plan, if there is one."""
        with self._reading():
            return journal.read_plan(self._connection)

    def status(self) -> Mapping[str, Any]:
        """Return the counters that ``finish`` kept; empty when it never came."""
        with self._reading():
            row = self._connection.execute("SELECT status FROM recordings").fetchone()
            return (as_dict(json.loads(row[0])) if row else None) or {}

    def is_derived(self) -> bool:
        """Tell whether ``write_derived`` ran; not after a recording was killed."""
        with self._reading():
            found = "SELECT derived_ns FROM recordings WHERE derived_ns IS NOT NULL"
            return self._connection.execute(found).fetchone() is not None

    def size_bytes(self) -> int:
        """Return what the store takes on the disk now."""
        total = 0
        for suffix in ("", "-wal"):
            with contextlib.suppress(FileNotFoundError):
                total += self.path.with_name(self.path.name + suffix).stat().st_size
        return total

    # --- the end ------------------------------------------------------------

    def close(self) -> None:
        """Leave one plain file behind, and let others write."""
        with self._turn:
            if self._closed:
                return
            with contextlib.suppress(StoreError):
                self._write_audit()
            self._closed = True
            if self._lock is not None:
                # A full disk may forbid it; then the -wal file keeps what was said.
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("DELETE FROM writers")
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("PRAGMA journal_mode=DELETE")
            self._connection.close()
            if self._lock is not None:
                self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextlib.contextmanager
    def _writing(self) -> Generator[None, None, None]:
        with self._turn, guarded(self.path):
            self._writable()
            with self._database.atomic():
                journal.audit(self._connection, self._audited)
                yield
            self._audited.clear()
            self._wrote = time.monotonic()

    def _writable(self) -> None:
        if self._lock is None:
            raise StoreError(
                f"{self.path} was opened for reading only", "open it for writing"
            )
        if self._closed:
            raise StoreError(f"{self.path} is closed", "open it again")

    def _write_audit(self) -> None:
        """Write the lines that still wait."""
        if self._audited and not self._closed:
            with self._writing():
                pass

    @contextlib.contextmanager
    def _reading(self) -> Generator[None, None, None]:
        try:
            with self._turn, guarded(self.path):
                yield
        except (ValueError, TypeError, KeyError) as error:
            raise StoreError(
                f"{self.path} cannot be understood: {error}",
                "it was changed by another program, or ended early; record again",
            ) from error

    def _limit(self, share: float) -> None:
        """Let the file grow to a share of ``max_bytes``."""
        if self._max_bytes is None:
            return
        with guarded(self.path):
            size = self._connection.execute("PRAGMA page_size").fetchone()[0]
            pages = max(1, int(self._max_bytes * share) // size)
            self._connection.execute(f"PRAGMA max_page_count={pages}")
