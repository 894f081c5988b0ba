"""The raw facts: put down as they come, before anybody interprets them.

In: blocks, scripts, functions, the profile's text. Out: the same, in order. A block
is the probe's own msgpack, one row each, except that captured requests are redacted
first (the one thing that must never reach the disk as it came).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgpack

from store import abi
from store.facts import (
    CapturedRequest,
    Function,
    Process,
    Refusal,
    Script,
)
from store.redact import redact_request
from store.rows import clean, codec

REQUEST_MARKS = (
    bytes([0x99, abi.Event.REQUEST]),
    bytes([0xDC, 0, 9, abi.Event.REQUEST]),
    bytes([0xDD, 0, 0, 0, 9, abi.Event.REQUEST]),
)
"""How a request's record may begin: an array of nine whose first is the code."""

MAX_ITEMS = 4096
"""No array or map of a record is longer; more is taken for damage."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What a store holds before interpretation: what ``profiler.derive`` reads."""

    process: Process
    seconds: float = 0.0
    scripts: tuple[Script, ...] = ()
    functions: tuple[Function, ...] = ()
    blocks: Iterable[bytes] = ()
    """Read once, in the order of arrival."""
    profile: str | None = None
    refusals: tuple[Refusal, ...] = ()
    abi: frozenset[int] = field(default=frozenset({abi.VERSION}))
    """The versions under which the blocks were written."""


def put_process(connection: sqlite3.Connection, process: Process) -> None:
    """Keep the target, in place of what was known of it before."""
    columns = ("number", *codec(Process).columns)
    upsert(connection, "processes", columns, [(1, *codec(Process).pack(process))], 1)


def put_scripts(connection: sqlite3.Connection, scripts: Iterable[Script]) -> None:
    """Keep scripts; what comes later under a number replaces what was there."""
    one = codec(Script)
    upsert(connection, "scripts", one.columns, map(one.pack, scripts), 1)


def put_functions(connection: sqlite3.Connection, found: Iterable[Function]) -> None:
    """Keep function literals; their scripts must be there."""
    one = codec(Function)
    upsert(connection, "functions", one.columns, map(one.pack, found), 2)


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
    insert(connection, "refusals", one.columns, map(one.pack, refusals))


def append_block(connection: sqlite3.Connection, block: bytes, at_ns: int) -> None:
    """Keep one block of the probe's records."""
    connection.execute(
        "INSERT INTO journal (received_ns, abi, block) VALUES (?, ?, ?)",
        (at_ns, abi.VERSION, without_secrets(block)),
    )


def put_profile(connection: sqlite3.Connection, text: str) -> None:
    """Keep the .cpuprofile as it came."""
    upsert(connection, "profile", ("number", "text"), [(1, text)], 1)


def audit(connection: sqlite3.Connection, what: str, at_ns: int) -> None:
    """Write down what we did to the target or to the store, and when."""
    insert(connection, "audit", ("at_ns", "what"), [(at_ns, what)])


def put_plan(
    connection: sqlite3.Connection, plan: Mapping[str, Any], at_ns: int
) -> None:
    """Keep a plan's JSON, and one row for each decision in it."""
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


def read_blocks(connection: sqlite3.Connection) -> Iterator[bytes]:
    """Yield the blocks in the order of their arrival, one at a time."""
    for row in connection.execute("SELECT block FROM journal ORDER BY number"):
        yield row[0]


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


def without_secrets(block: bytes) -> bytes:
    """Return a block whose captured requests are redacted; most have none.

    What cannot be read behind a request is left out: it might be a secret.
    """
    if not any(mark in block for mark in REQUEST_MARKS):
        return block
    kept: list[bytes] = []
    changed = False
    for record in readable(block):
        clean = _redacted(record)
        changed = changed or clean is not record
        kept.append(msgpack.packb(clean, unicode_errors="surrogatepass"))
    whole = b"".join(kept)
    return whole if changed or len(whole) != len(block) else block


def readable(block: bytes) -> Iterator[Any]:
    """Yield the records of a block until its end or the first that is damaged."""
    reader = unpacker(block)
    while True:
        try:
            record = reader.unpack()
        except (ValueError, TypeError, RecursionError, msgpack.OutOfData):
            return
        yield record


def unpacker(block: bytes) -> Any:
    """Open a block for reading, with limits that hold whatever it claims."""
    reader = msgpack.Unpacker(
        raw=False,
        unicode_errors="replace",
        strict_map_key=True,
        max_buffer_size=max(len(block), 1),
        max_array_len=MAX_ITEMS,
        max_map_len=MAX_ITEMS,
        max_ext_len=0,
    )
    reader.feed(block)
    return reader


def _redacted(record: Any) -> Any:
    if not isinstance(record, list) or record[:1] != [abi.Event.REQUEST]:
        return record
    request = request_of(record)
    if request is None:
        return [abi.Event.REQUEST]
    clean = redact_request(request)
    if clean == request:
        return record
    fields = (clean.method, clean.path, [list(pair) for pair in clean.headers])
    return [*record[:4], *fields, clean.body, 1]


def request_of(record: list[Any]) -> CapturedRequest | None:
    """Read a REQUEST record: headers as pairs, one flat list, or a map."""
    if len(record) != 9:
        return None
    at, number, connection, method, path, raw, body, redacted = record[1:]
    headers = _headers(raw)
    if isinstance(body, str):
        body = body.encode("utf-8", "surrogatepass")
    numbers = all(type(value) is int for value in (at, number, connection))
    texts = isinstance(method, str) and isinstance(path, str)
    if not numbers or not texts or not isinstance(body, bytes) or headers is None:
        return None
    return CapturedRequest(
        number, at, connection, method, path, headers, body, bool(redacted)
    )


def _headers(raw: Any) -> tuple[tuple[str, str], ...] | None:
    if isinstance(raw, dict):
        raw = [[name, value] for name, value in raw.items()]
    if not isinstance(raw, list):
        return None
    if raw and all(isinstance(item, str) for item in raw):
        raw = [list(pair) for pair in zip(raw[::2], raw[1::2], strict=False)]
    pairs: list[tuple[str, str]] = []
    for pair in raw:
        if not isinstance(pair, list) or len(pair) != 2:
            return None
        name, value = pair
        for one in value if isinstance(value, list) else [value]:
            if not isinstance(name, str) or not isinstance(one, str):
                return None
            pairs.append((name, one))
    return tuple(pairs)
