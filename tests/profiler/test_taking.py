"""Blocks that are taken in as rows say what they say record by record."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from profiler.decode import LARGEST, Tally
from profiler.fold import Fold
from profiler.rows import plain_rows
from profiler.streams import LARGEST_NUMBER, Streams
from profiler.taking import Taking
from store import abi
from store.abi import Event
from store.facts import Recording
from store.journal import Block, Observed
from store.packing import pack
from tests.profiler.telling import APP, EXPRESS, PROCESS
from tests.profiler.test_derive import FUNCTIONS, SAID, told

LARGE = st.sampled_from([0, 1, 2, 3, LARGEST_NUMBER, LARGEST])
PLAIN = st.one_of(
    *(
        st.tuples(st.just(int(code)), *[LARGE] * fields)
        for code, fields in (
            *((Event.ENTER, 9), (Event.EXIT, 3), (Event.CALL, 4)),
            *((Event.READ, 5), (Event.WRITE, 5)),
        )
    )
)
STRANGE = st.sampled_from(
    [
        [99],
        [],
        7,
        "text",
        [Event.READ, -1, 2, 3, 0, 0],
        [Event.READ, 1, 2, 3],
        [5.0, 1, 1],
    ]
)


def taken(blocks: list[Block], *, by_rows: bool) -> tuple[Recording, Tally, Any]:
    streams = Streams()
    fold = Fold(streams)
    taking = Taking(streams, fold)
    for block in blocks:
        (taking.block if by_rows else taking.records)(block)
    observed = Observed(PROCESS, 1.0, (APP, EXPRESS), FUNCTIONS)
    return fold.recording(observed, {}), taking.tally, fold.words()


def assert_same(blocks: list[Block]) -> None:
    assert taken(blocks, by_rows=True) == taken(blocks, by_rows=False)


@given(st.lists(SAID, min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_of_several_isolates_and_streams(said: list[Any], chance: Any) -> None:
    streams = [
        [Block(one, number % 2 + 1) for one in told(records, (9, 10**9 * number, 1))]
        for number, records in enumerate(said)
    ]
    blocks: list[Block] = []
    while any(streams):
        blocks.append(chance.choice([one for one in streams if one]).pop(0))
    assert any(plain_rows(block.data) is not None for block in blocks)
    assert_same(blocks)


@given(st.lists(PLAIN | STRANGE, max_size=30), st.integers(0, 400))
def test_of_numbers_and_things_that_no_probe_writes(said: list[Any], cut: int) -> None:
    start = pack([Event.START, abi.VERSION, 1, 10**9, 1])
    block = start + b"".join(map(pack, said))
    assert_same([Block(block), Block(block[:cut], 2), Block(block[len(start) :], 2)])


def test_runs_without_entries_and_impossible_ones_are_counted_once() -> None:
    said = [
        [Event.ENTER, 1, 0, 1, 120, 1, 0, 0, 0, 0],
        [Event.ENTER, 1, 1, 1, 120, 1, 0, 0, 0, 0],
        [Event.READ, 1, 5, 0, 0, 0],
        [Event.READ, 1, 5, 3, 0, 0],
        [Event.WRITE, 8, 5, 3, 0, 0],
        [Event.CALL, 8, 5, 3, 0],
        [Event.EXIT, 2, 1, 4],
        [Event.EXIT, 2, 1, 3],
    ]
    block = Block(b"".join(map(pack, said)))
    assert plain_rows(block.data) is not None
    recording, tally, words = taken([block], by_rows=True)
    assert (tally.records, tally.malformed) == (6, 2)
    assert words == ("2 records were of runs whose start is not known",)
    assert [effect.count for effect in recording.effects] == [1]
    assert_same([block])
