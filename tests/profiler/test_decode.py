"""Whatever the bytes are, decoding ends and says what it could not read."""

from __future__ import annotations

import resource
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from store.packing import pack

GOOD: list[list[Any]] = [
    [Event.START, abi.VERSION, 4711, 1_760_000_000_000_000_000, 77],
    [Event.ENTER, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [Event.EXIT, 1, 2, 3],
    [Event.HAND, 1, 2, 3, 4, 5, 6, 7, "fs.readFile"],
    [Event.READ, 1, 2, 3, 4, 5],
    [Event.WRITE, 1, 2, 3, 4, 5],
    [Event.CELL, 1, 5, 0, "body", 0, 0],
    [Event.OPAQUE, 1, 2, "eval"],
    [Event.CALL, 1, 2, 3, 0],
    [Event.STACK, 1, "at f (a.js:1:2)"],
    [Event.SHAPE, 1, 2, "arg:0", "string", 3],
    [Event.COUNT, 1, 2, 9, 7, 2, 4, 3],
    [Event.COST, 1, 2, 3, 4, 5],
    [Event.REQUEST, 1, 2, 3, "GET", "/", [["Host", "h"]], b"\xff", 0],
    [Event.AFTER, 1, 2, 3, 4],
    [Event.NOTE, "hello"],
    [Event.LATE, 1200],
    [Event.LEAD, 1, 2, 3, 4, 5],
    [Event.RAN, 1, 20],
    [Event.MAIL, 60, 3, 1, 0, 2],
]
KINDS = [
    *(Start, Enter, Exit, Hand, Read, Write, CellUsed, OpaqueSeen, Call, StackSeen),
    *(
        ShapeSeen,
        Count,
        Overhead,
        Request,
        AfterSeen,
        Note,
        Late,
        LeadSeen,
        BlockRan,
        Mail,
    ),
]


def decoded(*blocks: bytes) -> tuple[list[Record], Tally]:
    tally = Tally()
    return list(decode(blocks, tally)), tally


def packed(*records: Any) -> bytes:
    return b"".join(pack(record) for record in records)


ENCODE = """
const { Encoder } = require(process.argv[1])
const out = new Encoder((block) => process.stdout.write(block))
for (const value of process.argv.slice(2)) {
  out.open(1, 4, 64)
  for (const field of [1, 7, Number(value), Number(value)]) out.int(field)
}
out.flush()
"""
TIMES = (0, 127, 128, 2**32 - 1, 2**32, 2**53 + 2, 1_760_000_000_123_456_768, 2**62)


def test_nanoseconds_beyond_doubles_lose_precision_but_no_order(node: Path) -> None:
    encoder = Path(__file__).parents[2] / "agent/probe/encoder.js"
    done = subprocess.run(
        [node, "-e", ENCODE, encoder, *map(str, TIMES)],
        capture_output=True,
        check=True,
    )
    found, tally = decoded(done.stdout)
    assert [record.zero_ns for record in found] == list(TIMES)  # type: ignore[union-attr]
    assert [record.clock_ns for record in found] == list(TIMES)  # type: ignore[union-attr]
    assert tally == Tally(records=len(TIMES))


def test_a_start_of_an_earlier_probe_told_no_clock() -> None:
    found, _ = decoded(packed([Event.START, abi.VERSION, 1, 5]))
    assert found == [Start(abi.VERSION, 1, 5, 0)]


def test_a_cost_of_an_earlier_probe_told_no_idle_time() -> None:
    found, tally = decoded(packed([Event.COST, 1, 2, 3, 4]))
    assert found == [Overhead(1, 2, 3, 4, 0)]
    assert tally == Tally(records=1)


def test_an_entry_of_an_earlier_probe_told_no_trigger() -> None:
    found, _ = decoded(packed([Event.ENTER, 1, 2, 3, 4, 5, 6, 7, 8]))
    assert found == [Enter(1, 2, 3, 4, 5, 6, 7, 8, 0)]


def test_every_record_is_read_as_its_kind() -> None:
    found, tally = decoded(packed(*GOOD))
    assert [type(record) for record in found] == KINDS
    assert tally == Tally(records=len(GOOD))
    for record, raw in zip(found, GOOD, strict=True):
        if not isinstance(record, Request):
            assert list(record) == raw[1:]


def test_a_request_is_read_as_a_fact() -> None:
    found, _ = decoded(packed(GOOD[13]))
    assert isinstance(found[0], Request)
    assert found[0].fact.headers == (("Host", "h"),)
    assert found[0].fact.body == b"\xff"


def test_counts_of_a_probe_without_bursts_have_nothing_gated() -> None:
    found, _ = decoded(packed([Event.COUNT, 1, 2, 9, 7, 2]))
    assert found == [Count(1, 2, 9, 7, 2, 0)]


def test_whole_numbers_may_come_as_floats_or_booleans() -> None:
    found, tally = decoded(packed([Event.EXIT, 5.0, 2, 0], [Event.CALL, 1, 2, 3, True]))
    assert found == [Exit(5, 2, 0), Call(1, 2, 3, 1)]
    assert tally.malformed == 0


@pytest.mark.parametrize(
    "record",
    [
        [Event.ENTER],
        [Event.ENTER, 1, 2, 3],
        [Event.ENTER, 1, 2, 3, 4, 5, 6, 7, -8],
        [Event.ENTER, 1, 2, 3, 4, 5, 6, 7, 2**60],
        [Event.EXIT, 1, 2, 4],
        [Event.EXIT, 1.5, 2, 3],
        [Event.EXIT, float("nan"), 2, 3],
        [Event.EXIT, float("inf"), 2, 3],
        [Event.READ, "a", 2, 3],
        [Event.READ, None, 2, 3],
        [Event.CELL, 0, 1, 0, "k", 0, 0],
        [Event.CELL, 1, 6, 0, "k", 0, 0],
        [Event.CELL, 1, 5, 0, {"__proto__": 1}, 0, 0],
        [Event.COUNT, 1, 2, 9, 7, 3],
        [Event.NOTE, 5],
        [Event.START, abi.VERSION, 1],
        [Event.REQUEST, 1, 2, 3, "GET", "/", [["Host", 5]], b"", 0],
        [Event.REQUEST, 1, 2**60, 3, "GET", "/", [], b"", 0],
        [Event.REQUEST],
    ],
)
def test_a_record_with_the_wrong_fields_is_counted(record: list[Any]) -> None:
    found, tally = decoded(packed(record, [Event.NOTE, "after"]))
    assert found == [Note("after")]
    assert tally.malformed == 1
    assert "wrong fields" in tally.words()[0]


@pytest.mark.parametrize(
    "thing", [5, "x", None, {"__proto__": {"a": 1}}, [], [[]], [99, 1], [{}], ["ENTER"]]
)
def test_what_is_no_record_is_counted(thing: Any) -> None:
    found, tally = decoded(packed(thing, [Event.NOTE, "after"]))
    assert found == [Note("after")]
    assert tally.unknown == 1


@pytest.mark.parametrize("version", [0, abi.VERSION + 1, 2**62])
def test_another_version_is_an_error(version: int) -> None:
    with pytest.raises(ProtocolError, match="version"):
        decoded(packed([Event.START, version, 1, 1]))


def test_a_block_cut_anywhere_gives_its_whole_records() -> None:
    whole = packed(*GOOD)
    for cut in range(len(whole)):
        found, tally = decoded(whole[:cut], packed([Event.NOTE, "next"]))
        assert found[-1] == Note("next")
        assert tally.records == len(found)
        end = len(packed(*GOOD[: len(found) - 1]))
        assert tally.lost_bytes == cut - end


@pytest.mark.parametrize(
    "bad",
    [
        b"\xc1",
        b"\x91" * 100_000,
        b"\x81\x90\x90",
        b"\xdd\xff\xff\xff\xff",
        b"\xdf\xff\xff\xff\xff",
        b"\xdb\xff\xff\xff\xff",
        b"\xc9\xff\xff\xff\xff\x01",
        b"\xd8\xff" + b"\xff" * 16,
        b"\x92\x10\xda\xff\xff",
    ],
)
def test_hostile_bytes_cost_only_their_block(bad: bytes) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found, tally = decoded(packed([Event.NOTE, "a"]) + bad, packed([Event.NOTE, "b"]))
    assert found == [Note("a"), Note("b")]
    assert tally.damaged_blocks == 1
    assert tally.lost_bytes == len(bad)
    assert "damaged" in tally.words()[-1]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_nested_claims_of_size_need_little_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    decoded(b"\xdd\x00\x00\x0f\xff" * 200_000)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def test_text_that_is_no_utf8_is_kept_readable() -> None:
    found, _ = decoded(b"\x92\x10\xa3a\xffb")
    assert found == [Note("a\ufffdb")]


@given(st.lists(st.binary(max_size=200), max_size=5))
def test_any_bytes_are_read_or_counted(blocks: list[bytes]) -> None:
    tally = Tally()
    try:
        found = list(decode(blocks, tally))
    except ProtocolError:
        return
    assert tally.records == len(found)
    assert tally.lost_bytes <= sum(map(len, blocks))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text()
    | st.binary(),
    lambda inner: st.lists(inner, max_size=9) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.integers(0, 20), st.lists(JSON, max_size=9))
def test_any_values_in_a_record_are_read_or_counted(code: int, rest: list[Any]) -> None:
    tally = Tally()
    try:
        found = list(decode([packed([code, *rest])], tally))
    except ProtocolError:
        assert code == Event.START
        return
    assert len(found) + tally.malformed + tally.unknown == 1


@given(st.data())
def test_one_changed_byte_never_stops_the_rest(data: st.DataObject) -> None:
    block = bytearray(packed(*GOOD[1:]))
    at = data.draw(st.integers(0, len(block) - 1))
    block[at] = data.draw(st.integers(0, 255))
    try:
        found, _ = decoded(bytes(block), packed([Event.NOTE, "next block"]))
    except ProtocolError:
        return
    assert found[-1] == Note("next block")


def test_a_touch_of_an_earlier_probe_told_no_object() -> None:
    found, _ = decoded(packed([Event.READ, 1, 2, 3], [Event.WRITE, 1, 2, 3]))
    assert found == [Read(1, 2, 3, 0, 0), Write(1, 2, 3, 0, 0)]
