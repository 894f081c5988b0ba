"""What the verbs take that read a recording."""

from __future__ import annotations

from pathlib import Path

import pytest

from fluxion.cli import parser


def parsed(line: str):
    return parser().parse_args(line.split())


@pytest.mark.parametrize(
    "line", ["report a.db", "chains a.db", "effects a.db", "plan a.db"]
)
def test_a_recording_is_enough(line):
    got = parsed(line)
    assert got.store == Path("a.db")
    assert not got.json


def test_a_change_takes_two_recordings_and_a_merge_many():
    assert parsed("report a.db b.db").after == Path("b.db")
    got = parsed("merge a.db b.db c.db -o all.db --force")
    assert (len(got.stores), got.output, got.force) == (3, Path("all.db"), True)


def test_the_static_list_is_asked_for():
    got = parsed("chains app.js --static --config mine.toml")
    assert (got.static, got.config) == (True, Path("mine.toml"))
    assert not parsed("chains a.db").static
