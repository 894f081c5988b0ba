"""F3: the agent is stopped; the target's memory stays flat and it goes on answering.

An agent that goes on again finds what was seen until its probe left, every run of it.
"""

from __future__ import annotations

import signal
import time

import psutil
import pytest

from fluxion import exits
from tests.conftest import SOAK
from tests.fault.test_stalled import counted
from tests.fault.worlds import Load, figure, state

STOPPED_S = 60 if SOAK else 8
MORE_MB = 8
MORE_GAP_MS = 50


@pytest.mark.soak
@pytest.mark.timeout(300)
def test_an_agent_that_is_stopped(start, agent, node, tmp_path):
    app, control = start(), start()
    with Load(node, [app.port, control.port], pause_ms=1) as load:
        stopped = agent("record", app.pid, "-o", tmp_path / "x.db")
        stopped.wait_for(r"\b(\d{3}|\d+,\d{3}) events")
        load.window()
        memory = {pid: rss(pid) for pid in (app.pid, control.pid)}
        stopped.popen.send_signal(signal.SIGSTOP)
        most = dict.fromkeys(memory, 0.0)
        until = time.monotonic() + STOPPED_S
        while time.monotonic() < until:
            for pid, before in memory.items():
                most[pid] = max(most[pid], rss(pid) - before)
            time.sleep(0.1)
        window = load.window()
        app.as_found(port=False)
        stopped.popen.send_signal(signal.SIGCONT)
        assert stopped.popen.wait(60) == exits.TARGET_GONE, stopped.told()
        app.as_found(2.0)
    seen, kept, dropped = counted(tmp_path / "x.db")
    mine, other = window[app.port], window[control.port]
    figure(
        f"F3 SIGSTOP: {STOPPED_S} s, target +{most[app.pid]:.1f} MB (unattached "
        f"+{most[control.pid]:.1f} MB), largest gap {mine['gap']:.0f} ms (unattached "
        f"{other['gap']:.0f} ms), {mine['failed']} failed of {mine['answers']}; seen "
        f"{seen} = {kept} + {dropped}"
    )
    assert mine["failed"] == mine["wrong"] == 0, mine
    assert most[app.pid] <= max(most[control.pid], 0) + MORE_MB
    assert mine["gap"] <= other["gap"] + MORE_GAP_MS
    assert state(app.port)["served"] > 0


def rss(pid: int) -> float:
    return float(psutil.Process(pid).memory_info().rss) / 1e6
