"""Each record of the journal is a line that any JSON reader takes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.formats.ndjson import ndjson
from store import abi
from store.abi import CELL_KINDS, LEADS, OUTCOMES, Event
from store.errors import ProtocolError
from store.journal import Block, Observed
from store.packing import pack
from tests.profiler.formats.making import HOSTILE
from tests.profiler.telling import PROCESS

SMALL = st.integers(0, 2**53 - 1)
TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=20))
RECORDS: st.SearchStrategy[Any] = st.one_of(
    st.tuples(st.just(Event.READ), *[SMALL] * 5),
    st.tuples(st.just(Event.WRITE), *[SMALL] * 5),
    st.tuples(st.just(Event.OPAQUE), SMALL, SMALL, TEXTS),
    st.tuples(st.just(Event.NOTE), TEXTS),
    st.tuples(
        st.just(Event.LEAD), SMALL, st.integers(1, 99), st.integers(0, 4), SMALL, SMALL
    ),
    st.tuples(st.just(Event.STACK), SMALL, TEXTS),
    st.tuples(st.just(Event.EXIT), SMALL, SMALL, st.integers(0, 3)),
    st.tuples(
        st.just(Event.CELL),
        st.integers(1, 99),
        st.integers(0, len(CELL_KINDS) - 1),
        *(SMALL, TEXTS, SMALL, SMALL),
    ),
)


def lines(*blocks):
    return "".join(ndjson(Observed(PROCESS, blocks=blocks)))


def packed(*records):
    return b"".join(pack([int(code), *fields]) for code, *fields in records)


@given(st.lists(st.lists(RECORDS, max_size=5), min_size=1, max_size=3))
def test_every_record_is_a_line_with_its_values(readers, blocks):
    text = lines(*(Block(packed(*some), 7, 5) for some in blocks))
    assert text.isascii()
    assert "\x1b" not in text
    rows = readers.read("ndjson", text)
    for number, some in enumerate(blocks, 1):
        mine = [row for row in rows if row["block"] == number]
        *told, last = mine
        assert [list(row.values())[2:] for row in told] == [
            [code.name.lower(), *as_told(code, fields)] for code, *fields in some
        ]
        assert last["event"] == "block"
        assert (last["records"], last["lost_bytes"]) == (len(some), 0)
        assert {row["isolate"] for row in mine} == {7}


def as_told(code, fields):
    """What a record's fields read as: msgpack has no lone surrogates."""
    values: list[Any] = [
        one.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        if isinstance(one, str)
        else one
        for one in fields
    ]
    if code is Event.EXIT:
        values[-1] = OUTCOMES[values[-1]]
    if code is Event.CELL:
        values[1] = CELL_KINDS[values[1]]
    if code is Event.LEAD:
        values[2] = LEADS[values[2]]
    return values


def test_every_kind_of_record_has_a_name():
    start = [abi.VERSION, 1, 2, 3]
    request = [5, 1, 1, "GET", "/x", [["Host", "h"]], b"\xff\x00", 0]
    records = [
        *([Event.START, *start], [Event.ENTER, *range(1, 9)]),
        *(
            [Event.EXIT, 1, 1, 2],
            [Event.HAND, *range(7), "on"],
            [Event.READ, 1, 2, 3, 4, 5],
        ),
        *([Event.WRITE, 1, 2, 3, 4, 5], [Event.CELL, 1, 1, 0, "k", 1, 1]),
        *([Event.OPAQUE, 1, 2, "eval"], [Event.CALL, 1, 2, 3, 0]),
        *([Event.STACK, 1, "at x"], [Event.SHAPE, 1, 2, "arg:0", "string", 5]),
        *([Event.COUNT, 1, 1, 5, 3, 2, 0, 0], [Event.COST, 1, 2, 3, 4]),
        *([Event.REQUEST, *request], [Event.AFTER, 1, 2, 3, 4], [Event.NOTE, "n"]),
        *([Event.LATE, 1200], [Event.LEAD, 1, 2, 1, 4, 5], [Event.RAN, 1, 2]),
        [Event.MAIL, 1, 2, 3, 4, 5],
    ]
    text = lines(Block(packed(*records)))
    rows: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]
    assert [row["event"] for row in rows[:-1]] == [
        event.name.lower() for event in Event
    ], rows
    told = {row["event"]: row for row in rows}
    assert told["request"]["body"] == {"base64": "/wA="}
    assert told["request"]["headers"] == [["Host", "h"]]
    assert told["exit"]["outcome"] == "promise"
    assert told["cell"]["kind"] == "capture"
    assert told["lead"]["how"] == "settled"


def test_what_cannot_be_read_is_counted():
    data = packed([Event.NOTE, "x"], [Event.NOTE, 5], [99]) + b"\xc1rest"
    rows = [json.loads(line) for line in lines(Block(data)).splitlines()]
    assert [row["event"] for row in rows] == ["note", "block"]
    last = rows[-1]
    assert (last["records"], last["malformed"], last["unknown"]) == (1, 1, 1)
    assert last["lost_bytes"] == 5
    assert last["bytes"] == len(data)


def test_blocks_of_another_layout_are_refused():
    observed = Observed(PROCESS, abi=frozenset({abi.VERSION + 1}))
    with pytest.raises(ProtocolError, match="probe version"):
        next(ndjson(observed))
