"""F11: clocks that jump, in the app and in the agent; a pid that is used again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.attach import attach
from agent.target import by_pid
from fluxion import exits
from store.errors import NoTarget
from store.recording import load
from tests.agent.live import refuse
from tests.conftest import ROOT
from tests.fault.worlds import APP, Load, figure

JUMPS = """
// The clock of this process goes back and forth by hours, as when somebody sets it.
let turn = 0;
const { now } = Date;
Date.now = () => now() + ((turn += 1) % 2 ? -7200000 : 7200000);
"""
SITE = """
import time
_ns, _s, _turn = time.time_ns, time.time, [0]
def _jump():
    _turn[0] += 1
    return 7200 if _turn[0] % 2 else -7200
time.time_ns = lambda: _ns() + _jump() * 10**9
time.time = lambda: _s() + _jump()
"""


def test_clocks_that_jump(start, agent, node, tmp_path):
    file = tmp_path / "app.js"
    file.write_text(JUMPS + APP.read_text("utf-8"), "utf-8")
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(SITE, "utf-8")
    app, store = start(file), tmp_path / "x.db"
    jumping = {"PYTHONPATH": f"{site}:{ROOT}"}
    with Load(node, [app.port]):
        one = agent("record", app.pid, "-o", store, "-d", "5", env=jumping)
        assert one.popen.wait(40) == exits.DONE, one.told()
    recording = load(store)
    runs = recording.activations
    assert len(runs) > 10
    negative = [
        run for run in runs if run.ended_us < run.started_us or run.started_us < 0
    ]
    longest = max(run.ended_us for run in runs) / 1e6
    assert not negative
    assert longest < 60, "the jumps are in the times"
    assert 0 < recording.seconds < 60
    figure(f"F11: {len(runs)} activations under jumping clocks, 0 negative durations")


def test_a_pid_that_is_used_again_is_refused(start):
    app = start()
    target = by_pid(app.pid)
    assert target.started is not None
    older = replace(target, started=target.started - 1)
    with pytest.raises(NoTarget, match="used again"):
        attach(older, rewrite=refuse, on_block=lambda _: None)
    assert app.process.alive()
    assert not app.changed()
    figure("F11: a pid that another process has by now is refused, nothing was sent")
