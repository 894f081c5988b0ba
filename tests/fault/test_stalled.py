"""F3: the agent stands still, or nothing of it comes through any more.

The target's memory stays where it was, no run is lost uncounted, and an agent that
comes back in time goes on as if nothing had been.
"""

from __future__ import annotations

import signal
import time
from collections import Counter

import psutil
import pytest

from store.abi import Event
from store.database import open_store
from store.packing import Reader
from tests.agent.live import ANY_PORT
from tests.agent.proxy import Proxy
from tests.agent.test_ledger import inspector_port
from tests.agent.test_stream import flood
from tests.conftest import SOAK
from tests.fault.worlds import figure

STOPPED_S = (4.5, 60.0 if SOAK else 8.0)
"""With the second between two signs of life, the probe leaves after the second one."""
WARM_S = 3.0
STEADY = (*ANY_PORT, "--max-semi-space-size=1")
"""V8's room for new objects grows by 15 MB at any time, and hides what we keep."""


def rss(pid: int) -> float:
    return psutil.Process(pid).memory_info().rss / 1e6


def most_memory(pid: int, seconds: float) -> float:
    """Return the most that a process took in this time, in MB."""
    most = 0.0
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        most = max(most, rss(pid))
        time.sleep(0.05)
    return most


@pytest.mark.soak
@pytest.mark.timeout(300)
@pytest.mark.parametrize("stopped", STOPPED_S)
def test_an_agent_that_is_stopped_for_a_while(stopped, start, agent, tmp_path):
    file = tmp_path / "flood.js"
    file.write_text(flood(), "utf-8")
    target = start(file, flags=STEADY)
    store = tmp_path / "app.db"
    one = agent(target.pid, store, 14, module="tests.fault.follow")
    one.wait_for("tracing", 40)
    before = most_memory(target.pid, WARM_S)
    one.popen.send_signal(signal.SIGSTOP)
    grown = most_memory(target.pid, stopped) - before
    one.popen.send_signal(signal.SIGCONT)
    assert one.popen.wait(60) == 0, one.told()
    assert "left" in one.told()
    seen, kept, dropped = counted(store)
    assert seen > 1000
    figure(
        f"F3 stopped for {stopped} s: seen {seen} = {kept} + {dropped}, "
        f"target {grown:+.1f} MB"
    )
    assert grown <= 8
    assert target.process.alive()


def counted(store) -> tuple[int, int, int]:
    """Sum up the counters, each of which must be what the records say."""
    entered: Counter[tuple[int, int]] = Counter()
    counts: dict[tuple[int, int], list[int]] = {}
    with open_store(store) as opened:
        for block in opened.blocks():
            for record in Reader(getattr(block, "data", block)):
                if record[0] == Event.ENTER:
                    entered[record[3], record[4]] += 1
                elif record[0] == Event.COUNT:
                    counts[record[1], record[2]] = record[3:6]
    for where, (seen, kept, dropped) in counts.items():
        assert seen == kept + dropped
        assert entered[where] == kept
    assert set(entered) <= set(counts)
    total = [sum(one[at] for one in counts.values()) for at in range(3)]
    return total[0], total[1], total[2]


@pytest.mark.soak
@pytest.mark.timeout(300)
def test_a_connection_through_which_nothing_comes_any_more(start, agent, tmp_path):
    """Half open: only the inspector is reachable, through somebody who forgets us."""
    file = tmp_path / "flood.js"
    file.write_text(flood(), "utf-8")
    target = start(file, flags=("--inspect=127.0.0.1:0", *STEADY[1:]))
    with Proxy(inspector_port(target.process)) as proxy:
        at = f":{proxy.port}"
        store = tmp_path / "app.db"
        one = agent(at, store, 60, "fetch", module="tests.fault.follow")
        one.wait_for("tracing", 40)
        before = most_memory(target.pid, WARM_S)
        proxy.swallow()
        grown = most_memory(target.pid, 60 if SOAK else 8) - before
        assert one.popen.wait(60) in {0, 4}, one.told()
    figure(f"F3 half open: target {grown:+.1f} MB, exit code {one.popen.returncode}")
    assert grown <= 8
    assert target.process.alive()
