"""The inspector that we opened: moved, closed, or left to somebody else."""

from __future__ import annotations

import signal
import time
from dataclasses import replace

import pytest

from agent.attach import attach
from agent.bulk import Bulk
from agent.discovery import discover
from agent.inspector import open_inspector
from agent.leaving import close_port
from agent.ledger import Ledger
from agent.options import DEFAULT_PORT
from agent.target import by_pid
from store.errors import NoTarget
from tests.agent.live import abandoned, elsewhere, ports, refuse, talks
from tests.processes import eventually


def moving(pid: int, **more):
    """Attach so that Node's usual port is free again."""
    return attach(
        by_pid(pid), rewrite=refuse, on_block=lambda _: None, yields_port=True, **more
    )


def test_two_processes_that_open_the_same_port(node_version, start_app):
    one, port_one = start_app(node=node_version, flags=())
    two, port_two = start_app(node=node_version, flags=(), name="two.js")
    with moving(one.pid) as first:
        assert DEFAULT_PORT not in ports(one.pid)
        assert len(ports(one.pid)) == 2
        with moving(two.pid) as second:
            assert first.status().alive
            assert second.status().alive
            assert first.process.pid == one.pid
            assert second.process.pid == two.pid
            assert DEFAULT_PORT not in ports(two.pid)
    assert ports(one.pid) == {port_one}
    assert ports(two.pid) == {port_two}


AGENT = """
import sys, time
from tests.agent.test_leaving import moving
with moving(int(sys.argv[1])):
    print('there', flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_the_port_is_closed_when_the_agent_is_not_there(number, start_app):
    process, port = start_app(flags=())
    with elsewhere(AGENT, process.pid, "there") as agent:
        abandoned(agent, number, process, port)


@pytest.mark.parametrize("delay", [0.0, 0.02, 0.05, 0.1, 0.2])
def test_killed_at_any_moment_of_the_move(delay, start_app):
    process, port = start_app(flags=())
    with elsewhere(AGENT, process.pid) as agent:
        installed = "the probe or its port is there"
        eventually(lambda: len(ports(process.pid)) > 1, installed, every=0.001)
        # Before that, nothing of ours is in the target that could close its port.
        eventually(lambda: talks(process.pid, agent.pid), "the probe reached us")
        time.sleep(delay)  # the moment is what this test varies
    eventually(lambda: ports(process.pid) == {port}, "the port is closed", 9)


def test_the_port_stays_for_another_client(node_version, start_app):
    process, port = start_app(node=node_version)
    told: list[str] = []
    observed = attach(
        by_pid(process.pid),
        rewrite=refuse,
        on_block=lambda _: None,
        on_audit=told.append,
    )
    (inspector,) = ports(process.pid) - {port}
    url = discover("127.0.0.1", inspector)
    assert url is not None
    other = Bulk(url)
    observed.detach()
    assert ports(process.pid) == {port, inspector}
    assert other.evaluate("1 + 1") == 2
    assert any("another client" in line for line in told)
    other.close()
    close_port(open_inspector(by_pid(process.pid)), Ledger())
    eventually(lambda: ports(process.pid) == {port}, "the port is closed")


def test_another_inspector_on_our_old_port_is_not_closed(start_app):
    process, _ = start_app(flags=("--inspect=127.0.0.1:0",))
    endpoint = open_inspector(by_pid(process.pid))
    ours = endpoint.url.rpartition("/")[0] + "/another"
    close_port(replace(endpoint, url=ours), Ledger())
    assert discover(endpoint.host, endpoint.port)


def test_a_second_agent_is_refused_on_a_moved_port(start_app):
    process, _ = start_app(flags=())
    with moving(process.pid), pytest.raises(NoTarget, match="another fluxion"):
        moving(process.pid)
