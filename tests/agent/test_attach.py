"""Attach to real servers, and leave them as they were."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

import pytest

from agent import attach as attach_module
from agent import installed
from agent.attach import attach
from agent.control import Control
from agent.discovery import discover
from agent.inspector import open_inspector
from agent.leaving import detach
from agent.target import by_pid
from store.abi import PROBE_SYMBOL, VERSION, Event
from store.errors import FluxionError, NoTarget, TargetGone
from store.facts import Function
from tests.agent.live import (
    ANY_PORT,
    Load,
    Seen,
    abandoned,
    attached,
    elsewhere,
    get,
    named,
    ports,
    refuse,
)
from tests.agent.test_inspector import close
from tests.conftest import ROOT
from tests.processes import eventually

STATE = f"""
(() => {{
  const inspector = process.getBuiltinModule('inspector');
  return {{
    global: globalThis[Symbol.for({PROBE_SYMBOL!r})] !== undefined,
    handles: process._getActiveHandles()
      .map((one) => one.constructor.name + ' ' + (one.fd ?? '')).join(),
    exit: process.listenerCount('exit'),
    channels: process.getBuiltinModule('diagnostics_channel')
      .hasSubscribers('http.server.request.start'),
  }};
}})()
"""


def state(pid: int) -> dict:
    """What an unattached process looks like, by a short visit."""
    endpoint = open_inspector(by_pid(pid))
    with Control(endpoint.url) as control:
        seen = control.evaluate(STATE)
    close(endpoint)
    return seen


def as_found(pid: int, before: dict) -> None:
    """Nothing is left; connections of our own requests may take a moment to close."""
    eventually(
        lambda: state(pid) == before, f"{state(pid)} becomes {before}", every=0.2
    )


def test_every_node_attach_trace_detach(node_version, start_app, syntax):
    process, port = start_app(node=node_version)
    get(port, "/one")  # Node opens its stderr at the first request
    before = state(process.pid)
    with (
        Load(port, "/one", "/two") as load,
        attached(process.pid, syntax) as (observed, seen),
    ):
        assert observed.process.node.split(".")[0] in str(node_version)
        assert observed.process.entry.endswith("app.js")
        handlers = named(observed.walk(), "greet")
        assert len(handlers) == 2
        results = observed.trace(handlers, seconds=5)
        assert [one.name for one in results if isinstance(one, Function)] == [
            "greet"
        ] * 2
        eventually(lambda: len(seen.records(Event.EXIT)) > 20, "activations arrive")
        status = observed.status()
        assert status.alive
        assert status.faults == 0
        assert {step.name for step in observed.steps()} >= {"walk", "Debugger.enable"}
    assert not load.failures
    # Both closures count on in the one variable that they share: none was lost.
    counts = [int(answer.split()[1]) for answer in load.answers]
    assert counts == list(range(2, len(counts) + 2))
    assert {answer.split()[0] for answer in load.answers} == {b"one", b"two"}
    assert seen.records(Event.START)[0][1:3] == [VERSION, process.pid]
    entered, left = seen.records(Event.ENTER), seen.records(Event.EXIT)
    assert {record[2] for record in entered} == {record[2] for record in left}
    assert ports(process.pid) == {port}
    as_found(process.pid, before)


def test_express_from_npm(spawn_node, tmp_path, syntax):
    express = ROOT / "examples/gif-chat/node_modules/express"
    file = tmp_path / "app.js"
    file.write_text(
        f"const app = require({str(express)!r})(); let hits = 0;\n"
        "app.get('/', function home(req, res) { res.end('hi ' + ++hits); });\n"
        "app.use(function gone(err, req, res, next) { res.end('error'); });\n"
        "const s = app.listen(0, '127.0.0.1',"
        " () => console.log('port ' + s.address().port));\n"
    )
    process = spawn_node(file, flags=("--inspect-port=0",), line="^port")
    port = int(process.wait_for_line(r"port (\d+)")[1])
    with Load(port, "/") as load, attached(process.pid, syntax) as (observed, seen):
        found = named(observed.walk(), "home", "gone")
        assert {one.name for one in found} == {"home", "gone"}
        results = observed.trace([f for f in found if f.name == "home"], seconds=5)
        assert isinstance(results[0], Function)
        eventually(lambda: seen.records(Event.STACK), "stacks arrive")
    assert not load.failures
    assert "handleRequest" in seen.records(Event.STACK)[0][2]
    assert load.answers == [b"hi %d" % n for n in range(1, len(load.answers) + 1)]


def test_ten_attachments_leave_nothing(start_app, syntax, rounds):
    process, port = start_app()
    get(port, "/none")
    before = state(process.pid)
    for _ in range(max(3, rounds(100))):
        with Load(port, "/one"), attached(process.pid, syntax) as (observed, _):
            observed.trace(named(observed.walk(), "greet"), seconds=0.3)
    as_found(process.pid, before)
    assert ports(process.pid) == {port}


AGENT = """
import sys, time
from rewriter.syntax.client import Syntax
from tests.agent.live import attached, named
with Syntax() as syntax, attached(int(sys.argv[1]), syntax) as (observed, seen):
    observed.trace(named(observed.walk(), 'greet'), seconds=3)
    print('traced', flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_an_agent_that_dies_or_hangs(number, start_app):
    process, port = start_app()
    get(port, "/none")
    before = state(process.pid)
    with (
        Load(port, "/one", "/two") as load,
        elsewhere(AGENT, process.pid, "traced") as agent,
    ):
        abandoned(agent, number, process, port)
    assert not load.failures
    counts = [int(answer.split()[1]) for answer in load.answers]
    assert counts == list(range(1, len(counts) + 1))
    as_found(process.pid, before)


@pytest.mark.parametrize("after", [0.0, 0.05, 0.2, 0.5])
def test_a_target_that_is_killed_while_recording(after, start_app, syntax):
    process, port = start_app()
    seen = Seen()
    observed = attach(by_pid(process.pid), rewrite=refuse, on_block=seen.blocks.append)
    observed.start_profile(1000)
    with Load(port, "/one"):
        threading.Timer(after, process.popen.kill).start()
        with pytest.raises(TargetGone):
            [observed.walk() for _ in range(200)]
    before = time.monotonic()
    assert not observed.status().alive
    observed.detach()
    assert time.monotonic() - before < 4


def test_a_second_agent_is_refused_and_an_old_probe_removed(start_app):
    process, _ = start_app()
    with attached(process.pid):
        with pytest.raises(NoTarget, match="another fluxion"):
            attach(by_pid(process.pid), rewrite=refuse, on_block=lambda _: None)
        assert detach(by_pid(process.pid))
    assert not detach(by_pid(process.pid))


def test_a_failed_attach_leaves_nothing(start_app, monkeypatch):
    process, port = start_app()
    before = state(process.pid)

    def fail(url: str, **_: object) -> None:
        raise TargetGone("no second session")

    monkeypatch.setattr(attach_module, "Bulk", fail)
    with pytest.raises(TargetGone, match="no second session"):
        attach(by_pid(process.pid), rewrite=refuse, on_block=lambda _: None)
    eventually(lambda: ports(process.pid) == {port}, "the port is closed")
    as_found(process.pid, before)


def test_an_inspector_that_was_open_stays_open(start_app, syntax):
    process, port = start_app(flags=("--inspect=127.0.0.1:0",))
    others = ports(process.pid) - {port}
    with attached(process.pid, syntax) as (observed, _):
        observed.walk()
    assert ports(process.pid) == {port} | others
    assert discover("127.0.0.1", others.pop())


def test_a_full_disk_ends_the_recording_not_the_target(start_app):
    process, port = start_app()

    def full(_: bytes) -> None:
        raise FluxionError("disk full")

    observed = attach(by_pid(process.pid), rewrite=refuse, on_block=full)

    def failed() -> bool:
        try:
            observed.status()
        except FluxionError:
            return True
        return False

    eventually(failed, "the failure is raised")
    with pytest.raises(FluxionError, match="disk full"):
        observed.detach()
    eventually(lambda: ports(process.pid) == {port}, "the port is closed")
    assert get(port, "/one").startswith(b"one")


def test_requests_are_captured_and_redacted(start_app):
    process, port = start_app()
    with attached(process.pid) as (observed, seen):
        observed.capture_requests(3)
        assert get(port, "/echo?token=s3cret", b"x" * 70_000) == b"x" * 70_000
        get(port, "/one", Authorization="Bearer s3cret-value", Cookie="a=s3cret")
        get(port, "/echo", b'{"user": 1, "password": "s3cret"}')
        get(port, "/two")
        eventually(lambda: len(seen.records(Event.REQUEST)) == 3, "three requests")
    first, second, third = seen.records(Event.REQUEST)
    assert first[2:6] == [1, 1, "POST", "/echo?token=[redacted]"]
    assert first[7] == b"x" * 70_000
    headers = {name.lower(): value for name, value in second[6]}
    assert headers["authorization"] == headers["cookie"] == "[redacted]"
    assert [r[8] for r in (first, second, third)] == [1, 1, 1]
    assert third[7] == b""
    assert b"s3cret" not in b"".join(seen.blocks)


def test_the_server_answers_while_the_app_is_busy(start_app, syntax):
    process, port = start_app()
    with (
        Load(port, "/slow", "/one") as load,
        attached(process.pid, syntax) as (observed, seen),
    ):
        observed.trace(named(observed.walk(), "greet"), seconds=4)
        eventually(lambda: seen.records(Event.ENTER), "activations arrive")
        longest = max(step.ms for step in observed.steps())
        # Waiting for the app's own turn of 300 ms is not counted as a stop.
        assert longest < 250
    assert not load.failures
    assert installed.SOURCE_URL.startswith("fluxion:")
    assert Path("/proc", str(process.pid)).exists()


def test_the_walk_makes_node_load_no_lazy_class(start_app, node_version):
    """Without WebAssembly the one that fetches would end the process."""
    flags = (*ANY_PORT, "--jitless")
    process, port = start_app(node=node_version, flags=flags)
    loaded = "process.moduleLoadList.filter((name) => name.includes('deps/undici'))"
    with attached(process.pid) as (observed, _):
        before = observed._control.evaluate(loaded)
        assert named(observed.walk(), "greet")
        assert observed._control.evaluate(loaded) == before
    assert get(port, "/one").startswith(b"one")
