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

from agent import linger
from agent.control import Control
from agent.inspector import close_inspector, open_inspector
from agent.target import by_pid
from tests.conftest import ROOT
from tests.processes import eventually, listeners

ENV = {**os.environ, "PYTHONPATH": str(ROOT)}


def test_held_sockets_outlive_their_owner_until_all_is_quiet():
    ours, its = socket.socketpair()
    here, there = socket.socketpair()
    with ours, there:
        socket.send_fds(ours, [b"+"], [here.fileno()])
        here.close()
        ours.close()
        held = linger.keep(its)
        talking = threading.Thread(target=talk, args=(there, 5))
        began = time.monotonic()
        talking.start()
        linger.drain(held, quiet=0.3, most=30)
        took = time.monotonic() - began
        talking.join()
        assert there.recv(1) == b""
    assert took >= 0.5
    its.close()


def talk(one: socket.socket, times: int) -> None:
    for _ in range(times):
        one.send(b"x" * 100)
        time.sleep(0.1)


def test_one_that_never_stops_talking_is_left_all_the_same():
    here, there = socket.socketpair()
    stop = threading.Event()

    def talk_on() -> None:
        with contextlib.suppress(OSError):
            while not stop.is_set():
                there.send(b"x" * 100)

    talking = threading.Thread(target=talk_on)
    talking.start()
    linger.drain([here], quiet=0.3, most=0.5)
    stop.set()
    talking.join(5)
    assert not talking.is_alive()
    there.close()


def test_what_was_hung_up_is_not_held():
    ours, its = socket.socketpair()
    here, there = socket.socketpair()
    with ours, its, there:
        socket.send_fds(ours, [b"+"], [here.fileno()])
        keeping = threading.Thread(target=linger.keep, args=(its,))
        keeping.start()
        here.shutdown(socket.SHUT_RDWR)
        here.close()
        assert there.recv(1) == b""
        keeping.join(5)
        assert not keeping.is_alive()


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
