"""What ran: blocks that said so, lines that were sampled; any text is read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler import coverage
from profiler.coverage import Coverage, sampled_lines
from profiler.records import BlockRan
from store.facts import Covered

NUMBERS = {"/app/a.js": 1, "/app/b.js": 2}


def sampled(*ticks: Any, **frame: Any) -> str:
    node = {"id": 1, "callFrame": {"url": "file:///app/a.js", **frame}}
    return json.dumps({"nodes": [{**node, "positionTicks": list(ticks)}]})


def test_what_ran_is_told_once_and_in_order() -> None:
    fold = Coverage()
    for record in (BlockRan(2, 9), BlockRan(1, 40), BlockRan(1, 7), BlockRan(2, 9)):
        fold.block(record)
    text = sampled({"line": 5, "ticks": 1}, {"line": 3, "ticks": 2})
    assert fold.facts(text, NUMBERS, {1, 2}) == (
        Covered(1, "block", 7),
        Covered(1, "block", 40),
        Covered(2, "block", 9),
        Covered(1, "line", 3),
        Covered(1, "line", 5),
    )


def test_scripts_that_nobody_knows_are_left_out() -> None:
    fold = Coverage()
    fold.block(BlockRan(7, 1))
    text = sampled({"line": 5}, url="file:///app/c.js", script=9)
    assert fold.facts(text, NUMBERS, {1, 2}) == ()


def test_our_number_of_a_script_counts_more_than_its_url() -> None:
    assert sampled_lines(sampled({"line": 5}, script=2), NUMBERS) == {(2, 5)}
    assert sampled_lines(sampled({"line": 5}, script=0), NUMBERS) == {(1, 5)}


def test_what_is_too_much_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "MOST", 2)
    fold = Coverage()
    for start in (1, 2, 3, 3, 1):
        fold.block(BlockRan(1, start))
    assert len(fold.facts(None, {}, {1})) == 2
    assert fold.unkept == 2
    many = sampled(*({"line": n} for n in range(1, 9)))
    assert len(sampled_lines(many, NUMBERS)) == 2


@pytest.mark.parametrize(
    "ticks", [{"line": -1}, {"line": 2**40}, {"line": "5"}, {"line": None}, {}, 7, None]
)
def test_no_line_is_taken_on_trust(ticks: Any) -> None:
    assert sampled_lines(sampled(ticks), NUMBERS) == set()


@given(st.text() | st.recursive(st.none() | st.integers(), st.lists).map(json.dumps))
def test_any_text_is_read(text: str) -> None:
    assert sampled_lines(text, NUMBERS) == set()


def test_nesting_without_end_is_no_profile() -> None:
    assert sampled_lines("[" * 100_000, NUMBERS) == set()
