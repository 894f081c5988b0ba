"""Start real Node processes for a test, and see what a test left behind.

In: a script and its arguments. Out: a running process whose output is collected
while it runs. Everything listens on loopback; nothing outlives its test.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import threading
import time
from typing import TYPE_CHECKING, NamedTuple

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

GRACE_S = 2.0
"""How long a process may take to disappear after its test is over."""


class NodeProcess:
    """One Node process; its stdout and stderr are read as they come."""

    def __init__(self, command: list[str], env: Mapping[str, str], cwd: Path | None):
        self.popen = subprocess.Popen(
            command,
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        self.out: list[str] = []
        self.err: list[str] = []
        self._news = threading.Condition()
        self._open_pipes = 2
        self._readers = [
            threading.Thread(target=self._read, args=pipe, daemon=True)
            for pipe in ((self.popen.stdout, self.out), (self.popen.stderr, self.err))
        ]
        for reader in self._readers:
            reader.start()

    @property
    def pid(self) -> int:
        return self.popen.pid

    def alive(self) -> bool:
        return self.popen.poll() is None

    def wait_for_line(self, pattern: str, timeout: float = 40) -> re.Match[str]:
        """Return the first match of `pattern` on stdout, now or soon."""
        found: re.Match[str] | None = None

        def seen() -> bool:
            nonlocal found
            found = next(filter(None, (re.search(pattern, x) for x in self.out)), None)
            return found is not None or not self._open_pipes

        with self._news:
            self._news.wait_for(seen, timeout)
        if found is None:
            if not self._open_pipes:  # it is ending: its exit code comes a moment later
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.popen.wait(GRACE_S)
            raise AssertionError(f"no line matching {pattern!r}: {self.story()}")
        return found

    def wait_for_port(self, port: int, timeout: float = 40) -> None:
        """Return once somebody accepts connections on this loopback port."""
        deadline = time.monotonic() + timeout
        while not accepts(port):
            if not self.alive() or time.monotonic() > deadline:
                raise AssertionError(f"nobody listens on {port}: {self.story()}")
            time.sleep(0.02)

    def wait(self, timeout: float = 40) -> int:
        """Return the exit code, once the process ended and all output is read."""
        code = self.popen.wait(timeout)
        for reader in self._readers:
            reader.join(timeout)
        return code

    def stop(self) -> None:
        """End it now, whatever it is doing; its descendants too."""
        for process in family(self.pid):
            kill(process)
        self.popen.wait(GRACE_S)
        for reader in self._readers:
            reader.join(GRACE_S)
        for pipe in (self.popen.stdout, self.popen.stderr):
            if pipe is not None:
                pipe.close()

    def story(self) -> str:
        """Say what is known about it, for the message of a failed test."""
        state = "running" if self.alive() else f"exit code {self.popen.returncode}"
        return "\n".join(
            [
                f"{self.popen.args!r} ({state})",
                *(f"  stdout: {line}" for line in self.out[-20:]),
                *(f"  stderr: {line}" for line in self.err[-20:]),
            ]
        )

    def _read(self, pipe: Iterable[str], lines: list[str]) -> None:
        for line in pipe:
            with self._news:
                lines.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._open_pipes -= 1
            self._news.notify_all()


class Leftovers(NamedTuple):
    """What a test must not leave: processes below us, and our listening ports."""

    processes: frozenset[psutil.Process]
    ports: frozenset[tuple[str, int]]


def leftovers() -> Leftovers:
    """Take stock of the processes below this one, and the ports all of us hold."""
    me = psutil.Process()
    children = frozenset(p for p in me.children(recursive=True) if counts(p))
    ports = frozenset(
        address for process in (me, *children) for address in listeners(process)
    )
    return Leftovers(children, ports)


def new_leftovers(before: Leftovers, grace: float = GRACE_S) -> Leftovers:
    """Return what came since `before` and does not go away by itself."""
    deadline = time.monotonic() + grace
    while True:
        now = leftovers()
        new = Leftovers(now.processes - before.processes, now.ports - before.ports)
        if not any(new) or time.monotonic() > deadline:
            return new
        time.sleep(0.02)


def counts(process: psutil.Process) -> bool:
    """Tell whether a test answers for this process: alive, and not Python's own."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE and not any(
            "multiprocessing.resource_tracker" in part for part in process.cmdline()
        )
    except psutil.NoSuchProcess:
        return False


def listeners(process: psutil.Process) -> list[tuple[str, int]]:
    """Return the address of every listening TCP socket of one process."""
    try:
        connections = process.net_connections(kind="tcp")
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return []
    return [
        (str(connection.laddr.ip), int(connection.laddr.port))
        for connection in connections
        if connection.status == psutil.CONN_LISTEN
    ]


def marked(name: str, value: str) -> list[psutil.Process]:
    """Find every process started with this environment variable, ours excepted.

    A daemon that left our process tree still carries it.
    """
    found: list[psutil.Process] = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get(name) == value:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied, OSError):
            continue
    return [process for process in found if counts(process)]


def family(pid: int) -> list[psutil.Process]:
    """Return a process and everything below it, children first."""
    try:
        process = psutil.Process(pid)
        return [*reversed(process.children(recursive=True)), process]
    except psutil.NoSuchProcess:
        return []


def kill(process: psutil.Process) -> None:
    """End one process, if it still exists."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process.kill()


def describe(process: psutil.Process) -> str:
    """Name a process in the message of a failed test."""
    try:
        return f"process {process.pid}: {' '.join(process.cmdline())}"
    except psutil.NoSuchProcess:
        return f"process {process.pid}: gone by now"


def accepts(port: int) -> bool:
    """Tell whether somebody accepts connections on this loopback port."""
    with socket.socket() as client:
        client.settimeout(0.5)
        return client.connect_ex(("127.0.0.1", port)) == 0


def unused_port() -> int:
    """Return a loopback port that nobody listens on at this moment."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


def eventually(
    holds: Callable[[], object], what: str, timeout: float = 30, every: float = 0.02
) -> None:
    """Wait until `holds()` is true; fail saying `what` did not happen."""
    deadline = time.monotonic() + timeout
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout} s: {what}")
        time.sleep(every)
