"""The derived facts as rows: written in one transaction, read back the same.

In: a Recording and a connection. Out: rows, and from rows the Recording. A function
or a script that is only mentioned gets a row of its own, so that references hold.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Container, Iterable
from dataclasses import fields
from typing import Any

from store import journal
from store.facts import (
    Activation,
    After,
    CallCost,
    CapturedRequest,
    Cell,
    Cost,
    Covered,
    Edge,
    Effect,
    Flow,
    Frame,
    Function,
    FunctionRef,
    Lead,
    Loss,
    Opaque,
    Origin,
    ProbeCost,
    Process,
    Race,
    Recording,
    Refusal,
    RupturePoint,
    Script,
    Shape,
    Stack,
)
from store.redact import redact_request
from store.rows import clean, codec

DERIVED: tuple[tuple[str, str, type[Any]], ...] = (
    ("cells", "cells", Cell),
    ("ruptures", "rupture_points", RupturePoint),
    ("awaits", "awaits", RupturePoint),
    ("activations", "activations", Activation),
    ("edges", "edges", Edge),
    ("leads", "leads", Lead),
    ("races", "races", Race),
    ("coverage", "coverage", Covered),
    ("afters", "afters", After),
    ("effects", "effects", Effect),
    ("flows", "flows", Flow),
    ("opaques", "opaques", Opaque),
    ("costs", "costs", Cost),
    ("calls", "call_sites", CallCost),
    ("frames", "frames", Frame),
    ("stacks", "stacks", Stack),
    ("shapes", "value_shapes", Shape),
    ("losses", "drops", Loss),
    ("requests", "requests", CapturedRequest),
    ("probe_costs", "probe_costs", ProbeCost),
    ("origins", "origins", Origin),
)
"""Field of Recording, table, fact."""


def write(connection: sqlite3.Connection, recording: Recording, at_ns: int) -> None:
    """Replace every derived row; the caller holds the transaction."""
    for _, table, _ in reversed(DERIVED):
        connection.execute(f'DELETE FROM "{table}"')  # noqa: S608
    _write_mentioned(connection, recording)
    for name, table, fact in DERIVED:
        one = codec(fact)
        facts: Iterable[Any] = getattr(recording, name)
        if fact is CapturedRequest:
            facts = map(redact_request, facts)
        journal.insert(connection, table, one.columns, map(one.pack, facts))
    notes = clean(json.dumps(recording.notes, ensure_ascii=False))
    connection.execute(
        "UPDATE recordings SET derived_ns = ?, zero_ns = ?, notes = ?",
        (at_ns, recording.zero_ns, notes),
    )


def _write_mentioned(connection: sqlite3.Connection, recording: Recording) -> None:
    """Make rows for functions and scripts that nobody described."""
    journal.put_functions_if_new(connection, recording.scripts, recording.functions)
    known = {function.ref for function in recording.functions}
    missing = sorted(_mentioned(recording) - known)
    numbers = sorted({ref.script for ref in missing})
    journal.put_functions_if_new(
        connection,
        [Script(number, "", None, "", 0, "eval") for number in numbers],
        [Function(ref, ref.start, "", 0, 0) for ref in missing],
    )


def _mentioned(recording: Recording) -> set[FunctionRef]:
    """Collect every function that a derived row refers to."""
    found: set[FunctionRef | None] = set()
    for name, _, fact in DERIVED:
        if fact in {Cell, Covered, Lead, Origin}:
            continue
        refs = [part.name for part in fields(fact) if part.name in _REFERENCES]
        for value in getattr(recording, name):
            found.update(getattr(value, part) for part in refs)
    return {ref for ref in found if ref is not None}


_REFERENCES = {"function", "then", "source", "target", "writer", "reader"}


def read(
    connection: sqlite3.Connection, wanted: Container[str] | None = None
) -> Recording:
    """Return everything as plain values; ValueError when rows make no sense.

    Derived facts that are not ``wanted``, by field of Recording, are left empty.
    """
    row = connection.execute("SELECT zero_ns, notes FROM recordings").fetchone()
    zero_ns, notes = (0, "[]") if row is None else row
    derived = {
        name: rows(connection, table, fact)
        for name, table, fact in DERIVED
        if wanted is None or name in wanted
    }
    return Recording(
        process=read_process(connection),
        seconds=journal.read_seconds(connection),
        waited=journal.read_waited(connection),
        scripts=rows(connection, "scripts", Script),
        functions=rows(connection, "functions", Function),
        refusals=rows(connection, "refusals", Refusal),
        zero_ns=zero_ns,
        processes=read_processes(connection),
        notes=tuple(str(note) for note in json.loads(notes)),
        **derived,
    )


def read_process(connection: sqlite3.Connection) -> Process:
    """Return the target; ValueError when the recording ended before it was known."""
    found = read_processes(connection)
    if found:
        return found[0]
    raise ValueError("it names no process: its recording ended before it began")


def read_processes(connection: sqlite3.Connection) -> tuple[Process, ...]:
    """Return every isolate by number."""
    return rows(connection, "processes", Process)


def rows(
    connection: sqlite3.Connection, table: str, fact: type[Any]
) -> tuple[Any, ...]:
    """Read a table's rows as facts, in the order in which they were written."""
    one = codec(fact)
    names = ", ".join(f'"{name}"' for name in one.columns)
    found = connection.execute(f'SELECT {names} FROM "{table}" ORDER BY rowid')  # noqa: S608
    return tuple(map(one.unpack, found))
