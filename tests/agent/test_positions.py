"""Offsets of V8's positions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agent.positions import Lines, part


def units(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def test_lines_end_where_v8_ends_them():
    lines = Lines("a\r\nb\rc\u2028d\n\u2029e")
    assert [lines.offset(line, 0) for line in range(6)] == [0, 3, 5, 7, 9, 10]


def test_wide_characters_count_two():
    text = "\U0001f600\n\U0001f600x"
    lines = Lines(text)
    assert lines.offset(1, 2) == 5
    assert lines.place(5) == (1, 2)
    assert part(text, 3, 5) == "\U0001f600"


@given(st.text(alphabet="ab\n\r\u2028\U0001f600"))
def test_every_offset_comes_back(text):
    lines = Lines(text)
    assert lines.length == len(units(text)) // 2
    for offset in range(lines.length + 1):
        assert lines.offset(*lines.place(offset)) == offset


@given(st.text(alphabet="a\U0001f600"), st.integers(0, 9), st.integers(0, 9))
def test_parts_are_cut_by_units(text, start, end):
    cut = part(text, start, end)
    assert units(cut) == units(text)[2 * start : 2 * end]


def test_positions_outside_stay_inside():
    lines = Lines("ab\ncd")
    assert lines.offset(99, 99) == 5
    assert lines.offset(-1, -1) == 0
