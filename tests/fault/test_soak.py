"""F22: attach and leave, many times: what is alive in the target does not grow."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from tests.agent.live import attached, named
from tests.conftest import SOAK
from tests.fault.worlds import Load, figure, state

CYCLES = 500 if SOAK else 10
LAST = CYCLES // 2
WARM = 3
MORE_MB = 0.2
FLAGS = ("--inspect-port=0", "--expose-gc")


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_attached_again_and_again(start, syntax, node):
    app, control = start(flags=FLAGS), start(flags=FLAGS)
    alive: list[float] = []
    agent: list[float] = []
    files = 0
    with Load(node, [app.port, control.port]) as load:
        for number in range(CYCLES):
            with attached(app.pid, syntax) as (observed, _):
                observed.trace(named(observed.walk(), "one", "two", "entry"), 0.5)
            app.as_found()
            alive.append(state(app.port)["heap"] / 1e6)
            agent.append(rss())
            if number == WARM:
                files = open_files()
        window, unattached = load.window(), state(control.port)
    mine = window[app.port]
    left = open_files() - files
    slopes = [slope(one[-LAST:]) for one in (alive, agent)]
    figure(
        f"F22: {CYCLES} attachments, 0 failed of {mine['answers']} requests; alive in "
        f"the target {alive[-1]:.1f} MB (unattached {unattached['heap'] / 1e6:.1f}), "
        f"{slopes[0]:+.2f} MB for each; RSS {rss(app.pid):.0f} MB (unattached "
        f"{rss(control.pid):.0f}); agent {slopes[1]:+.2f} MB for each, "
        f"{left} files left"
    )
    assert mine["failed"] == mine["wrong"] == 0, mine
    assert left <= 0
    assert slopes[0] <= MORE_MB


def rss(pid: int | None = None) -> float:
    return float(psutil.Process(pid).memory_info().rss) / 1e6


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def slope(values: list[float]) -> float:
    """The growth for each step, of the line with the least squares."""
    middle = (len(values) - 1) / 2
    mean = sum(values) / len(values)
    top = sum((at - middle) * (one - mean) for at, one in enumerate(values))
    return top / sum((at - middle) ** 2 for at in range(len(values)))
