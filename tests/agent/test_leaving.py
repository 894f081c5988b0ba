"""The inspector that we opened: moved, closed, or left to somebody else."""

from __future__ import annotations

import signal
import time
from dataclasses import replace

import pytest

from agent import leaving
from agent.attach import attach
from agent.bulk import Bulk
from agent.discovery import discover
from agent.inspector import open_inspector
from agent.leaving import close_port
from agent.ledger import Ledger
from agent.options import DEFAULT_PORT
from agent.target import by_pid
from store.errors import NoTarget
from tests.agent.live import abandoned, elsewhere, get, ports, refuse, talks
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


def test_an_inspector_that_cannot_move_is_used_where_it_is(start_app):
    process, port = start_app(flags=())
    told: list[str] = []
    with (
        moving(process.pid, at_once=True, on_audit=told.append) as observed,
        Bulk(discover("127.0.0.1", DEFAULT_PORT) or "") as other,
    ):
        observed.settle(yields_port=True)
        assert ports(process.pid) == {port, DEFAULT_PORT}
        assert observed.status().alive
        assert other.evaluate("1 + 1") == 2
    assert any("stays: somebody else" in one for one in told), told
    assert ports(process.pid) == {port}


LONG = """
'use strict';
const http = require('http');
const server = http.createServer((req, res) => {
  const ends = Date.now() + Number(req.url.slice(1));
  res.end('began');
  setTimeout(() => { while (Date.now() < ends); }, 1);
});
server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
"""


@pytest.mark.parametrize("longer_ms", [-20, 0, 20, 3000])
def test_a_target_in_a_long_turn_is_observed_where_it_is(
    node_version, start_app, monkeypatch, longer_ms
):
    """Also where the turn ends at the very moment at which we no longer wait."""
    wait_s = 1.5
    monkeypatch.setattr(leaving, "MOVE_S", wait_s)
    process, port = start_app(LONG, node=node_version, flags=())
    told: list[str] = []
    with moving(process.pid, at_once=True, on_audit=told.append) as observed:
        observed.watch(0.2)
        eventually(lambda: observed.status().events >= 0, "it answers")
        get(port, f"/{wait_s * 1000 + longer_ms:.0f}")
        observed.settle(yields_port=True)
        assert observed.status().alive
        assert observed.walk()
        (inspector,) = ports(process.pid) - {port}
        assert discover("127.0.0.1", inspector)
        if longer_ms > 1000:
            assert inspector == DEFAULT_PORT
            assert any("stays: the target is in one long turn" in one for one in told)
        eventually(lambda: get(port, "/0") == b"began", "the turn is over")
        assert observed.status().alive
    assert ports(process.pid) == {port}


SLOW = """
'use strict';
const inspector = require('inspector');
const { close } = inspector;
inspector.close = () => {
  const ends = Date.now() + 1200;
  while (Date.now() < ends);
  close();
};
require('http').createServer((req, res) => res.end('ok'))
  .listen(0, '127.0.0.1', function () { console.log('port ' + this.address().port); });
"""


def test_an_inspector_that_closes_while_we_come_back_is_followed(
    node_version, start_app, monkeypatch
):
    """The order to stay arrives while it closes: V8 answers in the middle of a turn."""
    monkeypatch.setattr(leaving, "MOVE_S", 0.6)
    process, port = start_app(SLOW, node=node_version, flags=())
    with moving(process.pid, at_once=True) as observed:
        observed.settle(yields_port=True)
        assert observed.status().alive
        assert observed.walk()
        assert ports(process.pid) - {port} != {DEFAULT_PORT}
    assert ports(process.pid) == {port}


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
