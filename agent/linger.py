"""Outlive the agent for a moment: hang up in peace, and close what it opened.

In: the sockets of our inspector sessions, and the targets that are opening their
inspector for us. Out: a small process beside the agent that knows them too. While the
agent lives it does nothing; when the agent is gone, however it went, it ends each
session as the agent would have: turns its domains off, waits until everything is
answered, and hangs up. It has `agent/unattended.py` close an inspector whose probe is
not in yet, which nobody else would.

Why hold sockets: Node 20 and 22 die (SIGSEGV in `WsHandler::Write`, in the inspector's
own thread) when a client hangs up at the moment in which an answer or an event is
written to it. Measured with 500 such hang-ups each: Node 20.20 died 8 times, 22.23 died
5 times, 24.21 never; of 1,500 hang-ups with nothing on its way none killed. A killed
agent cannot choose its moment, so the kernel must not close its sockets with it. That
it was quiet for 0.3 s does not say that nothing is on its way: on a machine with a load
of 10, answers came seconds apart, and 2 of some 180 kills killed the target.

Runs as a program of its own; that one needs nothing but the standard library.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

MOST_S = 60.0
"""So long at most after the agent went: a target that does not answer."""
STOP = 2_147_483_001
"""The number of the last command of a session: once it is answered, all before it are,
because an isolate answers in the order in which it was asked."""
OFF = ("Debugger", "Profiler", "HeapProfiler", "Runtime", "NodeWorker")
"""Domains that tell of things without being asked."""
ANSWERED = f'"id":{STOP}'.encode()
IDLE_MS = 50
ANSWERS_S = 10.0
"""So long at most a living agent waits for answers before it hangs up."""
LOOK_S = 0.02
DEAF_TO = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
HOLD, BEGIN, END = "hold", "begin", "end"

_lock = threading.Lock()
_door: list[socket.socket] = []
_children: list[int] = []


def hang_up(busy: Callable[[], bool], end: Callable[[], None]) -> None:
    """End a session of a living agent: now, or in the background once nobody is busy.

    `busy` tells whether something is still on its way, `end` hangs up.
    """

    def wait() -> None:
        ends = time.monotonic() + ANSWERS_S
        while busy() and time.monotonic() < ends:
            time.sleep(LOOK_S)
        end()

    if busy():
        threading.Thread(target=wait, daemon=True).start()
    else:
        end()


def there() -> bool:
    """Tell whether the process beside us knows what we told it last."""
    return bool(_door)


def hold(sock: socket.socket) -> None:
    """Have the process beside us hold a connected socket too.

    From now on only `shutdown` ends the connection, `close` alone does not. Where no
    process can be started, the agent goes on without; `there` tells.
    """
    _tell(HOLD, [sock.fileno()])


def stand_by(pid: int, started: int, ports: Iterable[int]) -> None:
    """From now on until `stand_down` a target may open an inspector for us.

    `started` is its start time in ticks, `ports` are those on which it listens already.
    """
    _tell(" ".join(map(str, (BEGIN, pid, started, *ports))))


def stand_down(pid: int) -> None:
    """What the target has opened is looked after by now."""
    _tell(f"{END} {pid}")


def _tell(text: str, sockets: Iterable[int] = ()) -> None:
    """It starts with the first thing to know, and again after it knew of nothing."""
    message = (text.encode(), list(sockets))
    with _lock, contextlib.suppress(OSError):
        if _door and _sent(_door[0], *message):
            return
        _let_go()
        if text.startswith(END):
            return
        _reap()
        door = _started()
        if _sent(door, *message):
            _door.append(door)
        else:
            door.close()


def _sent(door: socket.socket, data: bytes, sockets: list[int]) -> bool:
    try:
        return bool(socket.send_fds(door, [data], sockets))
    except OSError:
        return False  # it has ended, because it knew of nothing any more


def _started() -> socket.socket:
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
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


class Keeper:
    """What the process beside the agent knows."""

    def __init__(self, door: socket.socket) -> None:
        """Take its end of the way to the agent."""
        self.held: dict[int, socket.socket] = {}
        self.guarded: dict[str, list[str]] = {}
        """What `agent.unattended` must know, by pid."""
        self._door = door
        self._poll = select.poll()
        self._poll.register(door, select.POLLIN)

    def watch(self) -> None:
        """Listen until the agent is gone, or there is nothing to know for a while."""
        while True:
            busy = self.held or self.guarded
            told = self._poll.poll(None if busy else IDLE_MS)
            if not told:
                return
            for number, _ in told:
                if number == self._door.fileno():
                    if not self._hear():
                        return
                else:  # hung up, by the agent or by the target
                    self._poll.unregister(number)
                    self.held.pop(number).close()

    def _hear(self) -> bool:
        data, numbers, *_ = socket.recv_fds(self._door, 4096, 1)
        for number in numbers:
            self.held[number] = socket.socket(fileno=number)
            self._poll.register(number, select.POLLRDHUP)
        what, *words = data.decode().split() or [""]
        if what == BEGIN:
            self.guarded[words[0]] = words
        elif what == END:
            self.guarded.pop(words[0], None)
        return bool(data)


def last_words() -> bytes:
    """Return the last commands of a session, as frames of a websocket."""
    off: list[dict[str, object]] = [
        {"id": STOP + n, "method": f"{it}.disable"} for n, it in enumerate(OFF, 1)
    ]
    return b"".join(map(framed, [*off, {"id": STOP, "method": "Runtime.getIsolateId"}]))


def framed(command: dict[str, object]) -> bytes:
    """Return a short text as one frame, masked with zeros (RFC 6455, 5.2)."""
    text = json.dumps(command).encode()
    return bytes((0x81, 0x80 | len(text))) + bytes(4) + text


def take_leave(held: Iterable[socket.socket], most: float) -> None:
    """End these sessions, each once it is answered, after `most` seconds at most.

    Where the agent was in the middle of a frame, the last words are not understood, and
    no answer comes.
    """
    heard: dict[socket.socket, bytes] = {}
    for one in held:
        one.setblocking(False)
        heard[one] = b""
        with contextlib.suppress(OSError):
            one.sendall(last_words())
    ends = time.monotonic() + most
    while heard and (left := ends - time.monotonic()) > 0:
        for one in select.select(list(heard), [], [], left)[0]:
            data = b""
            with contextlib.suppress(OSError):
                data = one.recv(1 << 20)
            heard[one] = heard[one][-len(ANSWERED) :] + data
            if not data or ANSWERED in heard[one]:
                del heard[one]
                one.close()
    for one in heard:
        one.close()


def attend(words: list[str]) -> None:
    """Have the inspector closed that a target opens for an agent that is gone."""
    room = str(Path(__file__).resolve().parent.parent)
    paths = [room, os.environ.get("PYTHONPATH", "")]
    subprocess.Popen(
        [sys.executable, "-m", "agent.unattended", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
    )


def main() -> None:
    """Be the process beside an agent; its end of the way is our standard input."""
    for each in DEAF_TO:
        signal.signal(each, signal.SIG_IGN)
    keeper = Keeper(socket.socket(fileno=0))
    keeper.watch()
    take_leave(keeper.held.values(), MOST_S)
    for words in keeper.guarded.values():
        attend(words)


if __name__ == "__main__":
    main()
else:
    atexit.register(_let_go)
