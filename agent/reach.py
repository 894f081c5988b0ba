"""Reach a target whose loopback is not ours: a container, or `ip netns`.

In: a pid. Out: sockets made inside the network namespace of that process, so that its
127.0.0.1 is meant and not ours. Only the thread that makes a socket enters; a socket
stays in the namespace where it was made, whoever uses it. Reads /proc, calls setns(2).
"""

from __future__ import annotations

import ctypes
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from store.errors import NoTarget

CLONE_NEWNET = 0x4000_0000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reach:
    """Where the loopback of a target is."""

    pid: int | None = None
    """A process in that network namespace; None: it is ours."""

    def connect(
        self, host: str, port: int, timeout: float, make: type[socket.socket]
    ) -> socket.socket:
        """Connect to a TCP port there; raises OSError like any connection."""

        def connected() -> socket.socket:
            made = make(socket.AF_INET6 if ":" in host else socket.AF_INET)
            try:
                made.settimeout(timeout)
                made.connect((host, port))
            except OSError:
                made.close()
                raise
            return made

        return self.call(connected)

    def listen(self) -> socket.socket:
        """Listen on a free port of that 127.0.0.1."""
        return self.call(lambda: socket.create_server(("127.0.0.1", 0)))

    def call(self, make: Callable[[], T]) -> T:
        """Run this inside; what it raises is raised here."""
        if self.pid is None:
            return make()
        made: list[T] = []
        failed: list[Exception] = []

        def inside() -> None:
            try:
                _enter(self.pid or 0)
                made.append(make())
            except Exception as error:  # noqa: BLE001 # raised again below
                failed.append(error)

        # setns(2) moves the calling thread alone, and this one ends at once.
        thread = threading.Thread(target=inside, daemon=True)
        thread.start()
        thread.join()
        if failed:
            raise failed[0]
        return made[0]


HERE = Reach()
"""Our own loopback."""


def of(pid: int) -> Reach:
    """Return the way to a process's loopback, or refuse with what helps."""
    if same(pid, "net"):
        return HERE
    reach = Reach(pid)
    try:
        reach.call(lambda: None)
    except PermissionError as error:
        raise NoTarget(
            f"process {pid} is in another network namespace, a container perhaps, "
            "which we may not enter",
            f"run as root: sudo nsenter -t {pid} -n fluxion record {pid} ...; "
            "or publish the port of its inspector and use :PORT",
        ) from error
    except OSError as error:
        raise NoTarget(
            f"the network namespace of process {pid} cannot be entered: "
            f"{error.strerror}",
            "run fluxion inside it, or publish the port of its inspector",
        ) from error
    return reach


def same(pid: int, kind: str) -> bool:
    """Tell whether a process shares a namespace with us: net, pid, mnt or user.

    What may not be looked at counts as shared; the refusal then comes from the kernel.
    """
    theirs = namespace(pid, kind)
    return theirs is None or theirs == namespace(os.getpid(), kind)


def namespace(pid: int, kind: str) -> str | None:
    """Return the kernel's name of a namespace, None where it may not be read."""
    try:
        return str(Path(f"/proc/{pid}/ns/{kind}").readlink())
    except OSError:
        return None


def root(pid: int) -> Path | None:
    """Return where the files of a process are seen; None: where it sees them too."""
    return None if same(pid, "mnt") else Path(f"/proc/{pid}/root")


def _enter(pid: int) -> None:
    """Python 3.11 has no os.setns."""
    library = ctypes.CDLL(None, use_errno=True)
    descriptor = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        if library.setns(descriptor, CLONE_NEWNET) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
    finally:
        os.close(descriptor)
