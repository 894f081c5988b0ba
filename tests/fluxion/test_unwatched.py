"""What is said of time that no watched callback explains."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fluxion.unwatched import unwatched_lines, unwatched_row
from fluxion.views import Names
from store.facts import Frame
from tests.fluxion.recordings import EVIL, recording

FRAMES = (
    Frame(1, 0, 0, "(root)", "", 0, 0, None, 0, 1_000_000),
    Frame(2, 1, 0, "emit", "node:events", 1, 1, None, 0, 1_000_000),
    Frame(3, 2, 0, EVIL, "file:///elsewhere/p.js", 7, 3, None, 0, 920_000),
    Frame(4, 3, 0, "between", "file:///elsewhere/q.js", 8, 3, None, 20_000, 920_000),
    Frame(5, 4, 0, "learn", "file:///elsewhere/r.js", 9, 3, None, 900_000, 900_000),
    Frame(6, 2, 0, "other", "file:///elsewhere/s.js", 1, 1, None, 80_000, 80_000),
)


def row_of(tmp_path, frames=FRAMES):
    return unwatched_row(Names(replace(recording(tmp_path), frames=frames)))


def test_it_is_told_with_the_way_down(tmp_path):
    row = row_of(tmp_path)
    assert (row["busy_ms"], row["unwatched_ms"], row["share"]) == (1000.0, 1000.0, 1.0)
    assert [one["line"] for one in row["way"]] == [7, 8, 9]
    who, way, helps = unwatched_lines(row)
    assert who.startswith("100% of main's time is in functions that were not watched")
    assert who.endswith("/elsewhere/p.js:7:3 takes 92% of all")
    assert way == "  most of that by way of between > learn  /elsewhere/r.js:9:3  90%"
    assert "fluxion record -- node" in helps
    row["way"][0]["file"] = "node_modules/a/node_modules/@b/request/lib/x.js"
    assert "--trace '*/node_modules/@b/request/*'" in list(unwatched_lines(row))[-1]
    assert not any(mark in who for mark in "\x1b\n\x00")


def test_nothing_is_said_where_callbacks_explain_most(tmp_path):
    row = row_of(tmp_path)
    assert list(unwatched_lines({**row, "share": 0.49})) == []
    assert list(unwatched_lines(None)) == []


@pytest.mark.parametrize("frames", [(), FRAMES[:2]])
def test_nothing_was_sampled(tmp_path, frames):
    assert row_of(tmp_path, frames) is None
