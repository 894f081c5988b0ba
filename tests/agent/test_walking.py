"""The walk goes on between turns, and ends in time on a loop that is never idle."""

from __future__ import annotations

from agent import walking
from tests.agent.live import attached

BUSY = """
'use strict';
const http = require('http');
function busy() { const end = Date.now() + 100; while (Date.now() < end); }
function again() { busy(); setImmediate(again); }
const server = http.createServer(function answer(req, res) { res.end('here'); });
server.listen(0, '127.0.0.1', () => {
  console.log('port ' + server.address().port);
  again();
});
"""


def test_a_busy_loop_is_walked_nearest_first_within_its_time(
    tmp_path, spawn_node, syntax, monkeypatch
):
    monkeypatch.setattr(walking, "WALK_S", 1.0)
    (tmp_path / "busy.js").write_text(BUSY)
    process = spawn_node(
        tmp_path / "busy.js", flags=("--inspect-port=0",), line="^port"
    )
    with attached(process.pid, syntax) as (observed, _):
        names = [one.name for one in observed.walk()]
    assert "answer" in names


def test_an_idle_loop_is_walked_to_the_end(start_app, syntax):
    process, _ = start_app()
    said: list[str] = []
    with attached(process.pid, syntax) as (observed, _):
        found = observed.walk()
        said += [step.name for step in observed.steps()]
    assert {"greet", "plus"} <= {one.name for one in found}
    assert "walk" in said
