"""The control session."""

from __future__ import annotations

import threading
import time

import pytest

from agent.control import Control
from agent.inspector import open_inspector
from agent.target import by_pid
from store.errors import ProtocolError, TargetGone
from tests.agent.fake_inspector import FakeInspector
from tests.agent.test_inspector import close
from tests.processes import unused_port


def test_values_and_exceptions(start_app):
    process, _ = start_app()
    endpoint = open_inspector(by_pid(process.pid))
    with Control(endpoint.url) as control:
        assert control.evaluate("process.pid") == process.pid
        assert control.evaluate("({a: [1, null]})") == {"a": [1, None]}
        assert control.evaluate("undefined") is None
        with pytest.raises(ProtocolError, match="oops"):
            control.evaluate("throw new TypeError('oops')")
        with pytest.raises(ProtocolError, match="Nonsense"):
            control.call("Nonsense.method", {})
    close(endpoint)


def test_a_killed_target_is_gone_at_once_and_quietly(start_app, capfd):
    process, _ = start_app()
    endpoint = open_inspector(by_pid(process.pid))
    threads = threading.active_count()
    with Control(endpoint.url) as control:
        loop = threading.Timer(0.2, process.popen.kill)
        loop.start()
        before = time.monotonic()
        with pytest.raises(TargetGone):
            control.evaluate("for (;;);")
        assert time.monotonic() - before < 2
        assert not control.open
        with pytest.raises(TargetGone):
            control.evaluate("1")
        loop.join()
    assert threading.active_count() <= threads
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("life", range(1, 5))
def test_a_target_that_dies_at_the_nth_message(life, capfd):
    with FakeInspector(life) as fake, Control(fake.url) as control:
        before = time.monotonic()
        with pytest.raises(TargetGone):
            [control.evaluate("1") for _ in range(life)]
        assert time.monotonic() - before < 2
    assert "Traceback" not in capfd.readouterr().err


def test_a_target_that_never_answers():
    with (
        FakeInspector(1, silent=True) as fake,
        Control(fake.url) as control,
        pytest.raises(TargetGone, match="did not answer"),
    ):
        control.evaluate("1", deadline=0.3)


def test_nobody_there():
    with pytest.raises(TargetGone):
        Control(f"ws://127.0.0.1:{unused_port()}/x")


def test_it_moves_to_another_address():
    def nowhere() -> str:
        raise TargetGone("it has no address any more")

    with (
        FakeInspector(20) as one,
        FakeInspector(20) as other,
        Control(one.url) as control,
    ):
        control.evaluate("1")
        before = control.port
        control.move(lambda: other.url)
        control.evaluate("1")
        assert control.open
        assert control.port != before
        with pytest.raises(TargetGone, match="no address"):
            control.move(nowhere)
        assert not control.open
