"""Blocks are read up to their first damage, within bounded memory."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.packing import MAX_ITEMS, Reader, as_dict, as_list, pack

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2**53) | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=5),
)


@given(st.lists(VALUES, max_size=9))
def test_what_was_packed_is_read(values: list[Any]) -> None:
    block = b"".join(map(pack, values))
    reader = Reader(block)
    assert list(reader) == values
    assert reader.good == len(block)


@given(st.lists(VALUES, max_size=4), st.integers(0, 200))
def test_a_cut_block_gives_its_whole_records(values: list[Any], cut: int) -> None:
    block = b"".join(map(pack, values))[:cut]
    reader = Reader(block)
    found = list(reader)
    assert found == values[: len(found)]
    assert reader.good == len(b"".join(map(pack, found)))


@pytest.mark.parametrize(
    "block", [b"", b"\xc1", b"\xdd\xff\xff\xff\xff", pack(["x"] * (MAX_ITEMS + 1))]
)
def test_hostile_blocks_have_no_records(block: bytes) -> None:
    reader = Reader(block)
    assert list(reader) == []
    assert reader.good == 0


def test_values_of_the_wanted_kind_or_none() -> None:
    assert as_list([1]) == [1]
    assert as_list((1,)) is None
    assert as_dict({"a": 1}) == {"a": 1}
    assert as_dict([1]) is None
