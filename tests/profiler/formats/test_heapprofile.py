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
    # Nodes stand where their frames stood: siblings of one name may be one.
    found: Counter[tuple[str, ...]] = Counter()
    waiting: list[tuple[Any, tuple[str, ...]]] = [(json.loads(text)["head"], ())]
    while waiting:
        node, path = waiting.pop()
        found[path] += node["selfSize"]
        waiting += (
            (child, (*path, child["callFrame"]["functionName"]))
            for child in node["children"]
        )
    names: Counter[tuple[str, ...]] = Counter()
    for stack, size in stacks(recording).items():
        names[tuple(one[0] for one in stack)] += size
    assert sum(found.values()) == sum(names.values())
    assert sorted(map(len, +found)) == sorted(map(len, +names))


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
