"""F4 and F10: another debugger, another agent, another writer of the same store."""

from __future__ import annotations

import json
import threading
from typing import NamedTuple

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from agent.discovery import discover
from fluxion import exits
from store.recording import load
from tests.fault.worlds import APP, Load, figure, integrity
from tests.processes import eventually


class Pause(NamedTuple):
    """One stop of the target, as its debugger was told of it."""

    reason: str
    at: tuple[str, ...]
    """The breakpoints."""
    function: str
    line: int


class DevTools:
    """A debugger with a breakpoint: when the target stops there, it goes on at once."""

    def __init__(self, url: str, file: str, line: int):
        self.pauses = 0
        self.answers = 0
        self.stops: list[Pause] = []
        self.told: dict[int, dict] = {}
        self.lost = False
        self._last = 0
        self._socket = connect(url, max_size=None, compression=None).__enter__()
        self._lock = threading.Lock()
        self.send("Debugger.enable")
        self.place = {"urlRegex": f".*{file}$", "lineNumber": line}
        self.set = self.send("Debugger.setBreakpointByUrl", self.place)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def send(self, method: str, params: dict | None = None) -> int:
        with self._lock:
            self._last += 1
            text = {"id": self._last, "method": method, "params": params or {}}
            self._socket.send(json.dumps(text))
            return self._last

    def ask(self, method: str, params: dict | None = None) -> dict:
        """Send one command; the whole answer."""
        number = self.send(method, params)
        eventually(lambda: number in self.told, f"an answer to {method}")
        return self.told[number]

    def _read(self) -> None:
        try:
            for text in self._socket:
                message = json.loads(text)
                self.answers += "id" in message
                if "id" in message:
                    self.told[message["id"]] = message
                if message.get("method") == "Debugger.paused":
                    self.stops.append(pause(message["params"]))
                    self.pauses += 1
                    self.send("Debugger.resume")
        except ConnectionClosed:
            pass
        self.lost = True

    def close(self) -> None:
        self._socket.close()
        self._thread.join(5)


def pause(told: dict) -> Pause:
    frame = told["callFrames"][0]
    where = frame["location"]["lineNumber"]
    name = frame["functionName"]
    return Pause(told["reason"], tuple(told.get("hitBreakpoints", ())), name, where)


@pytest.mark.parametrize("function", ["later", "answer"])
def test_a_debugger_keeps_its_session_and_its_breakpoint(
    start, agent, node, tmp_path, function
):
    """Above functions that get twins, and within one: it stops there and only there."""
    app = start(flags=("--inspect=127.0.0.1:0",))
    (inspector,) = app.ports() - {app.port}
    url = discover("127.0.0.1", inspector)
    assert url is not None
    store = tmp_path / "x.db"
    text = APP.read_text("utf-8").splitlines()
    line = next(n for n, one in enumerate(text) if f"function {function}(" in one) + 1
    tools = DevTools(url, "app.js", line)
    with Load(node, [app.port], pause_ms=20) as asked:
        eventually(lambda: tools.pauses > 3, "the breakpoint is met")
        before = tools.pauses
        one = agent("record", app.pid, "-o", store, "-d", "8")
        assert one.popen.wait(60) == exits.DONE, one.told()
        during = tools.pauses
        eventually(lambda: tools.pauses > during + 3, "it is met afterwards as well")
        window = asked.window()[app.port]
    assert "result" in tools.ask("Runtime.evaluate", {"expression": "1"})
    again = tools.ask("Debugger.setBreakpointByUrl", tools.place)
    assert "already exists" in again["error"]["message"], again
    mine = (tools.told[tools.set]["result"]["breakpointId"],)
    # The same place in the same script, and no other: no stop is of our making.
    others = [one for one in tools.stops if one[1:] != (mine, function, line)]
    assert not others
    assert len({one.reason for one in tools.stops}) == 1
    assert during - before > 3, "it is met while we record"
    assert not tools.lost
    tools.close()
    assert window["failed"] == window["wrong"] == 0, window
    assert load(store).process.pid == app.pid
    figure(
        f"F4 debugger: {tools.pauses} pauses at its breakpoint, 0 sessions lost, "
        f"0 failed of {window['answers']} requests, recording finished"
    )


def test_a_second_agent_and_a_second_writer_are_refused(start, agent, node, tmp_path):
    app, other = start(), start()
    store = tmp_path / "x.db"
    with Load(node, [app.port]):
        first = agent("record", app.pid, "-o", store, "-d", "20")
        first.wait_for(r"\b(\d{2,}|\d+,\d{3}) events")
        second = agent("record", app.pid, "-o", tmp_path / "y.db", "-d", "2")
        assert second.popen.wait(20) == exits.NO_TARGET, second.told()
        assert "another fluxion" in second.told()
        writer = agent("record", other.pid, "-o", store, "--force", "-d", "2")
        assert writer.popen.wait(20) == exits.STORE, writer.told()
        assert str(first.pid) in writer.told(), writer.told()
        assert first.popen.poll() is None
        first.end(2)
    assert integrity(store) == "ok"
    recording = load(store)
    assert {one.pid for one in recording.processes} == {app.pid}
    assert recording.activations
    app.as_found(2.0)
    figure(
        "F4 second agent: refused with 3, the first went on; "
        f"F10 second writer: refused with 5, names process {first.pid}"
    )
