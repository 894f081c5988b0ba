"""The audit accounts for every command that reached the target."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from agent.attach import attach
from agent.ledger import Ledger, described
from agent.target import resolve
from tests.agent.live import APP, get, named, rewriter
from tests.agent.proxy import Proxy
from tests.processes import eventually


def methods(lines: list[str]) -> Counter[str]:
    """Count the methods in an audit, runs of equal ones unfolded."""
    found: Counter[str] = Counter()
    for line in lines:
        match = re.match(r"([A-Z]\w+\.\w+)\b.*?(?: x (\d+))?$", line)
        if match:
            found[match[1]] += int(match[2] or 1)
    return found


def test_a_recording_proxy_hears_what_the_audit_says(spawn_node, tmp_path, syntax):
    file = tmp_path / "app.js"
    file.write_text(APP, "utf-8")
    process = spawn_node(file, flags=("--inspect=127.0.0.1:0",), line=r"^port")
    port = int(process.wait_for_line(r"port (\d+)")[1])
    inspector = inspector_port(process)
    lines: list[str] = []
    blocks: list[bytes] = []
    with Proxy(inspector) as proxy:
        with attach(
            resolve(f":{proxy.port}"),
            rewrite=rewriter(syntax),
            on_block=blocks.append,
            on_audit=lines.append,
        ) as attached:
            attached.start_profile()
            found = attached.walk()
            get(port, "/one")
            attached.trace(named(found, "greet", "plus"), 0.5)
            attached.status()
            attached.stop_profile()
        heard = Counter(proxy.methods())
    assert methods(lines) == heard
    assert heard["Runtime.evaluate"] > 10
    secrets = [one["params"].get("expression", "") for one in proxy.commands]
    installed = next(text for text in secrets if '"token"' in text)
    token = installed.partition('"token": "')[2][:48]
    assert not any(token in line for line in lines)
    assert any(line.startswith("Runtime.evaluate step(") for line in lines)
    assert "Runtime.evaluate install the probe" in lines


def inspector_port(process) -> int:
    """The port that a Node with --inspect told on its stderr."""

    def told():
        return re.search(r"ws://127\.0\.0\.1:(\d+)/", "\n".join(process.err))

    eventually(lambda: told() is not None, "the inspector's address")
    found = told()
    return int(found[1]) if found else 0


def test_equal_commands_are_one_line():
    lines: list[str] = []
    ledger = Ledger(lines.append)
    for _ in range(3):
        ledger.sent("Debugger.enable", {"maxScriptsCacheSize": 0})
    ledger.did("signal SIGUSR1 to 7")
    assert lines == ["Debugger.enable x 3"]
    ledger.flush()
    assert lines == ["Debugger.enable x 3", "signal SIGUSR1 to 7"]
    assert ledger.count == 4


def test_a_keeper_that_fails_is_told_nothing_more_and_commands_go_on():
    def full(_: str) -> None:
        raise OSError("disk full")

    ledger = Ledger(full)
    for method in ("A.a", "B.b", "C.c"):
        ledger.sent(method)
    ledger.flush()
    assert str(ledger.failure) == "disk full"
    assert ledger.count == 3


FACE = 'globalThis[Symbol.for("fluxion.probe")]'


def asked(text: str) -> dict[str, str]:
    answer = f"p === undefined ? {{gone: true}} : {{value: {text}}}"
    return {"expression": f"(p => {answer})({FACE})"}


@pytest.mark.parametrize(
    ("method", "params", "line"),
    [
        ("Runtime.evaluate", asked("p.step(20)"), "Runtime.evaluate step(20)"),
        ("Runtime.evaluate", asked('p.make(1, "x")'), "Runtime.evaluate make(...)"),
        (
            "Runtime.evaluate",
            {"expression": f'{FACE}?.leave("a")'},
            "Runtime.evaluate leave(...)",
        ),
        ("Runtime.evaluate", {"expression": "'secret'"}, "Runtime.evaluate ..."),
        (
            "Runtime.evaluate",
            {"expression": "performance.now()"},
            "Runtime.evaluate clock",
        ),
        (
            "Profiler.setSamplingInterval",
            {"interval": 2000},
            "Profiler.setSamplingInterval interval=2000",
        ),
        (
            "Debugger.setBreakpointOnFunctionCall",
            {"objectId": "7", "condition": "secret"},
            "Debugger.setBreakpointOnFunctionCall",
        ),
        (
            "NodeWorker.sendMessageToWorker",
            {"sessionId": "3", "message": '{"id":1,"method":"Runtime.enable"}'},
            "NodeWorker.sendMessageToWorker Runtime.enable",
        ),
    ],
)
def test_what_a_line_shows(method, params, line):
    assert described(method, params) == line
