"""The probe's raw records, one JSON object a line.

In: a store's blocks. Out: lines, as they are read: each record with its block, isolate
and kind, and behind the records of a block what could not be read of it. Nothing is
interpreted or shortened; all but ASCII is escaped, so that a line is harmless wherever
it is printed.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from profiler.decode import Tally, decode
from profiler.records import (
    AfterSeen,
    BlockRan,
    Call,
    CellUsed,
    Count,
    Enter,
    Exit,
    Hand,
    Late,
    LeadSeen,
    Mail,
    Note,
    OpaqueSeen,
    Overhead,
    Read,
    Record,
    Request,
    ShapeSeen,
    StackSeen,
    Start,
    Write,
)
from store import abi
from store.abi import Event
from store.errors import ProtocolError
from store.journal import Block, Observed

_EVENTS: dict[type[Any], Event] = {
    Start: Event.START,
    Enter: Event.ENTER,
    Exit: Event.EXIT,
    Hand: Event.HAND,
    Read: Event.READ,
    Write: Event.WRITE,
    CellUsed: Event.CELL,
    OpaqueSeen: Event.OPAQUE,
    Call: Event.CALL,
    StackSeen: Event.STACK,
    ShapeSeen: Event.SHAPE,
    Count: Event.COUNT,
    Overhead: Event.COST,
    Request: Event.REQUEST,
    AfterSeen: Event.AFTER,
    Note: Event.NOTE,
    Late: Event.LATE,
    LeadSeen: Event.LEAD,
    Mail: Event.MAIL,
    BlockRan: Event.RAN,
}


def ndjson(observed: Observed) -> Iterator[str]:
    """Yield the lines; ProtocolError when the blocks are of another version."""
    if observed.abi - {abi.VERSION}:
        raise ProtocolError(
            f"the store's blocks are of probe version {sorted(observed.abi)}",
            "export them with the fluxion that recorded them",
        )
    for number, block in enumerate(observed.blocks, 1):
        yield from _lines(number, block)


def _lines(number: int, block: Block) -> Iterator[str]:
    tally = Tally()
    where = {"block": number, "isolate": block.process}
    for record in decode((block.data,), tally):
        event = _EVENTS[type(record)].name.lower()
        yield _line({**where, "event": event, **_fields(record)})
    yield _line(
        {
            **where,
            "event": "block",
            "received_ns": block.received_ns,
            "bytes": len(block.data),
            "records": tally.records,
            "malformed": tally.malformed,
            "unknown": tally.unknown,
            "lost_bytes": tally.lost_bytes,
        }
    )


def _fields(record: Record) -> dict[str, Any]:
    if isinstance(record, Request):
        return {**asdict(record.fact), "body": _body(record.fact.body)}
    fields = record._asdict()
    if isinstance(record, Exit):
        fields["outcome"] = abi.OUTCOMES[record.outcome]
    if isinstance(record, CellUsed):
        fields["kind"] = abi.CELL_KINDS[record.kind]
    if isinstance(record, LeadSeen):
        fields["how"] = abi.LEADS[record.how]
    if isinstance(record, Mail):
        fields["way"] = abi.WAYS[record.way]
    return fields


def _body(body: bytes) -> str | dict[str, str]:
    """Return a body as text where it is text."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode("ascii")}


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":")) + "\n"
