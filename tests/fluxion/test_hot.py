"""Who burns the CPU, and who lies above; and two profiles as one."""

from __future__ import annotations

import json

import pytest

from agent.profile import joined
from fluxion.hot import read_hot


def node(number, name, script, line, children=()):
    frame = {
        "functionName": name,
        "script": script,
        "lineNumber": line,
        "columnNumber": 0,
    }
    return {"id": number, "callFrame": frame, "children": list(children)}


def profile(samples, deltas):
    nodes = [
        node(1, "(root)", 0, -1, [2, 5]),
        node(2, "handler", 7, 10, [3]),
        node(3, "encode", 7, 20, [4]),
        node(4, "encode", 7, 20),
        node(5, "(idle)", 0, -1),
    ]
    return json.dumps(
        {
            "nodes": nodes,
            "startTime": 0,
            "endTime": sum(deltas),
            "samples": samples,
            "timeDeltas": deltas,
        }
    )


def test_shares_are_of_the_busy_time_and_recursion_counts_once():
    hot = read_hot(profile([2, 3, 4, 5], [10, 40, 50, 900]))
    assert hot.own == pytest.approx({(7, 10, 0): 0.1, (7, 20, 0): 0.9})
    assert hot.total == pytest.approx({(7, 10, 0): 1.0, (7, 20, 0): 0.9})


@pytest.mark.parametrize("text", ["", "{}", "[]", "no json", '{"nodes": []}'])
def test_no_profile_is_no_heat(text):
    assert read_hot(text).own == {}


def test_two_profiles_are_one():
    one, two = profile([2, 3], [10, 10]), profile([4, 1, 2], [20, 5, 30])
    both = json.loads(joined(one, two))
    assert len({n["id"] for n in both["nodes"]}) == len(both["nodes"]) == 9
    assert (both["startTime"], both["endTime"]) == (0, 75)
    assert both["timeDeltas"] == [10, 10, 20, 5, 30]
    hot = read_hot(json.dumps(both))
    assert hot.own[7, 10, 0] == pytest.approx(40 / 70)
    assert joined("", two) == two
    assert joined(one, "") == one


def test_parts_of_the_work_are_not_handlers():
    nodes = [
        node(1, "(root)", 0, -1, [2]),
        node(2, "middleware", 7, 1, [3]),
        node(3, "next", 8, 1, [4]),
        node(4, "handler", 7, 2, [5]),
        node(5, "map", 0, -1, [6]),
        node(6, "part", 7, 3),
    ]
    text = json.dumps({"nodes": nodes, "samples": [2, 4, 6], "timeDeltas": [1, 9, 90]})
    hot = read_hot(text)
    app = {(7, 1, 0), (7, 2, 0), (7, 3, 0)}
    assert hot.above((7, 1, 0))
    assert hot.above((7, 2, 0))
    assert hot.burns((7, 3, 0))
    assert hot.inside(app) == {(7, 3, 0)}
    assert hot.inside(app - {(7, 2, 0)}) == set(), "called by a framework"
    assert hot.below(app) == set()
    assert hot.below({(7, 1, 0)}) >= {(8, 1, 0), (7, 2, 0), (7, 3, 0)}
    assert (8, 1, 0) not in hot.below({(7, 2, 0)}), "it calls the app: a framework"
