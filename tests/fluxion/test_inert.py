"""Names from a target cannot touch the terminal."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxion.inert import inert, inert_json


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain name", "plain name"),
        ("\x1b[31mred", "␛[31mred"),
        ("two\nlines\r", "two␊lines␍"),
        ("right\u202eleft", "right\\u{202e}left"),
        ("\x7f\x9b", "\\u{7f}\\u{9b}"),
        ("line\u2028end", "line\\u{2028}end"),
        ("lone \ud800", "lone \\u{d800}"),
        ("<script>", "<script>"),
    ],
)
def test_what_is_not_printable_is_shown(text, shown):
    assert inert(text) == shown


@given(st.text(max_size=300))
def test_nothing_gets_through(text):
    shown = inert(text, 50)
    assert len(shown) <= 50
    assert all(unicodedata.category(c)[0] != "C" for c in shown)


@given(st.dictionaries(st.text(max_size=30), st.text(max_size=300)))
def test_json_means_the_same_and_obeys_nobody(value):
    shown = inert_json(json.dumps(value, ensure_ascii=False))
    assert json.loads(shown) == value
    assert all(unicodedata.category(c)[0] != "C" for c in shown)
