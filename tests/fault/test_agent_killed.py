"""F2: the agent is killed at any moment; the target serves on and is as it was."""

from __future__ import annotations

import random
import signal
import time
from functools import partial

import pytest

from store.database import open_store
from tests.conftest import SOAK
from tests.fault.worlds import Load, figure, integrity, state
from tests.processes import eventually

KILLS = 100 if SOAK else 3
WITHIN_S = 7.0
MORE_GAP_MS = 50


@pytest.mark.soak
@pytest.mark.timeout(3600 if SOAK else 120)
@pytest.mark.parametrize("mode", ["watch", "trace"])
def test_agents_killed_under_load(mode, start, agent, node, tmp_path, seed):
    chance = random.Random(seed)
    app, control = start(), start()
    slowest = gap = reference = 0.0
    failed = served = traced = 0
    with Load(node, [app.port, control.port]) as load:
        for number in range(KILLS):
            store = tmp_path / f"{number}.db"
            killed = agent("record", app.pid, "--mode", mode, "-o", store)
            # From before the inspector opens to well inside the tracing.
            moment = chance.uniform(0, 6) if number % 2 else chance.uniform(0, 1.5)
            eventually(partial(inside, app, killed), "the agent is in", 60)
            time.sleep(moment)
            traced += bool(state(app.port)["swapped"])
            load.window()
            assert killed.end(signal.SIGKILL) == -signal.SIGKILL, killed.told()
            killed.kill()
            slowest = max(slowest, app.as_found(WITHIN_S + 1))
            window = load.window()
            mine, other = window[app.port], window[control.port]
            gap, reference = max(gap, mine["gap"]), max(reference, other["gap"])
            failed += mine["failed"] + mine["wrong"]
            served += mine["answers"]
            assert not failed, mine
            assert integrity(store) == "ok"
            open_store(store).close()
            store.unlink()
    figure(
        f"F2 {mode}: {KILLS} kills ({traced} with hooks in place), {failed} failed of "
        f"{served} requests, largest gap {gap:.0f} ms (unattached at the same "
        f"time {reference:.0f} ms), hooks gone <= {slowest:.1f} s, "
        f"integrity {KILLS}/{KILLS}"
    )
    assert slowest <= WITHIN_S
    assert gap <= reference + MORE_GAP_MS
    assert state(app.port)["served"] > 0


def inside(app, killed):
    """Tell whether an agent, which goes on, has done something to the target."""
    assert killed.popen.poll() is None, killed.told()
    return app.changed()
