from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewriter.syntax.positions import Lines


def test_lines_end_as_in_javascript():
    lines = Lines("a\r\nb\rc\u2028d\u2029e\nf\x0bg\x85h")
    assert lines.starts == [0, 3, 5, 7, 9, 11]
    assert lines.position(4) == (1, 1)
    assert lines.position(13) == (5, 2)


def test_columns_are_units():
    assert Lines("😀x").position(2) == (0, 2)


@given(st.text(alphabet="a\n\r\u2028😀"), st.data())
def test_positions_come_back(text: str, data: st.DataObject):
    lines = Lines(text)
    offset = data.draw(st.integers(0, lines.length))
    assert lines.offset(*lines.position(offset)) == offset


@pytest.mark.parametrize("place", [(1, 0), (-1, 0), (0, 4), (0, -1)])
def test_what_is_outside(place: tuple[int, int]):
    with pytest.raises(ValueError, match="there is no"):
        Lines("abc").offset(*place)
