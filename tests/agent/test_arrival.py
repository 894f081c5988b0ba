"""The way of the blocks, and targets whose event loop does not turn."""

from __future__ import annotations

import pytest

from agent import arrival
from agent.arrival import stays_in
from agent.control import Control
from agent.inspector import CLOSE_INSPECTOR, open_inspector
from agent.target import by_pid
from store.errors import NoTarget
from tests.agent.live import attached
from tests.processes import eventually

SPINS = """
console.log('port 1');
setTimeout(function spin() {
  console.log('spins');
  for (let i = 0; ; i += 1) globalThis.last = Math.sqrt(i);
}, 200);
"""


def test_a_target_that_spins_is_refused_with_where(
    start_app, node_version, monkeypatch
):
    monkeypatch.setattr(arrival, "CONNECT_S", 1.0)
    process, _ = start_app(SPINS, node=node_version)
    process.wait_for_line("spins")
    with (
        pytest.raises(NoTarget, match="stays in one turn") as failure,
        attached(process.pid),
    ):
        pass
    assert "in spin (" in failure.value.message
    assert "app.js:5:" in failure.value.message
    assert failure.value.exit_code == 3
    assert process.alive()


def test_a_turn_that_ends_is_waited_for(start_app):
    process, _ = start_app(
        "console.log('port 1'); setTimeout(() => { console.log('spins');"
        "const end = Date.now() + 2000; while (Date.now() < end);"
        "console.log('over') }, 200); setInterval(() => {}, 50)"
    )
    process.wait_for_line("spins")
    with attached(process.pid) as (observed, _):
        process.wait_for_line("over")
        eventually(lambda: observed.status().alive, "it is observed")


@pytest.mark.parametrize(
    "own",
    [
        "",
        "Error.prepareStackTrace = () => { console.log('called'); return 'mine'; };",
        "Object.freeze(Error);",
        "Error.stackTraceLimit = 0;",
    ],
)
def test_how_the_app_shows_errors_is_put_back(own, start_app):
    process, _ = start_app(own + SPINS)
    process.wait_for_line("spins")
    endpoint = open_inspector(by_pid(process.pid))
    with Control(endpoint.url) as control:
        told = stays_in(control)
        after = control.evaluate("new Error().stack")
    assert ("spin (" in told) is not ("freeze" in own or "= 0" in own)
    assert (after == "mine") is ("mine" in own)
    assert process.out.count("called") == ("mine" in own), "only our own test called it"


def test_a_loop_that_turns_is_in_nothing(start_app):
    process, _ = start_app()
    endpoint = open_inspector(by_pid(process.pid))
    with Control(endpoint.url) as control:
        assert stays_in(control) == ""
        control.tell(CLOSE_INSPECTOR)
