"""Collapsed stacks: a line is a stack, whatever its frames are called."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from hypothesis import given

from profiler.formats.collapsed import collapsed
from profiler.formats.named import Asked
from tests.profiler.formats.making import (
    ROOT,
    base,
    frame,
    is_inert,
    package,
    profiles,
    stacks,
)

ALL = Asked(fold=False)


def text_of(frame):
    """A frame as it stands in a line."""
    name, file, line, column = frame
    return f"{name} ({file}:{line}:{column})".replace(";", "\\u{3b}")


@given(profiles())
def test_speedscope_sees_every_stack_with_its_time(readers, recording):
    text = collapsed(recording, ALL)
    wanted: Counter[tuple[Any, ...]] = Counter()
    for stack, self_us in stacks(recording).items():
        wanted[tuple(map(text_of, stack))] += self_us
    (profile,) = readers.read("speedscope", text)
    found: Counter[tuple[Any, ...]] = Counter()
    for call in profile["calls"]:
        found[tuple(name for name, *_ in call["stack"])] += call["self"]
    assert +found == wanted


@given(profiles())
def test_every_line_is_what_flamegraph_pl_takes(recording):
    text = collapsed(recording, ALL)
    assert is_inert(text)
    lines = text.splitlines()
    assert len(lines) == text.count("\n"), "no name breaks a line"
    # Its own pattern; what is before it is split at semicolons.
    found = [re.fullmatch(r"(.*)\s+?(\d+(?:\.\d*)?)", line) for line in lines]
    frames = [one[1].split(";") for one in found if one]
    assert len(frames) == len(lines)
    depths = Counter(len(stack) for stack in stacks(recording))
    assert {len(one) for one in frames} == set(depths)


def test_a_line_reads_as_one_would_say_it():
    frames = (
        ROOT,
        frame(2, 1, "handle", 5),
        package(3, 2, "next"),
        frame(4, 3, "", 7),
    )
    handle, later = "handle (server.js:2:2)", "(anonymous) (server.js:4:2)"
    assert collapsed(base(frames=frames), Asked()).splitlines() == [
        f"{handle} 5",
        f"{handle};express (node_modules/express);{later} 7",
    ]
