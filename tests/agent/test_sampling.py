"""Sampling leaves a target as it was found, and puts nothing into it."""

from __future__ import annotations

import json
import time

import pytest

from agent import leftover
from agent.bulk import Bulk
from agent.discovery import discover
from agent.inspector import Endpoint, open_inspector
from agent.sampling import described, sampling
from agent.target import Target, by_pid, resolve
from store.errors import NoTarget, TargetGone
from tests.agent.live import attached, get, ports
from tests.agent.test_inspector import close
from tests.processes import eventually


def test_two_sessions_and_nothing_else(start_app):
    process, port = start_app()
    told: list[str] = []
    with sampling(by_pid(process.pid), told.append) as found:
        assert found.alive
        assert not found.ending()
        assert 5 < found.predicted_ms() < 5000
        assert found.process.argv[1].endswith("app.js")
        assert found.process.entry.endswith("app.js")
        assert found.process.node.startswith("v")
        assert abs(found.process.started_ns / 1e9 - time.time()) < 60
        assert leftover.by(process.pid) is not None
        found.cpu.start(1000)
        get(port, "/slow")
        frames = [n["callFrame"] for n in json.loads(found.cpu.stop())["nodes"]]
        assert any(frame["url"].endswith("app.js") for frame in frames)
        assert found.steps["Profiler.start"] > 0
    assert ports(process.pid) == {port}
    assert leftover.by(process.pid) is None
    sent = [line for line in told if "." in line.split(" ")[0]]
    assert not [line for line in sent if line.startswith(("Debugger", "NodeWorker"))]
    assert not [line for line in sent if "install" in line]
    assert told[-1].endswith("closed")


def test_what_runs_when_it_ends_is_stopped(start_app):
    process, port = start_app()

    def fail() -> None:
        with sampling(by_pid(process.pid)) as found:
            found.cpu.start(1000)
            found.heap.start(4096)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert ports(process.pid) == {port}


def test_an_inspector_that_was_open_stays_open(start_app):
    process, _ = start_app()
    endpoint = open_inspector(by_pid(process.pid))
    with sampling(by_pid(process.pid)) as found:
        assert found.alive
    with sampling(resolve(f":{endpoint.port}")) as found:
        assert found.process.pid == process.pid, "found by its port"
    assert endpoint.port in ports(process.pid)
    with Bulk(endpoint.url) as bulk:
        assert bulk.evaluate("1 + 1") == 2
    close(endpoint)


def test_one_that_another_debugger_uses_stays_open(start_app):
    process, port = start_app()
    with sampling(by_pid(process.pid)):
        (number,) = ports(process.pid) - {port}
        url = discover("127.0.0.1", number) or ""
        other = Bulk(url)
    with other:
        assert other.evaluate("1 + 1") == 2
    assert ports(process.pid) == {port, number}
    close(Endpoint("127.0.0.1", number, url, opened=True))


def test_while_another_of_us_is_attached_it_is_refused(start_app):
    process, port = start_app()
    with (
        attached(process.pid),
        pytest.raises(NoTarget, match="another fluxion"),
        sampling(by_pid(process.pid)),
    ):
        pass
    eventually(lambda: ports(process.pid) == {port}, "the port is closed", 9)


def test_a_target_that_goes_is_gone(start_app):
    process, _ = start_app()
    with sampling(by_pid(process.pid)) as found:
        found.cpu.start(1000)
        process.popen.kill()

        def gone() -> bool:
            try:
                found.ending()
            except TargetGone:
                return True
            return False

        eventually(gone, "it is told", 9)


def test_one_that_waits_for_us_to_leave_says_so(start_app):
    process, _ = start_app("setTimeout(() => {}, 1500); console.log('port 1')")
    with sampling(by_pid(process.pid)) as found:
        found.cpu.start(1000)
        eventually(found.ending, "it is told", 15)
        assert json.loads(found.cpu.stop())["samples"]
    assert process.popen.wait(10) == 0


def test_behind_a_tunnel_little_is_known():
    found = described(Target(":1", None, None, port=1), "v20.0.0" + "x" * 100)
    assert (found.pid, found.argv, found.started_ns) == (0, (), 0)
    assert len(found.node) == 40
