"""One recording of processes and threads that belong together."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter

import psutil

from store.abi import Event
from store.facts import Function
from tests.agent.families import grouped, write
from tests.agent.live import Load, elsewhere, named
from tests.processes import eventually, family, kill, listeners


def ports(pid: int) -> set[int]:
    return {port for p in family(pid) for _, port in listeners(p)}


def roles(group) -> Counter[str]:
    return Counter(one.role for one in group.processes)


def all_join(group) -> None:
    """Wait for the whole family; one that was left out tells why at once.

    They are joined one after the other, each in some turns of a loop that may have to
    wait for its CPU: beside 45 busy loops on two cores that takes 5 s for each process.
    """
    eventually(
        lambda: group.left_out() or len(group.processes) == 8, "all are joined", 60
    )
    assert not group.left_out()


def test_every_isolate_of_a_cluster(node_version, start_app, tmp_path, syntax):
    process, port = start_app(write(tmp_path), node=node_version, flags=())
    before = ports(process.pid)
    with (
        Load(port, "/") as load,
        grouped(process.pid, syntax, overhead_percent=50) as (group, seen),
    ):
        whole = {"main": 1, "cluster": 3, "child": 1, "thread": 3}
        eventually(lambda: roles(group) == whole, "all are joined")
        rows = {one.number: one for one in group.processes}
        assert group.process == rows[1]
        assert all(
            rows[one.parent].role == "cluster"
            for one in rows.values()
            if one.role == "thread"
        )
        assert all(
            one.parent == 1 for one in rows.values() if one.role in {"cluster", "child"}
        )
        assert all((one.thread > 0) == (one.role == "thread") for one in rows.values())
        assert len({one.pid for one in rows.values()}) == 5
        found = named(group.walk(), "handler", "job", "tick")
        assert sorted(one.name for one in found) == ["handler", "job", "tick"]
        results = group.trace(found, seconds=5)
        traced = Counter(one.name for one in results if isinstance(one, Function))
        assert traced["handler"] == traced["job"] == 3, results
        assert traced["tick"] == 1

        def everywhere() -> bool:
            entered = seen.records(Event.EXIT)
            return {rows[n].role for n in entered} == {
                "cluster",
                "thread",
                "child",
            } and (len(entered) == 7)

        eventually(everywhere, "runs of every isolate arrive")
        writes = seen.records(Event.WRITE)
        assert sum(rows[n].role == "cluster" for n in writes) == 3
        assert sum(rows[n].role == "thread" for n in writes) == 3
        scripts = [one for one in group.scripts() if one.url.endswith("worker.js")]
        assert len(scripts) == 1
        status = group.status()
        assert status.alive
        assert status.faults == 0
        assert {step.name for step in group.steps()} >= {"walk", "Debugger.enable"}
        began = time.monotonic()
        group.detach()
        assert time.monotonic() - began < 10
        assert not group.left_out()
    assert not load.failures
    # No count of any worker was lost, before, while or after its twin was in place.
    for pid in {answer.split()[0] for answer in load.answers}:
        counts = [int(a.split()[1]) for a in load.answers if a.split()[0] == pid]
        assert counts == list(range(counts[0], counts[0] + len(counts)))
    assert {answer.split()[2] for answer in load.answers} == {b"6765"}
    eventually(lambda: ports(process.pid) == before, "every port is closed")


def test_a_worker_that_starts_later_is_traced_too(start_app, tmp_path, syntax):
    process, port = start_app(write(tmp_path), flags=())
    with (
        Load(port, "/"),
        grouped(process.pid, syntax, overhead_percent=50) as (group, seen),
    ):
        all_join(group)
        group.trace(named(group.walk(), "handler", "job"), seconds=4)
        process.popen.send_signal(signal.SIGHUP)
        eventually(lambda: len(group.processes) == 10, "the new one and its thread")
        new = {one.number for one in group.processes[8:]}
        eventually(lambda: new <= seen.records(Event.EXIT).keys(), "they are seen")


def test_a_member_that_is_killed_ends_alone(start_app, tmp_path):
    process, port = start_app(write(tmp_path), flags=())
    with Load(port, "/"), grouped(process.pid) as (group, _):
        all_join(group)
        events = group.status().events
        victim = next(one for one in group.processes if one.role == "cluster")
        os.kill(victim.pid, signal.SIGKILL)
        group.walk()
        status = group.status()
        assert status.alive
        assert status.events >= events
        everyone = family(process.pid)
        os.kill(process.pid, signal.SIGKILL)
        eventually(lambda: not group.status().alive, "the end of the target is the end")
    for one in everyone:
        kill(one)


def test_one_that_hangs_holds_up_nobody(start_app, tmp_path):
    process, port = start_app(write(tmp_path), flags=())
    with grouped(process.pid) as (group, _):
        all_join(group)
        stopped = next(one for one in group.processes if one.role == "cluster").pid
        others = {one.pid for one in group.processes} - {stopped}
        os.kill(stopped, signal.SIGSTOP)
        try:
            assert group.status().alive
            began = time.monotonic()
            group.detach()
            assert time.monotonic() - began < 10
            for pid in others - {process.pid}:
                assert not listeners(psutil.Process(pid)), pid
        finally:
            os.kill(stopped, signal.SIGCONT)
    eventually(lambda: ports(process.pid) == {port}, "the last one closes its own", 15)


AGENT = """
import sys, time
from rewriter.syntax.client import Syntax
from tests.agent.families import grouped
from tests.agent.live import named
with Syntax() as syntax, grouped(int(sys.argv[1]), syntax) as (group, seen):
    ends = time.monotonic() + 20
    while len(group.processes) < 8 and time.monotonic() < ends:
        time.sleep(0.05)
    group.trace(named(group.walk(), 'handler', 'job'), seconds=3)
    print('traced', len(group.processes), flush=True)
    time.sleep(60)
"""


def test_an_agent_that_dies_leaves_every_isolate(start_app, tmp_path):
    process, port = start_app(write(tmp_path), flags=())
    before = ports(process.pid)
    with (
        Load(port, "/") as load,
        elsewhere(AGENT, process.pid, "traced 8") as agent,
    ):
        assert len(ports(process.pid)) == len(before) + 5
        agent.kill()
        eventually(lambda: ports(process.pid) == before, "every port is closed", 12)
    assert not load.failures
    with grouped(process.pid) as (group, _):  # none refuses: no probe is left in any
        eventually(lambda: len(group.processes) == 8, "all are joined again")
        assert not group.left_out()
