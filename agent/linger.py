"""Hang up on an inspector only when nothing is on its way to us.

In: the sockets of our sessions. Out: a small process beside the agent that holds them
too. While the agent lives it does nothing; when the agent is gone, however it went, it
takes what still comes and hangs up once all is quiet.

Why: Node 20 and 22 die (SIGSEGV in `WsHandler::Write`, in the inspector's own thread)
when a client hangs up at the moment in which an answer or an event is written to it.
Measured with 500 such hang-ups each: Node 20.20 died 8 times, 22.23 died 5 times, 24.21
never; of 1,500 hang-ups with nothing on its way none killed. A killed agent cannot
choose its moment, so the kernel must not close its sockets with it.

Run as a program by `hold`; needs nothing but the standard library.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

QUIET_S = 0.3
"""So long without a byte is quiet."""
MOST_S = 5.0
"""So long at most after the agent went: a target that never stops talking."""
IDLE_MS = 50
DEAF_TO = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)

_lock = threading.Lock()
_door: list[socket.socket] = []
_children: list[int] = []


def hold(sock: socket.socket) -> None:
    """Have the process beside us hold a connected socket too; it starts with the first.

    From now on only `shutdown` ends the connection, `close` alone does not. Where no
    process can be started, the agent goes on without.
    """
    with _lock, contextlib.suppress(OSError):
        if _door and _sent(_door[0], sock):
            return
        _let_go()
        _reap()
        _door.append(_started())
        _sent(_door[0], sock)


def _sent(door: socket.socket, sock: socket.socket) -> bool:
    try:
        return bool(socket.send_fds(door, [b"+"], [sock.fileno()]))
    except OSError:
        return False  # it has ended, because it held nothing any more


def _started() -> socket.socket:
    ours, its = socket.socketpair()
    with its:
        # A group of its own: what is sent to the agent's group is not for it.
        popen = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__).resolve())],
            stdin=its.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
    _children.append(popen.pid)
    popen.returncode = 0  # it may outlive us: Popen must not wait for it
    return ours


def _let_go() -> None:
    while _door:
        _door.pop().close()


def _reap() -> None:
    while _children:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(_children.pop(), os.WNOHANG)


def keep(door: socket.socket) -> list[socket.socket]:
    """Hold what comes through the door until it closes; return what is still open.

    Ends as well when there has been nothing to hold for a while.
    """
    held: dict[int, socket.socket] = {}
    poll = select.poll()
    poll.register(door, select.POLLIN)
    while True:
        told = poll.poll(None if held else IDLE_MS)
        if not told:
            return []
        for number, _ in told:
            if number != door.fileno():  # hung up, by the agent or by the target
                poll.unregister(number)
                held.pop(number).close()
                continue
            byte, numbers, *_ = socket.recv_fds(door, 1, 1)
            if not byte:
                return list(held.values())
            for one in numbers:
                held[one] = socket.socket(fileno=one)
                poll.register(one, select.POLLRDHUP)


def drain(held: list[socket.socket], quiet: float, most: float) -> None:
    """Take what still comes until it is `quiet` so long, for `most` seconds at most."""
    ends = time.monotonic() + most
    while held and (left := ends - time.monotonic()) > 0:
        ready, _, _ = select.select(held, [], [], min(quiet, left))
        if not ready:
            break
        for one in ready:
            with contextlib.suppress(OSError):
                if one.recv(1 << 20):
                    continue
            held.remove(one)
            one.close()
    for one in held:
        one.close()


if __name__ != "__main__":
    atexit.register(_let_go)
else:
    for each in DEAF_TO:
        signal.signal(each, signal.SIG_IGN)
    drain(keep(socket.socket(fileno=0)), QUIET_S, MOST_S)
