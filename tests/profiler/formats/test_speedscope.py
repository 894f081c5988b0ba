"""speedscope reads its own format as we write it: every bar as wide as it was."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given

from profiler.formats.named import Asked
from profiler.formats.speedscope import speedscope
from tests.profiler.formats.making import (
    ROOT,
    base,
    frame,
    package,
    profiles,
    stacks,
    total,
)

ALL, FOLDED = Asked(fold=False, version="1.2"), Asked()


def bars(profile):
    """What speedscope draws, as self times of stacks."""
    found: Counter[tuple[Any, ...]] = Counter()
    for call in profile["calls"]:
        found[tuple(map(tuple, call["stack"]))] += call["self"]
    return +found


@given(profiles())
def test_speedscope_sees_every_stack_with_its_time(readers, recording):
    text = speedscope(recording, ALL)
    assert text.isascii()
    assert readers.read("schema", text) is True
    (profile,) = readers.read("speedscope", text)
    assert bars(profile) == stacks(recording)
    assert profile["total"] == total(recording)
    assert profile["unit"] == "microseconds"


def test_packages_are_one_bar_each_unless_all_is_asked(readers):
    frames = (
        ROOT,
        frame(2, 1, "handle", 5),
        package(3, 2, "next", 10),
        package(4, 3, "dispatch", 20),
        frame(5, 4, "later", 40),
    )
    (profile,) = readers.read("speedscope", speedscope(base(frames=frames), FOLDED))
    shown = {frame["name"]: frame["self"] for frame in profile["frames"]}
    assert shown == {"handle": 5, "express": 30, "later": 40}
    (profile,) = readers.read("speedscope", speedscope(base(frames=frames), ALL))
    assert {frame["name"] for frame in profile["frames"]} == {
        *("handle", "next", "dispatch", "later")
    }


def test_time_of_the_root_itself_is_kept(readers):
    root = frame(1, 0, "(root)", 9, url="", line=0, column=0)
    text = speedscope(base(frames=(root, frame(2, 1, "a", 1))), ALL)
    (profile,) = readers.read("speedscope", text)
    assert profile["total"] == 10
    assert {f["name"]: f["self"] for f in profile["frames"]} == {"(root)": 9, "a": 1}
