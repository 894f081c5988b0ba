"""The way of the blocks, and targets whose event loop does not turn."""

from __future__ import annotations

import pytest

from agent import arrival
from agent.arrival import stays_in
from agent.control import Control
from agent.inspector import CLOSE_INSPECTOR, open_inspector
from agent.target import by_pid
from store.abi import Event
from store.errors import NoTarget
from store.facts import Function
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
    if "mine" in own:
        process.wait_for_line("called")  # what it printed is on its way
    assert process.out.count("called") == ("mine" in own), "only our own test called it"


def test_a_loop_that_turns_is_in_nothing(start_app):
    process, _ = start_app()
    endpoint = open_inspector(by_pid(process.pid))
    with Control(endpoint.url) as control:
        assert stays_in(control) == ""
        control.tell(CLOSE_INSPECTOR)


STARVED = """
'use strict';
let left = Infinity;
process.on('stop', () => { left = 200; });
process.on('job', function job() {
  const end = Date.now() + 5; while (Date.now() < end);
  left -= 1;
});
(async () => {
  console.log('port 1');
  while (left > 0) { process.emit('job'); await null; }
  setInterval(() => {}, 1000);
})();
"""


def test_a_loop_that_does_not_turn_is_seen_between_two_callbacks(
    node_version, start_app, syntax
):
    """No socket, no timer, no immediate: only ends of callbacks."""
    process, _ = start_app(STARVED, node=node_version)
    with attached(process.pid, syntax, at_once=True, mode="watch") as (observed, seen):
        watched: list[Function] = []
        while not seen.records(Event.ENTER):
            watched += [f for f in observed.watch(0.1) if isinstance(f, Function)]
        observed._control.evaluate("process.emit('stop')")
        [job] = [one for one in watched if one.name == "job"]
        where = (job.ref.script, job.ref.start)
        observed.settle(yields_port=True)
        eventually(lambda: seen.records(Event.EXIT), "what ended")
    records = seen.records()
    assert records[0][0] == Event.START
    entered = [r for r in records if r[0] == Event.ENTER and tuple(r[3:5]) == where]
    assert len({r[2] for r in entered}) == len(entered)
    last = [r for r in records if r[0] == Event.COUNT and tuple(r[1:3]) == where][-1]
    assert last[3] == last[4] + last[5]
    assert last[4] == len(entered), "of those before it was known what they were, too"


THEIRS = """
exports.begin = () => {
  globalThis.theirs = function theirs() {};
  process.on('job', globalThis.theirs);
};
"""


def test_what_was_watched_by_a_guess_and_is_not_the_apps_is_put_back(
    start_app, syntax, tmp_path
):
    package = tmp_path / "node_modules" / "other"
    package.mkdir(parents=True)
    (package / "index.js").write_text(THEIRS)
    process, _ = start_app(
        "globalThis.mine = function mine() {}; process.on('job', globalThis.mine);"
        "require('other').begin();"
        "setInterval(() => process.emit('job'), 20); console.log('port 1')"
    )
    same = "process._events.job.map((one, i) => one === [mine, theirs][i]).join()"
    with attached(process.pid, syntax, at_once=True, mode="watch") as (observed, seen):
        names: set[str] = set()
        while not (observed.resting and seen.records(Event.ENTER)):
            names |= {f.name for f in observed.watch(0.1) if isinstance(f, Function)}
        observed.settle(yields_port=True)
        assert "mine" in names
        assert "theirs" not in names
        assert observed._control.evaluate(same) == "false,true"
    eventually(process.alive, "it lives")
