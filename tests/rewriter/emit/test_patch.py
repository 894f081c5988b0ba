from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewriter.emit.patch import Patch, Segment, slug
from rewriter.syntax.positions import Lines
from rewriter.syntax.tree import to_units


def test_insertions_leave_every_line_where_it_was():
    patch = Patch("a\nbcd\ne")
    patch.insert(3, "<1>")
    patch.insert(3, "<2>")
    patch.replace(4, 5, Segment("D"))
    assert patch.text() == "a\nb<1><2>cD\ne"
    assert patch.edits() == [(3, 3, "<1>"), (3, 3, "<2>"), (4, 5, "D")]


def position(table, line, column):
    rows = table.get(line)
    if rows is None:
        return line, column
    row = [r for r in rows if r[0] <= column][-1]
    return row[1], row[2] + (0 if row[3] else column - row[0])


def test_positions_lead_back_to_the_original():
    text = "one\nf(a, b); g()\nthree"
    patch = Patch(text)
    patch.insert(4, "((t=", origin=4)
    patch.insert(5, "),[")
    patch.insert(11, "],call())", origin=4)
    new = patch.text()
    table = patch.positions()
    line = new.split("\n")[1]
    assert position(table, 2, line.index("f")) == (2, 0)
    assert position(table, 2, line.index("call")) == (2, 0)
    assert position(table, 2, line.index("a, b")) == (2, 2)
    assert position(table, 2, line.index("g()")) == (2, 9)
    assert position(table, 3, 2) == (3, 2)


def test_copied_text_keeps_its_own_columns():
    patch = Patch("try\n  abc")
    patch.replace(0, 0, Segment("x("), Segment("abc", 6, linear=True), Segment(")"))
    assert patch.text() == "x(abc)try\n  abc"
    assert position(patch.positions(), 1, 4) == (2, 4)


@given(st.data())
def test_every_kept_character_is_found_again(data):
    text = data.draw(st.text("ab\n\r\u2028\U0001f600", max_size=30))
    patch = Patch(text)
    places = data.draw(st.lists(st.integers(0, len(patch.units)), max_size=6))
    for at in places:
        if patch.units[at - 1 : at + 1] == "\r\n":
            continue
        patch.insert(at, data.draw(st.sampled_from(["<>", "\U0001f600", "[x]"])))
    new, table = to_units(patch.text()), patch.positions()
    lines, before = Lines(patch.text()), Lines(text)
    for at in range(len(patch.units)):
        shift = sum(len(to_units(new_)) for s, _, new_ in patch.edits() if s <= at)
        line, column = lines.position(at + shift)
        assert new[at + shift] == patch.units[at]
        old_line, old_column = before.position(at)
        assert position(table, line + 1, column) == (old_line + 1, old_column)


def test_a_part_is_rendered_without_what_borders_on_it():
    patch = Patch("f{x}g")
    patch.insert(1, "A")
    patch.insert(2, "B")
    patch.insert(4, "C")
    assert patch.part(1, 4) == "{Bx}"


def test_changes_that_overlap_or_add_lines_are_mistakes():
    patch = Patch("abc\ndef")
    with pytest.raises(AssertionError):
        patch.insert(0, "x\ny")
    with pytest.raises(AssertionError):
        patch.replace(2, 5, Segment("x"))
    patch.replace(0, 2, Segment("x"))
    patch.replace(1, 3, Segment("y"))
    with pytest.raises(AssertionError):
        patch.text()


@pytest.mark.parametrize(
    "name", ["/a/../../B c.js", "CON", "\u202e\x00é.js", "a" * 300, "", "----"]
)
def test_a_slug_is_harmless(name):
    made = slug(name)
    assert 0 < len(made) <= 40
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-")
