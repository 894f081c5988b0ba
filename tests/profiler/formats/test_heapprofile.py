"""A heap profile is read by another program as it was written."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from hypothesis import given

from profiler.formats.heapprofile import heapprofile
from profiler.formats.named import Asked
from tests.profiler.formats.making import ROOT, base, frame, profiles, stacks, total

ALL = Asked(fold=False, unit="bytes")


@given(profiles())
def test_every_byte_is_read_where_it_was_allocated(readers, recording):
    text = heapprofile(recording, ALL)
    (profile,) = readers.read("speedscope", text)
    assert profile["unit"] == "bytes"
    assert profile["total"] == total(recording)
    found: Counter[Any] = Counter()
    waiting = [(json.loads(text)["head"], ())]
    while waiting:
        node, path = waiting.pop()
        if node["selfSize"]:
            found[path] += node["selfSize"]
        for child in node["children"]:
            call = child["callFrame"]
            waiting.append((child, (*path, call["functionName"])))
    names: Counter[Any] = Counter()
    for path, size in stacks(recording).items():
        names[tuple(one[0] for one in path)] += size
    assert sum(found.values()) == sum(names.values())
    assert len(found) <= len(names)


def test_the_deepest_tree_is_written(readers):
    frames = [ROOT, *(frame(n, n - 1, f"f{n}", 1) for n in range(2, 400))]
    text = heapprofile(base(frames=tuple(frames)), ALL)
    (profile,) = readers.read("speedscope", text)
    assert profile["total"] == 398


def test_samples_are_those_of_the_nodes():
    frames = (ROOT, frame(2, 1, "a", 5), frame(3, 2, "b"), frame(4, 3, "c", 7))
    value = json.loads(heapprofile(base(frames=frames), ALL))
    assert [(one["size"], one["nodeId"]) for one in value["samples"]] == [
        (5, 2),
        (7, 4),
    ]
