"""Two profiles behind each other have the time of both, by script and function."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from profiler.frames import read_frames
from profiler.profiles import joined
from store.facts import Script

SCRIPTS = [
    Script(number, "", f"/app/{number}.js", "", 9, "commonjs") for number in (1, 7)
]


def profile(script: int, deltas: list[int], samples: list[int], start: int) -> str:
    frames = [("(root)", 0), ("a", script), ("b", script)]
    nodes: list[dict[str, Any]] = [
        {
            "id": number,
            "callFrame": {
                "functionName": name,
                "scriptId": "5",
                "script": of,
                "url": "",
                "lineNumber": number,
                "columnNumber": 0,
            },
            "children": [2, 3] if number == 1 else [],
        }
        for number, (name, of) in enumerate(frames, 1)
    ]
    return json.dumps(
        {
            "nodes": nodes,
            "startTime": start,
            "endTime": start + sum(deltas) + 40,
            "samples": samples,
            "timeDeltas": deltas,
        }
    )


def times(text: str, script: int | None = None) -> Counter[tuple[str, int]]:
    found: Counter[tuple[str, int]] = Counter()
    for frame in read_frames(text, SCRIPTS, ()):
        found[frame.name, script or frame.script] += frame.self_us
    return +found


ONE = profile(1, [10, 20, 30], [2, 3, 2], 1000)
TWO = profile(7, [5, 100, 200], [3, 3, 2], 9_000_000)


def test_each_function_has_the_time_of_both() -> None:
    both = joined(ONE, TWO, lambda number: {7: 1}[number])
    assert both is not None
    assert times(both) == times(ONE) + times(TWO, script=1)
    again = joined(both, TWO, lambda number: number)
    assert again is not None
    assert times(again) == times(both) + times(TWO)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"nodes": [1]}', "[" * 100_000])
def test_what_kept_no_samples_is_not_joined(text: str) -> None:
    assert joined(ONE, text, int) is None
    assert joined(text, ONE, int) is None
