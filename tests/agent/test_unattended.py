"""The inspector that a dead agent left open is closed, and no other."""

from __future__ import annotations

import os
import signal

from agent import proc
from agent.bulk import Bulk
from agent.inspector import open_inspector
from agent.target import by_pid
from agent.unattended import close_for
from tests.agent.test_inspector import close
from tests.processes import eventually


def ports(pid: int) -> set[int]:
    return {one.port for one in proc.listeners(pid)}


def test_the_port_that_comes_is_closed(start_app):
    process, _ = start_app()
    before = ports(process.pid)
    os.kill(process.pid, signal.SIGUSR1)
    assert close_for(process.pid, proc.started(process.pid) or 0, before)
    eventually(lambda: ports(process.pid) == before, "its port is closed")
    assert process.alive()


def test_one_that_somebody_uses_stays_open(start_app):
    process, _ = start_app()
    before = ports(process.pid)
    endpoint = open_inspector(by_pid(process.pid))
    with Bulk(endpoint.url) as other:
        assert close_for(process.pid, proc.started(process.pid) or 0, before)
        assert ports(process.pid) > before
        assert other.open
    close(endpoint)


def test_a_process_that_has_ended_is_left_alone(start_app):
    process, _ = start_app()
    started = proc.started(process.pid) or 0
    process.stop()
    assert not close_for(process.pid, started, set())
