"""Who burns the CPU, and who lies above; on what evidence; and two profiles as one."""

from __future__ import annotations

import json
import random

import pytest

from agent.profile import joined
from fluxion.hot import BURNS, ENOUGH, INSIDE, LONG, read_hot


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
    assert hot.own[7, 10, 0] == pytest.approx((0.1, 1))
    assert hot.own[7, 20, 0] == pytest.approx((0.9, 2))
    assert hot.total[7, 10, 0] == pytest.approx((1.0, 3))
    assert hot.total[7, 20, 0] == pytest.approx((0.9, 2))


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
    assert hot.own[7, 10, 0] == pytest.approx((40 / 70, 2))
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
    samples = [*[2] * 2, *[4] * 18, *[6] * 180]
    told = {"nodes": nodes, "samples": samples, "timeDeltas": [2000] * 200}
    hot = read_hot(json.dumps(told))
    app = {(7, 1, 0), (7, 2, 0), (7, 3, 0)}
    assert hot.above((7, 1, 0))
    assert hot.above((7, 2, 0))
    assert hot.burns((7, 3, 0))
    assert hot.inside(app) == {(7, 3, 0)}
    assert hot.inside(app - {(7, 2, 0)}) == set(), "called by a framework"
    assert hot.below(app) == set()
    assert hot.below({(7, 1, 0)}) >= {(8, 1, 0), (7, 2, 0), (7, 3, 0)}
    assert (8, 1, 0) not in hot.below({(7, 2, 0)}), "it calls the app: a framework"


def sampled(seen: list[str], names: list[str]) -> str:
    """A profile of functions called by a handler, or by nobody: `-` is idle."""
    nodes = [
        node(1, "(root)", 0, -1, [2, 3]),
        node(2, "(idle)", 0, -1),
        node(3, "handler", 7, 1, range(4, 4 + len(names))),
        *(node(n, name, 7, n) for n, name in enumerate(names, 4)),
    ]
    numbers = {"-": 2, "handler": 3, **{name: n for n, name in enumerate(names, 4)}}
    told = {
        "nodes": nodes,
        "samples": [numbers[one] for one in seen],
        "timeDeltas": [2000] * len(seen),
    }
    return json.dumps(told)


@pytest.mark.parametrize("work", range(ENOUGH))
def test_a_few_samples_are_no_evidence(work):
    """In an app that idles, some samples are a large share of what was busy."""
    part, own = (7, 4, 0), {(7, 1, 0), (7, 4, 0)}
    hot = read_hot(sampled(["part", "-"] * work + ["-"] * 1400, ["part"]))
    assert not hot.burns(part)
    assert not hot.above((7, 1, 0))
    assert hot.inside(own) == set()


def test_enough_samples_are():
    part = (7, 4, 0)
    hot = read_hot(sampled(["part", "-"] * ENOUGH, ["part"]))
    assert hot.burns(part)
    assert hot.above((7, 1, 0))
    assert hot.inside({(7, 1, 0), part}) == {part}


def test_one_long_run_is_evidence_by_itself():
    part = (7, 4, 0)
    row = ["part"] * LONG
    assert read_hot(sampled([*row, "-"], ["part"])).burns(part)
    short = [*row[1:], "-", *row[1:], "other", "part"]
    assert not read_hot(sampled(short, ["part", "other"])).burns(part)


def left_out(share: float, busy: int, dice: random.Random) -> bool:
    """Does one recording leave a function out that has this share of the CPU?

    It never runs for so long that samples in a row would meet it.
    """
    drawn = sum(dice.random() < share for _ in range(busy))
    seen = ["part", "-"] * drawn + ["handler", "-"] * (busy - drawn)
    return read_hot(sampled(seen, ["part"])).burns((7, 4, 0))


@pytest.mark.parametrize("busy", [20, 150, 1500])
def test_how_often_chance_decides_is_what_is_said(busy):
    """Half of where the limit lies: 0.8 % are left out; twice: 0.07 % are traced."""
    dice = random.Random(busy)
    limit = max(BURNS, INSIDE, ENOUGH / busy)
    runs = 400
    half = sum(left_out(limit / 2, busy, dice) for _ in range(runs))
    twice = sum(left_out(min(1.0, limit * 2), busy, dice) for _ in range(runs))
    print(f"{busy} busy: half {half} of {runs} left out, twice {twice}")
    assert half <= runs * 0.025
    assert twice >= runs * 0.99
