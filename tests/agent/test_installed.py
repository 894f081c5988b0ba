"""The probe's commands."""

from __future__ import annotations

import json

import pytest

from agent import installed
from agent.control import Control
from agent.inspector import open_inspector
from agent.stream import Stream
from agent.target import by_pid
from store.abi import VERSION, javascript
from store.errors import ProtocolError, TargetGone
from tests.agent.test_inspector import close
from tests.conftest import ROOT
from tests.processes import eventually


@pytest.fixture
def session(start_app):
    process, _ = start_app()
    endpoint = open_inspector(by_pid(process.pid))
    stream = Stream(lambda _: None)
    with Control(endpoint.url) as control:
        yield control, stream, process
    close(endpoint)
    stream.close()


def config(stream: Stream, **more) -> dict:
    values = {"port": stream.port, "token": stream.token, "overhead": 2, "close": False}
    return {**values, **more}


def test_installed_once_and_gone_after_leaving(session):
    control, stream, process = session
    assert not installed.present(control)
    told = installed.install(control, config(stream))
    assert (told["version"], told["pid"]) == (VERSION, process.pid)
    with pytest.raises(ProtocolError, match="installed already"):
        installed.install(control, config(stream))
    probe = installed.Probe(control)
    assert probe.ask("alive") is True
    assert probe.ask("status")["faults"] == 0
    assert probe.later("restore", []) is None
    probe.leave("test")
    assert stream.ended.wait(3)
    eventually(lambda: not installed.present(control), "the global is gone")
    with pytest.raises(TargetGone, match="has left"):
        probe.ask("alive")


def test_a_probe_that_leaves_at_once_has_said_everything(session):
    control, stream, _ = session
    blocks: list[bytes] = []
    stream._on_block = blocks.append
    code = installed.bundle().rstrip().rstrip(";")
    quick = f"({code}).install({json.dumps(config(stream))})"
    control.evaluate(f"{quick}; {installed.FACE}.leave('at once')")
    assert stream.ended.wait(10)
    assert stream.failure is None
    assert b"left: at once" in b"".join(blocks)


def test_errors_of_commands_are_told(session):
    control, stream, _ = session
    installed.install(control, config(stream))
    probe = installed.Probe(control)
    with pytest.raises(ProtocolError, match="no function 7"):
        probe.ask("function", 7)
    with pytest.raises(ProtocolError, match="announce: no function 7"):
        probe.later("announce", [7])
    probe.leave("test")
    assert stream.ended.wait(3)


def test_the_probe_leaves_when_nobody_listens(session):
    control, stream, _ = session
    installed.install(control, config(stream, token="wrong"))
    eventually(lambda: not installed.present(control), "the probe left")


def test_the_bundle_speaks_the_table_of_the_store():
    assert (ROOT / "agent/probe/abi.js").read_text() == javascript()
    assert "exported" in installed.bundle()
