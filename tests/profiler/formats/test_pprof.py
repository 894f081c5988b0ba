"""pprof's decoder and speedscope read our bytes, and see every stack with its time."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given

from profiler.formats.named import Asked
from profiler.formats.pprof import LARGEST, pprof
from tests.profiler.formats.making import (
    ROOT,
    base,
    frame,
    package,
    profiles,
    stacks,
    total,
)
from tests.profiler.telling import ZERO_NS

ALL = Asked(fold=False)


@given(profiles())
def test_its_decoder_sees_every_stack_with_its_time(readers, recording):
    profile = readers.read("pprof", pprof(recording, ALL))
    found: Counter[tuple[Any, ...]] = Counter()
    for sample in profile["samples"]:
        (value,) = sample["values"]
        found[tuple(map(tuple, reversed(sample["stack"])))] += value
    wanted = {stack: us * 1000 for stack, us in stacks(recording).items()}
    assert found == wanted
    assert profile["types"] == [["wall", "nanoseconds"]]
    assert profile["duration"] == 3_500_000_000
    assert profile["time"] == str(ZERO_NS)


@given(profiles())
def test_speedscope_sees_the_same_total(readers, recording):
    (profile,) = readers.read("speedscope", pprof(recording, ALL))
    assert profile["total"] == total(recording) * 1000
    assert sum(f["self"] for f in profile["frames"]) == total(recording) * 1000


def test_the_same_recording_gives_the_same_bytes():
    recording = base(frames=(ROOT, frame(2, 1, "a", 1)))
    assert pprof(recording, ALL) == pprof(recording, ALL)


def test_packages_are_folded(readers):
    frames = (ROOT, package(2, 1, "next", 1), package(3, 2, "route", 2))
    profile = readers.read("pprof", pprof(base(frames=frames), Asked()))
    (sample,) = profile["samples"]
    assert sample["stack"] == [["express", "node_modules/express", 0, 0]]
    assert sample["values"] == [3000]


def test_numbers_beyond_reason_are_still_numbers(readers):
    huge = frame(2, 1, "a", 2**63 - 1, line=2**62)
    recording = base(frames=(ROOT, huge), seconds=float("inf"), zero_ns=-5)
    profile = readers.read("pprof", pprof(recording, ALL))
    (sample,) = profile["samples"]
    assert list(map(float, sample["values"])) == [float(LARGEST)]
    assert profile["time"] == "0"


def test_a_recording_without_a_profile_is_an_empty_one(readers):
    profile = readers.read("pprof", pprof(replace(base(), frames=()), ALL))
    assert profile["samples"] == []
