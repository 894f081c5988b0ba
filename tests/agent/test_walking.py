"""The walk goes on between turns, and ends in time on a loop that is never idle."""

from __future__ import annotations

import pytest

from agent import walking
from tests.agent.live import ANY_PORT, attached, named

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


CROWD = """
'use strict';
const http = require('http');
%s
function answer(req, res) { res.end('here'); }
const server = http.createServer(answer);
server.kept = kept;
server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
"""
NAMES = [f"name{n}" for n in range(300)]
CLOSURES = f"""{"".join(f"function {name}() {{}}" for name in NAMES)}
const kept = [];
for (let i = 0; i < 1500; i += 1) {{
  kept.push(function made() {{ return [{", ".join(NAMES)}][i]; }});
}}
"""
OBJECTS = """
const kept = [];
for (let i = 0; i < 400; i += 1) {
  kept.push(Array.from({ length: 1000 }, (_, n) => ({ n })));
}
"""


@pytest.mark.parametrize("crowd", [CLOSURES, OBJECTS], ids=["closures", "objects"])
@pytest.mark.parametrize("limit", [0.3, 30.0], ids=["ended early", "to the end"])
def test_a_walk_holds_little_of_the_target(crowd, limit, start_app, monkeypatch):
    """One that ended early held 100 MB, and so made each later stop longer."""
    monkeypatch.setattr(walking, "WALK_S", limit)
    process, _ = start_app(CROWD % crowd, flags=(*ANY_PORT, "--expose-gc"))
    heap = "(gc(), process.memoryUsage().heapUsed)"
    with attached(process.pid) as (observed, _):
        before = observed._control.evaluate(heap)
        found = observed.walk()
        assert named(found, "answer")
        grown = (observed._control.evaluate(heap) - before) / 1e6
        print(f"{len(found)} functions, {grown:.1f} MB")
        assert grown < 8


def test_what_many_closures_capture_is_still_reached(start_app):
    process, _ = start_app(CROWD % CLOSURES)
    with attached(process.pid) as (observed, _):
        names = {one.name for one in observed.walk()}
    assert {"answer", "made", "name0", "name299"} <= names


def test_who_asks_says_for_how_long(start_app, monkeypatch):
    monkeypatch.setattr(walking, "WALK_S", 0.05)
    process, _ = start_app(CROWD % OBJECTS)
    told: list[str] = []
    with attached(process.pid, on_audit=told.append) as (observed, _):
        observed.walk()
        assert [one for one in told if "ended early" in one]
        told.clear()
        assert named(observed.walk(60.0), "answer")
        assert not [one for one in told if "ended early" in one]
