"""What the kernel tells about a process, before anything is sent to it.

In: a pid. Out: its binary, command line, start time, how it takes SIGUSR1, and the
loopback ports it listens on. Reads /proc only.
"""

from __future__ import annotations

import mmap
import os
import re
import signal
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

PROC = Path("/proc")
NODE_MARK = b"internal/bootstrap/node"
"""Every Node.js binary, or its libnode.so, carries the name of its first script."""


@dataclass(frozen=True, slots=True)
class Listener:
    """A TCP port that a process listens on."""

    host: str
    port: int
    inode: int


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
    """Options of Node itself: before the script, and those in NODE_OPTIONS."""
    is_worker: bool = False
    """A cluster worker: it opens its inspector on a port of its own."""

    def has(self, *names: str) -> bool:
        """Tell whether Node was started with one of these options."""
        return any(option.split("=")[0] in names for option in self.options)


def started(pid: int) -> int | None:
    """Return when a process started, or None when there is none."""
    try:
        stat = (PROC / str(pid) / "stat").read_text("utf-8", "replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else int(fields[19])


def started_epoch_ns(ticks: int) -> int:
    """Return the wall-clock time of a start time in ticks."""
    boot = re.search(r"^btime (\d+)$", (PROC / "stat").read_text(), re.MULTILINE)
    since = int(boot[1]) if boot else 0
    return since * 1_000_000_000 + ticks * 1_000_000_000 // os.sysconf("SC_CLK_TCK")


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
        is_node = _is_node(home)
    except FileNotFoundError as error:
        raise ProcessLookupError(pid) from error
    return Facts(
        pid,
        since,
        command,
        is_node,
        _catches(status, signal.SIGUSR1),
        (*_node_options(command), *environment.get("NODE_OPTIONS", "").split()),
        "NODE_UNIQUE_ID" in environment,
    )


def node_pids() -> list[int]:
    """Return every Node process that we may look into."""
    found: list[int] = []
    for entry in PROC.iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            if _catches((entry / "status").read_text("utf-8", "replace"), 10) and (
                _is_node(entry)
            ):
                found.append(int(entry.name))
        except OSError:
            continue
    return sorted(found)


def listeners(pid: int) -> list[Listener]:
    """Return the TCP ports that a process listens on."""
    inodes: set[int] = set()
    try:
        for link in (PROC / str(pid) / "fd").iterdir():
            try:
                match = re.fullmatch(r"socket:\[(\d+)\]", str(link.readlink()))
            except OSError:
                continue
            if match:
                inodes.add(int(match[1]))
    except OSError:
        return []
    return [one for one in all_listeners() if one.inode in inodes]


def all_listeners() -> list[Listener]:
    """Return every listening TCP port of this network namespace."""
    found: list[Listener] = []
    for name in ("tcp", "tcp6"):
        try:
            lines = (PROC / "net" / name).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == "0A":
                found.append(_listener(fields[1], int(fields[9])))
    return found


def owner(port: int) -> int | None:
    """Return who listens on a port, as far as we may see."""
    inodes = {one.inode for one in all_listeners() if one.port == port}
    for entry in PROC.iterdir() if inodes else ():
        if entry.name.isdigit() and any(
            one.inode in inodes for one in listeners(int(entry.name))
        ):
            return int(entry.name)
    return None


def _listener(address: str, inode: int) -> Listener:
    host, port = address.split(":")
    raw = bytes.fromhex(host)
    if len(raw) == 4:
        text = ".".join(str(byte) for byte in reversed(raw))
    else:
        text = "::1" if raw[-4:] == b"\0\0\0\1" and not any(raw[:-4]) else "::"
    return Listener(text, int(port, 16), inode)


def _words(path: Path) -> tuple[str, ...]:
    text = path.read_bytes().decode("utf-8", "replace")
    return tuple(text.removesuffix("\0").split("\0")) if text else ()


def _environment(home: Path) -> dict[str, str]:
    try:
        pairs = (word.partition("=") for word in _words(home / "environ"))
    except PermissionError:
        return {}
    return {name: value for name, _, value in pairs}


def _node_options(command: tuple[str, ...]) -> tuple[str, ...]:
    options: list[str] = []
    for word in command[1:]:
        if not word.startswith("-") or word == "--":
            break
        options.append(word)
    return tuple(options)


def _catches(status: str, number: int) -> bool:
    mask = re.search(r"^SigCgt:\s*([0-9a-f]+)$", status, re.MULTILINE)
    return mask is not None and bool(int(mask[1], 16) >> (number - 1) & 1)


def _is_node(home: Path) -> bool:
    if _carries_node((home / "exe").resolve(), _identity(home / "exe")):
        return True
    libraries = {
        line.split(maxsplit=5)[5].strip()
        for line in (home / "maps").read_text("utf-8", "replace").splitlines()
        if "libnode" in line
    }
    return any(_carries_node(Path(one), _identity(Path(one))) for one in libraries)


def _identity(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_mtime_ns


@lru_cache(maxsize=256)
def _carries_node(path: Path, _identity: tuple[int, int, int]) -> bool:
    try:
        with (
            path.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
        ):
            return content.find(NODE_MARK) >= 0
    except (OSError, ValueError):
        return False
