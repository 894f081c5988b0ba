from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rewriter.syntax.units import from_units, to_units


@given(st.text())
def test_units_come_back(text: str):
    units = to_units(text)
    assert from_units(units) == text
    assert len(units) == len(text.encode("utf-16-le", "surrogatepass")) // 2


def test_lone_surrogates_survive():
    assert from_units(to_units("a\ud83d")) == "a\ud83d"
    assert from_units("\ud83d\ude00") == "\U0001f600"
    assert to_units("\U0001f600") == "\ud83d\ude00"
