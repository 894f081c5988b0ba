"""The bulk session."""

from __future__ import annotations

import time

import pytest
from websockets.exceptions import ConnectionClosed

from agent.bulk import Bulk, connected
from agent.cdp import evaluated
from agent.inspector import open_inspector
from agent.target import by_pid
from store.errors import ProtocolError, TargetGone
from tests.agent.fake_inspector import FakeInspector
from tests.agent.test_inspector import close
from tests.processes import eventually, unused_port


def evaluate(bulk: Bulk, expression: str):
    params = {"expression": expression, "returnByValue": True}
    return evaluated(bulk.call("Runtime.evaluate", params))


def test_large_answers_events_and_failures(start_app):
    process, _ = start_app()
    endpoint = open_inspector(by_pid(process.pid))
    with Bulk(endpoint.url) as bulk:
        assert len(evaluate(bulk, "'x'.repeat(20e6)")) == 20_000_000
        bulk.call("Debugger.enable")
        scripts = bulk.events("Debugger.scriptParsed")
        assert any(one["url"].endswith("app.js") for one in scripts)
        assert bulk.events("Debugger.scriptParsed") == []
        with pytest.raises(ProtocolError, match=r"Debugger\.nonsense"):
            bulk.call("Debugger.nonsense")
        with pytest.raises(ProtocolError, match="oops"):
            evaluate(bulk, "throw new Error('oops')")
        assert evaluate(bulk, "1 + 1") == 2
        bulk.call("Debugger.disable")
    close(endpoint)


def test_what_is_told_between_commands_is_heard_without_waiting(start_app):
    process, _ = start_app()
    endpoint = open_inspector(by_pid(process.pid))
    with Bulk(endpoint.url) as bulk:
        bulk.call("Runtime.enable")
        assert bulk.heard("Runtime.consoleAPICalled") == []
        evaluate(bulk, "setTimeout(() => console.debug('later'), 50), 1")
        told: list[dict] = []

        def hears() -> bool:
            told.extend(bulk.heard("Runtime.consoleAPICalled"))
            return bool(told)

        eventually(hears, "it is told")
        assert told[0]["args"][0]["value"] == "later"
        process.popen.kill()
        process.popen.wait(10)
        with pytest.raises(TargetGone):
            eventually(lambda: bulk.heard("x"), "it is gone")


def test_steps_are_not_delayed(start_app):
    process, _ = start_app()
    endpoint = open_inspector(by_pid(process.pid))
    with Bulk(endpoint.url) as bulk:
        bulk.call("Runtime.enable")
        before = time.monotonic()
        for _ in range(20):
            evaluate(bulk, "console.debug('x'), 1")
        # A delayed acknowledgement would cost each of them 44 ms.
        assert time.monotonic() - before < 0.6
    close(endpoint)


def test_the_targets_own_clock_measures(start_app):
    process, _ = start_app()
    endpoint = open_inspector(by_pid(process.pid))
    loop = "for (const e = performance.now() + 50; performance.now() < e;);"
    with Bulk(endpoint.url) as bulk:
        _, took = bulk.timed([("Runtime.evaluate", {"expression": loop})])
    assert 50 <= took < 500
    close(endpoint)


@pytest.mark.parametrize("life", range(1, 8))
def test_a_target_that_dies_at_the_nth_message(life):
    with FakeInspector(life) as fake, Bulk(fake.url) as bulk:
        before = time.monotonic()
        with pytest.raises(TargetGone) as failure:
            bulk.calls([("Runtime.evaluate", {}), ("Debugger.enable", {})] * 4)
        assert failure.value.exit_code == 4
        assert time.monotonic() - before < 2


def test_a_connection_that_is_over_has_no_port(start_app):
    app, _ = start_app()
    endpoint = open_inspector(by_pid(app.pid))
    with Bulk(endpoint.url) as bulk:
        assert bulk.port > 0
    assert bulk.port == 0
    close(endpoint)


def test_a_target_that_never_answers():
    with (
        FakeInspector(1, silent=True) as fake,
        Bulk(fake.url, deadline=0.3) as bulk,
        pytest.raises(TargetGone, match="did not answer"),
    ):
        bulk.call("Runtime.evaluate")


def test_nobody_there():
    with pytest.raises(TargetGone):
        Bulk(f"ws://127.0.0.1:{unused_port()}/x")


def test_where_it_connects_may_be_known_later():
    asked: list[str] = []
    with FakeInspector(20) as fake:

        def url() -> str:
            asked.append(fake.url)
            return fake.url

        with Bulk(url) as bulk:
            assert not asked
            assert bulk.open
            assert bulk.port == 0
            bulk.call("Runtime.evaluate")
            bulk.call("Runtime.evaluate")
            assert len(asked) == 1
            assert bulk.port > 0
    Bulk(url).close()
    assert len(asked) == 1


def test_what_the_library_logs_reaches_nobody(caplog):
    with FakeInspector(20) as fake:
        made = connected(fake.url, 5)
        # One thread saw the end; the other one still reads the answer.
        with made.protocol_mutex:
            made.protocol.send_text(b'{"id":1,"method":"Runtime.evaluate"}')
            made.send_data()
            made.protocol.receive_eof()
        made.recv_events_thread.join(5)
        assert not made.recv_events_thread.is_alive()
        with pytest.raises(ConnectionClosed):
            made.recv()
    assert caplog.text == ""
