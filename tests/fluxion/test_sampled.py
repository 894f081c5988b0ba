"""How long is sampled, in which parts, and what they make together."""

from __future__ import annotations

import json
import time

import pytest

from agent.target import by_pid
from fluxion import sampled
from fluxion.sampled import Wanted, fold, sample
from fluxion.stop import Stop
from fluxion.terminal import Terminal
from store.errors import NothingDone
from tests.agent.live import ports
from tests.fluxion.burning import Burning, written


@pytest.fixture
def app(tmp_path, spawn_node, free_port):
    return Burning(written(tmp_path), spawn_node, free_port, None)


def taken(app, wanted: Wanted, stop: Stop | None = None):
    stop = stop or Stop(lambda _: None)
    return sample(by_pid(app.pid), wanted, stop, Terminal(quiet=True))


def test_a_long_profile_comes_in_parts_that_make_one(app, monkeypatch):
    monkeypatch.setattr(sampled, "SLICE_S", 0.2)
    monkeypatch.setattr(sampled, "SHARE", 10.0)
    app.tell("begin")
    found = taken(app, Wanted(duration=2.0, rate=1000))
    app.tell("end")
    assert found.seconds > 1.9
    assert not found.gone
    assert found.stopped_ms > 0
    profile = json.loads(found.text)
    assert len(profile["samples"]) == len(profile["timeDeltas"]) > 100
    nodes = {node["id"] for node in profile["nodes"]}
    assert len(nodes) == len(profile["nodes"])
    assert set(profile["samples"]) <= nodes
    assert (
        sum(node["callFrame"]["functionName"] == "(root)" for node in profile["nodes"])
        == 1
    )
    assert ports(app.pid) == {app.port}


def test_what_was_asked_to_stop_has_what_was_seen(app):
    stop = Stop(lambda _: None)
    stop.ask()
    before = time.monotonic()
    for heap in (False, True):
        found = taken(app, Wanted(heap=heap, duration=600), stop)
        assert json.loads(found.text)
        assert not found.gone
    assert time.monotonic() - before < 300


def test_a_stop_that_is_too_long_is_not_made(app):
    with pytest.raises(NothingDone, match="--max-stall") as refused:
        taken(app, Wanted(max_stall_ms=1.0, duration=600))
    assert "--heap" in refused.value.hint
    assert ports(app.pid) == {app.port}
    assert taken(app, Wanted(heap=True, max_stall_ms=1.0, duration=0.2)).text


def part(n: int) -> str:
    root = {"id": 1, "callFrame": {"functionName": "(root)"}, "children": [2]}
    leaf = {"id": 2, "callFrame": {"functionName": f"f{n}"}}
    return json.dumps(
        {
            "nodes": [root, leaf],
            "samples": [2, 1],
            "timeDeltas": [0, 5],
            "startTime": 100 * n,
            "endTime": 100 * n + 10,
        }
    )


@pytest.mark.parametrize("count", [0, 1, 2, 3, 8, 17])
def test_parts_are_in_order_and_all_there(count):
    text = fold([part(n) for n in range(count)])
    if not count:
        assert text == ""
        return
    value = json.loads(text)
    names = {node["id"]: node["callFrame"]["functionName"] for node in value["nodes"]}
    told = [names[sample_] for sample_ in value["samples"]]
    assert told == [name for n in range(count) for name in (f"f{n}", "(root)")]
    assert value["endTime"] - value["startTime"] == 10 * count
