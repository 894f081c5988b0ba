"""Nobody hangs up on an inspector while something is on its way."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time

import psutil
import pytest

from agent import linger
from agent.bulk import Bulk
from agent.control import Control
from agent.inspector import close_inspector, open_inspector
from agent.session import by_value
from agent.target import by_pid
from store.errors import TargetGone
from tests.conftest import ROOT
from tests.processes import eventually, listeners

ENV = {**os.environ, "PYTHONPATH": str(ROOT)}


def test_held_sockets_outlive_their_owner_until_all_is_answered():
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    here, there = socket.socketpair()
    with ours, its, there:
        socket.send_fds(ours, [b"hold"], [here.fileno()])
        here.close()
        ours.close()
        keeper = linger.Keeper(its)
        keeper.watch()
        leaving = threading.Thread(
            target=linger.take_leave, args=(keeper.held.values(), 30)
        )
        leaving.start()
        asked = b""
        while b"getIsolateId" not in asked:
            asked += there.recv(1 << 16)
        # In two parts, and after more than it reads at once.
        for part in (b"x" * 100_000, linger.ANSWERED[:7], linger.ANSWERED[7:]):
            leaving.join(0.4)
            assert leaving.is_alive(), "it hung up while an answer was on its way"
            there.sendall(part)
        leaving.join(5)
        assert not leaving.is_alive()
        assert there.recv(1) == b""


def test_one_that_never_answers_is_left_all_the_same():
    here, there = socket.socketpair()
    stop = threading.Event()

    def talk_on() -> None:
        with contextlib.suppress(OSError):
            while not stop.is_set():
                there.send(b"x" * 100)

    talking = threading.Thread(target=talk_on)
    talking.start()
    linger.take_leave([here], most=0.5)
    stop.set()
    talking.join(5)
    assert not talking.is_alive()
    there.close()


SLOW = """
import os, signal, sys
from agent.bulk import Bulk
from agent.session import by_value
bulk = Bulk(sys.argv[1])
bulk.call("Debugger.enable")
work = (
    "for (const t = Date.now(); Date.now() - t < 700;);"
    "globalThis.last = Date.now();"
)
try:
    bulk.calls([("Runtime.evaluate", by_value(work))] * 4, deadline=0.2)
finally:
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_agent_is_connected_until_the_last_slow_answer(start_app):
    process, _ = start_app()
    endpoint = open_inspector(by_pid(process.pid))
    with Bulk(endpoint.url) as bulk:
        command = [sys.executable, "-c", SLOW, endpoint.url]
        ended = subprocess.run(command, env=ENV, cwd=ROOT, timeout=30, check=False)
        assert ended.returncode == -signal.SIGKILL
        others: list[int] = []

        def alone() -> bool:
            others.append(len(clients(process.pid, endpoint.port)))
            return others[-1] == 1

        eventually(alone, "it has hung up", every=0.05)
        assert others[0] == 2, "it was not connected"
        hung_up = time.time() * 1000
        last = bulk.evaluate("globalThis.last")
        assert isinstance(last, (int, float))
        assert hung_up >= last, "it hung up while answers were on their way"
    with Control(endpoint.url) as control:
        close_inspector(control)


def clients(pid: int, port: int) -> list[int]:
    """The ports of those who are connected to one of a process."""
    return [
        one.raddr.port
        for one in psutil.Process(pid).net_connections("tcp")
        if one.status == psutil.CONN_ESTABLISHED and one.laddr.port == port
    ]


def test_what_was_hung_up_is_not_held():
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    here, there = socket.socketpair()
    with ours, its, there:
        socket.send_fds(ours, [b"hold"], [here.fileno()])
        watching = threading.Thread(target=linger.Keeper(its).watch)
        watching.start()
        here.shutdown(socket.SHUT_RDWR)
        here.close()
        assert there.recv(1) == b""
        watching.join(5)
        assert not watching.is_alive()


def test_targets_are_guarded_until_they_are_looked_after():
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, its:
        for text in (b"begin 12 345 80 443", b"begin 13 346", b"end 12", b"end 99"):
            ours.send(text)
        ours.close()
        keeper = linger.Keeper(its)
        keeper.watch()
    assert keeper.guarded == {"13": ["13", "346"]}


DIES = """
import os, signal, sys
from agent import linger
from agent.inspector import open_inspector
from agent.target import by_pid
open_inspector(by_pid(int(sys.argv[1])), None, linger.stand_by)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_port_of_an_agent_that_was_killed_is_closed(start_app):
    process, _ = start_app()
    target = psutil.Process(process.pid)
    before = ports(target)
    died = subprocess.run(
        [sys.executable, "-c", DIES, str(process.pid)], cwd=ROOT, check=False
    )
    assert died.returncode < 0
    eventually(lambda: ports(target) == before, "its port is closed", 20)
    assert process.alive()


def test_one_that_is_looked_after_is_left_alone(start_app):
    process, _ = start_app()
    target = psutil.Process(process.pid)
    before = ports(target)
    program = DIES.replace("os.kill", "linger.stand_down(int(sys.argv[1]))\nos.kill")
    died = subprocess.run(
        [sys.executable, "-c", program, str(process.pid)], cwd=ROOT, check=False
    )
    assert died.returncode < 0
    time.sleep(1)  # nothing to wait for: it must stay
    assert ports(target) > before
    with Control(open_inspector(by_pid(process.pid)).url) as control:
        close_inspector(control)


def test_a_living_agent_hangs_up_once_nothing_is_on_its_way():
    answers = threading.Event()
    over = threading.Event()
    linger.hang_up(lambda: not answers.is_set(), over.set)
    assert not over.is_set()
    answers.set()
    assert over.wait(5)


def test_a_session_is_closed_after_its_last_answer(start_app):
    process, _ = start_app()
    endpoint = open_inspector(by_pid(process.pid))
    bulk = Bulk(endpoint.url)
    with pytest.raises(TargetGone, match="in time"):
        bulk.call(
            "Runtime.evaluate",
            by_value("{ const t = Date.now(); while (Date.now() - t < 1500); }"),
            deadline=0.2,
        )
    bulk.close()
    assert bulk.open, "its answer is on its way"
    eventually(lambda: not bulk.open, "it is closed")
    with Control(endpoint.url) as control:
        close_inspector(control)


def kills(process, url, times, chance):
    """Kill so many agents in the middle of their questions."""
    for number in range(times):
        with subprocess.Popen(
            [sys.executable, "-m", "tests.agent.asking", url],
            cwd=ROOT,
            env=ENV,
            stdout=subprocess.PIPE,
        ) as one:
            assert one.stdout is not None
            assert one.stdout.readline() == b"asking\n"
            time.sleep(chance.random() * 0.05)
            one.send_signal(signal.SIGKILL)
        assert process.alive(), f"dead after {number + 1} kills: {process.story()}"


def test_an_agent_killed_while_answers_are_on_their_way(
    start_app, node_version, seed, rounds
):
    """Node 20 and 22 died of it in one of nine kills before sockets were held."""
    process, _ = start_app(node=node_version)
    endpoint = open_inspector(by_pid(process.pid))
    times = max(10, rounds(100))
    kills(process, endpoint.url, times, random.Random(seed))
    target = psutil.Process(process.pid)
    eventually(lambda: not connected(target, endpoint.port), "all have hung up", 15)
    with Control(endpoint.url) as control:
        assert control.evaluate("1 + 1") == 2
        close_inspector(control)
    eventually(lambda: endpoint.port not in ports(target), "closed")
    assert process.alive()
    print(f"{times} agents killed while they asked, the target lives")


def connected(target: psutil.Process, port: int) -> bool:
    return any(
        one.laddr.port == port and one.status == psutil.CONN_ESTABLISHED
        for one in target.net_connections("tcp")
    )


def ports(target: psutil.Process) -> set[int]:
    return {port for _, port in listeners(target)}
