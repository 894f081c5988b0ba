"""What the kernel tells about a process, before anything is sent to it.

In: a pid. Out: its binary, command line, start time, how it takes SIGUSR1, and the
ports it listens on, in its own network namespace. Reads /proc only.
"""

from __future__ import annotations

import ipaddress
import os
import re
import signal
from dataclasses import dataclass, replace
from pathlib import Path

from agent import options as node_options
from agent.binary import runtime

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Listener:
    """A TCP port that a process listens on."""

    host: str
    port: int
    inode: int
    uid: int = 0
    """Who opened it."""
    peer: int = 0
    """The other end's port, of a connection."""


@dataclass(frozen=True, slots=True)
class Facts:
    """One process as the kernel describes it."""

    pid: int
    started: int
    """Clock ticks after boot; with the pid it names a process for good."""
    command: tuple[str, ...]
    is_node: bool
    takes_usr1: bool
    options: tuple[str, ...]
    """Options of Node itself: those in NODE_OPTIONS, then those before the script."""
    is_worker: bool = False
    """A cluster worker: it opens its inspector on a port of its own."""
    runtime: str = "other"
    """node, electron, deno, bun or other."""
    single: bool = False
    """A single-executable app."""
    state: str = "S"
    """The kernel's letter: T is stopped, t is held by a tracer."""
    inside: int = 0
    """Its number in its own pid namespace: what `process.pid` is there."""
    uid: int = 0
    parent: int = 0

    def has(self, *names: str) -> bool:
        """Tell whether Node was started with one of these options."""
        return any(option.split("=")[0] in names for option in self.options)


@dataclass(frozen=True, slots=True)
class Scheduled:
    """What the kernel gave a process' main thread so far, in nanoseconds."""

    ran_ns: int
    waited_ns: int
    """It could have run, and had no CPU."""


def scheduled(pid: int) -> Scheduled | None:
    """Return how long a main thread ran and waited for a CPU; None: nobody tells.

    Source: /proc/PID/task/TID/schedstat, Documentation/scheduler/sched-stats.rst.
    """
    try:
        text = (PROC / str(pid) / "task" / str(pid) / "schedstat").read_text("ascii")
        ran, waited, _ = map(int, text.split())
    except (OSError, ValueError):
        return None
    return Scheduled(ran, waited) if ran else None


def started(pid: int) -> int | None:
    """Return when a process started, or None when there is none."""
    try:
        stat = (PROC / str(pid) / "stat").read_text("utf-8", "replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else int(fields[19])


def ended(pid: int) -> int | None:
    """Return the parent of a zombie, None when there is no such process."""
    try:
        status = (PROC / str(pid) / "status").read_text("utf-8", "replace")
    except OSError:
        return None
    return int(_fields(status).get("PPid", "0"))


def started_epoch_ns(ticks: int) -> int:
    """Return the wall-clock time of a start time in ticks."""
    boot = re.search(r"^btime (\d+)$", (PROC / "stat").read_text(), re.MULTILINE)
    since = int(boot[1]) if boot else 0
    return since * 1_000_000_000 + ticks * 1_000_000_000 // os.sysconf("SC_CLK_TCK")


def age(ticks: int) -> float:
    """Return how many seconds ago a process started."""
    uptime = float((PROC / "uptime").read_text().split()[0])
    return uptime - ticks / os.sysconf("SC_CLK_TCK")


def facts(pid: int) -> Facts:
    """Read what is known; PermissionError or ProcessLookupError when it may not be."""
    since = started(pid)
    if since is None:
        raise ProcessLookupError(pid)
    home = PROC / str(pid)
    try:
        command = _words(home / "cmdline")
        status = (home / "status").read_text("utf-8", "replace")
        environment = _environment(home)
        binary = runtime(home)
    except FileNotFoundError as error:
        raise ProcessLookupError(pid) from error
    fields = _fields(status)
    inside = fields.get("NSpid", "").split() or [str(pid)]
    written = () if binary.single else node_options.of_command(command)
    from_environment = node_options.of_environment(environment.get("NODE_OPTIONS", ""))
    return Facts(
        pid,
        since,
        command,
        binary.name == "node",
        _catches(status, signal.SIGUSR1),
        (*from_environment, *written),
        "NODE_UNIQUE_ID" in environment,
        binary.name,
        binary.single,
        fields.get("State", "S")[:1],
        int(inside[-1]),
        int(fields.get("Uid", "0").split()[0]),
        int(fields.get("PPid", "0")),
    )


def descendants(pid: int) -> list[int]:
    """Return every process below one, nearest first."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                status = (entry / "status").read_text("utf-8", "replace")
            except OSError:
                continue
            above = int(_fields(status).get("PPid", "0"))
            children.setdefault(above, []).append(int(entry.name))
    found = sorted(children.get(pid, []))
    for one in found:
        found += sorted(children.get(one, []))
    return found


def node_pids() -> list[int]:
    """Return every Node process that we may look into."""
    found: list[int] = []
    for entry in PROC.iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            if _catches((entry / "status").read_text("utf-8", "replace"), 10) and (
                runtime(entry).name == "node"
            ):
                found.append(int(entry.name))
        except OSError:
            continue
    return sorted(found)


def sockets(pid: int) -> dict[int, int]:
    """Return the sockets that a process holds: inode -> file descriptor."""
    found: dict[int, int] = {}
    try:
        for link in (PROC / str(pid) / "fd").iterdir():
            try:
                match = re.fullmatch(r"socket:\[(\d+)\]", str(link.readlink()))
            except OSError:
                continue
            if match:
                found[int(match[1])] = int(link.name)
    except OSError:
        return {}
    return found


def listeners(pid: int) -> list[Listener]:
    """Return the TCP ports that a process listens on, in its own namespace."""
    held = sockets(pid)
    return [one for one in all_listeners(pid) if one.inode in held]


def all_listeners(near: int | None = None) -> list[Listener]:
    """Return every listening TCP port of our network namespace, or of a process's."""
    return _table(near, "0A")


def clients(pid: int, port: int) -> int:
    """Return how many connections a process holds on a port that it listens on."""
    held = sockets(pid)
    return sum(one.port == port and one.inode in held for one in _table(pid, "01"))


def peers(pid: int, port: int) -> set[int]:
    """Return the other ends' ports of the connections to a port near a process."""
    return {one.peer for one in _table(pid, "01") if one.port == port}


def owner(port: int, near: int | None = None) -> int | None:
    """Return who listens on a port near us or a process, as far as we may see."""
    inodes = {one.inode for one in all_listeners(near) if one.port == port}
    for entry in PROC.iterdir() if inodes else ():
        if entry.name.isdigit() and inodes & sockets(int(entry.name)).keys():
            return int(entry.name)
    return None


def _table(near: int | None, state: str) -> list[Listener]:
    found: list[Listener] = []
    for name in ("tcp", "tcp6"):
        file = PROC / ("self" if near is None else str(near)) / "net" / name
        try:
            lines = file.read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == state:
                local = _listener(fields[1], int(fields[9]), int(fields[7]))
                found.append(replace(local, peer=int(fields[2].split(":")[1], 16)))
    return found


def _listener(address: str, inode: int, uid: int) -> Listener:
    host, port = address.split(":")
    raw = bytes.fromhex(host)
    # The kernel prints words of four bytes in the machine's order.
    words = (raw[at : at + 4][::-1] for at in range(0, len(raw), 4))
    found = ipaddress.ip_address(b"".join(words))
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return Listener(str(found), int(port, 16), inode, uid)


def _words(path: Path) -> tuple[str, ...]:
    text = path.read_bytes().decode("utf-8", "replace")
    return tuple(text.rstrip("\0").split("\0")) if text else ()


def _environment(home: Path) -> dict[str, str]:
    try:
        pairs = (word.partition("=") for word in _words(home / "environ"))
    except PermissionError:
        return {}
    return {name: value for name, _, value in pairs}


def _fields(status: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in status.splitlines())
    return {name: value.strip() for name, _, value in pairs}


def _catches(status: str, number: int) -> bool:
    mask = re.search(r"^SigCgt:\s*([0-9a-f]+)$", status, re.MULTILINE)
    return mask is not None and bool(int(mask[1], 16) >> (number - 1) & 1)
