"""The raw facts: put down as they come, before anybody interprets them.

In: blocks, scripts, functions, the profile's text. Out: the same, in order. A block
is the probe's own msgpack, one row each, except that secrets in its texts are redacted
first (the one thing that must never reach the disk as it came).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from store import abi, withhold
from store.facts import (
    Function,
    Process,
    Refusal,
    Script,
)
from store.requests import without_secrets
from store.rows import clean, codec

LATEST = 4
"""Blocks that never make room for later ones."""


@dataclass(frozen=True, slots=True)
class Block:
    """One run of an isolate's records, and when it reached us."""

    data: bytes
    process: int = 1
    received_ns: int = 0
    """By our clock; 0 when nobody looked at it."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What a store holds before interpretation: what ``profiler.derive`` reads."""

    process: Process
    seconds: float = 0.0
    scripts: tuple[Script, ...] = ()
    functions: tuple[Function, ...] = ()
    blocks: Iterable[Block] = ()
    """Read once, in the order of arrival, those of all isolates as they came."""
    profile: str | None = None
    refusals: tuple[Refusal, ...] = ()
    abi: frozenset[int] = field(default=frozenset({abi.VERSION}))
    """The versions under which the blocks were written."""
    processes: tuple[Process, ...] = ()
    """Every isolate by number; empty means ``process`` alone."""
    waited: float | None = None
    """Share of its time in which main could have run and had no CPU, if told."""


def put_process(connection: sqlite3.Connection, process: Process) -> None:
    """Keep an isolate, in place of what was known under its number before."""
    one = codec(Process)
    row = dict(zip(one.columns, one.pack(withhold.of_process(process)), strict=True))
    row = {"number": row.pop("number"), **row}
    upsert(connection, "processes", tuple(row), [tuple(row.values())], 1)


def put_scripts(connection: sqlite3.Connection, scripts: Iterable[Script]) -> None:
    """Keep scripts; what comes later under a number replaces what was there."""
    one = codec(Script)
    rows = map(one.pack, map(withhold.of_script, scripts))
    upsert(connection, "scripts", one.columns, rows, 1)


def put_functions(connection: sqlite3.Connection, found: Iterable[Function]) -> None:
    """Keep function literals; their scripts must be there."""
    one = codec(Function)
    rows = map(one.pack, map(withhold.of_function, found))
    upsert(connection, "functions", one.columns, rows, 2)


def put_functions_if_new(
    connection: sqlite3.Connection,
    scripts: Iterable[Script],
    functions: Iterable[Function],
) -> None:
    """Keep what is not there yet; what was described by the agent stays."""
    for table, fact, facts in (
        ("scripts", Script, scripts),
        ("functions", Function, functions),
    ):
        one = codec(fact)
        tail = "ON CONFLICT DO NOTHING"
        insert(connection, table, one.columns, map(one.pack, facts), tail)


def put_refusals(connection: sqlite3.Connection, refusals: Iterable[Refusal]) -> None:
    """Add what the tracer could not do, and why."""
    one = codec(Refusal)
    rows = map(one.pack, map(withhold.of_refusal, refusals))
    insert(connection, "refusals", one.columns, rows)


def append_block(connection: sqlite3.Connection, block: Block) -> None:
    """Keep one block of an isolate's records."""
    connection.execute(
        "INSERT INTO journal (received_ns, abi, block, process) VALUES (?, ?, ?, ?)",
        (block.received_ns, abi.VERSION, without_secrets(block.data), block.process),
    )


def oldest_beyond(
    connection: sqlite3.Connection, most: int
) -> tuple[int, Block] | None:
    """Return the oldest block if the file holds more than ``most`` bytes.

    The latest ones stay: where they alone are too much, the store is full.
    """
    page, pages, free = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_size", "page_count", "freelist_count")
    )
    if (pages - free) * page <= most:
        return None
    found = "SELECT number, block, process, received_ns FROM journal ORDER BY number"
    rows = connection.execute(f"{found} LIMIT {LATEST + 1}").fetchall()
    if len(rows) <= LATEST:
        return None
    number, *block = rows[0]
    return number, Block(*block)


def drop_block(connection: sqlite3.Connection, number: int) -> None:
    """Drop a block, the oldest one: their numbers tell how many are gone."""
    connection.execute("DELETE FROM journal WHERE number = ?", (number,))


def dropped_blocks(connection: sqlite3.Connection) -> int:
    """Return how many blocks are gone."""
    first = connection.execute("SELECT min(number) FROM journal").fetchone()[0]
    return 0 if first is None else first - 1


def put_profile(connection: sqlite3.Connection, text: str) -> None:
    """Keep the .cpuprofile as it came, but for secrets in its names and urls."""
    row = (1, withhold.of_profile(text))
    upsert(connection, "profile", ("number", "text"), [row], 1)


def audit(connection: sqlite3.Connection, lines: Iterable[tuple[int, str]]) -> None:
    """Write down what we did to the target or to the store, and when."""
    insert(connection, "audit", ("at_ns", "what"), lines)


def put_plan(
    connection: sqlite3.Connection, plan: Mapping[str, Any], at_ns: int
) -> None:
    """Keep a plan's JSON, and one row for each decision in it."""
    plan = withhold.of_plan(plan)
    text = clean(json.dumps(plan, ensure_ascii=False))
    insert(connection, "plans", ("made_ns", "plan"), [(at_ns, text)])
    number = connection.execute("SELECT max(number) FROM plans").fetchone()[0]
    rows = [
        (number, *_decision(item, default))
        for key, default in (("fluxions", "moved"), ("stays", "stays"))
        for item in plan.get(key, ())
    ]
    insert(connection, "decisions", DECISION_COLUMNS, rows)


DECISION_COLUMNS = (
    *("plan", "id", "file", "line", "name"),
    *("shape", "decision", "gain_ms", "code", "reason"),
)


def _decision(item: Mapping[str, Any], default: str) -> tuple[Any, ...]:
    where = item.get("function", {})
    values = (
        item.get("id", ""),
        where.get("file", ""),
        where.get("line", 0),
        where.get("name", ""),
        item.get("shape"),
        item.get("decision", default),
        item.get("gain_ms"),
        item.get("code"),
        item.get("reason"),
    )
    return tuple(clean(one) if isinstance(one, str) else one for one in values)


def put_writer(connection: sqlite3.Connection, pid: int, at_ns: int) -> None:
    """Say who writes, for the message to the next one who wants to."""
    row = (1, pid, at_ns)
    upsert(connection, "writers", ("number", "pid", "since_ns"), [row], 1)


def read_abi(connection: sqlite3.Connection) -> frozenset[int]:
    """Return the versions of the layout under which the blocks were written."""
    found = connection.execute("SELECT DISTINCT abi FROM journal")
    return frozenset(row[0] for row in found) or frozenset({abi.VERSION})


def read_blocks(connection: sqlite3.Connection) -> Iterator[Block]:
    """Yield the blocks in the order of their arrival, one at a time."""
    found = "SELECT block, process, received_ns FROM journal ORDER BY number"
    for row in connection.execute(found):
        yield Block(*row)


def read_profile(connection: sqlite3.Connection) -> str | None:
    """Return the profile's text, if one was taken."""
    row = connection.execute("SELECT text FROM profile").fetchone()
    return None if row is None else row[0]


def read_plan(connection: sqlite3.Connection) -> Mapping[str, Any] | None:
    """Return the JSON of the last plan."""
    newest = "SELECT plan FROM plans ORDER BY number DESC LIMIT 1"
    row = connection.execute(newest).fetchone()
    return None if row is None else json.loads(row[0])


def read_seconds(connection: sqlite3.Connection) -> float:
    """Return how long was recorded; of a recording cut short, what the blocks say."""
    row = connection.execute("SELECT seconds FROM recordings").fetchone()
    if row is not None and row[0] > 0:
        return float(row[0])
    span = "SELECT max(received_ns) - min(received_ns) FROM journal"
    return (connection.execute(span).fetchone()[0] or 0) / 1e9


def read_waited(connection: sqlite3.Connection) -> float | None:
    """Return the share of its time in which main could have run and had no CPU.

    None where nobody told.
    """
    told = (
        "SELECT json_extract(status, '$.main_ran_us'), "
        "json_extract(status, '$.main_waited_us') FROM recordings"
    )
    ran, waited = connection.execute(told).fetchone() or (None, None)
    if not isinstance(ran, int) or not isinstance(waited, int):
        return None
    return waited / (ran + waited) if ran > 0 and waited >= 0 else None


def upsert(
    connection: sqlite3.Connection,
    table: str,
    columns: tuple[str, ...],
    rows: Iterable[tuple[Any, ...]],
    keys: int,
) -> None:
    """Insert rows; where the first ``keys`` columns are there, replace the rest."""
    rest = ", ".join(f'"{name}" = excluded."{name}"' for name in columns[keys:])
    target = ", ".join(f'"{name}"' for name in columns[:keys])
    tail = f"ON CONFLICT ({target}) DO UPDATE SET {rest}"
    insert(connection, table, columns, rows, tail)


def insert(
    connection: sqlite3.Connection,
    table: str,
    columns: tuple[str, ...],
    rows: Iterable[tuple[Any, ...]],
    tail: str = "",
) -> None:
    """Insert rows. Table and columns are names from our own schema."""
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join("?" * len(columns))
    statement = f'INSERT INTO "{table}" ({names}) VALUES ({marks}) {tail}'  # noqa: S608
    connection.executemany(statement, rows)
