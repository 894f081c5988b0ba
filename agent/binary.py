"""Tell which JavaScript runtime a process runs, from its binary alone.

In: a process's folder in /proc. Out: a Runtime, whatever the file is called: a renamed
Node is Node, a program called `node` may be something else. Reads files only.
"""

from __future__ import annotations

import mmap
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

NODE_MARK = b"internal/bootstrap/node"
"""Every Node.js binary, or its libnode.so, carries the name of its first script."""
OTHERS: tuple[tuple[Literal["electron", "deno", "bun"], bytes], ...] = (
    ("electron", b"ELECTRON_RUN_AS_NODE"),
    ("deno", b"denoland/deno"),
    ("bun", b"BUN_INSTALL"),
)
SINGLE_MARK = b"NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1"
"""A Node that carries its app inside; in others the mark ends in 0."""

RELEASED = re.compile(rb"/node-v(\d+\.\d+\.\d+)(?:-[\w.]+)?\.tar\.gz")
"""The address of its own sources, which `process.release` tells."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """What a binary is."""

    name: Literal["node", "electron", "deno", "bun", "other"]
    single: bool = False
    """A single-executable app: its command line is the app's, not Node's."""


OTHER = Runtime("other")


def version(home: Path) -> str | None:
    """Return the version that a Node binary was released as, such as 22.1.0."""
    try:
        with (
            (home / "exe").open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
        ):
            found = RELEASED.search(content)
            return found[1].decode("ascii") if found else None
    except (OSError, ValueError):
        return None


def runtime(home: Path) -> Runtime:
    """Read the binary of a process; raises OSError where it may not be read."""
    # Not resolved: in another mount namespace the path means another file, or none.
    found = _read(home / "exe", _identity(home / "exe"))
    if found != OTHER:
        return found
    libraries = {
        line.split(maxsplit=5)[5].strip()
        for line in (home / "maps").read_text("utf-8", "replace").splitlines()
        if "libnode" in line
    }
    for library in libraries:
        path = home / "root" / library.removeprefix("/")
        try:
            if _read(path, _identity(path)).name == "node":
                return Runtime("node")
        except OSError:
            continue
    return OTHER


def _identity(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_mtime_ns


_known: dict[tuple[int, int, int], Runtime] = {}


def _read(path: Path, identity: tuple[int, int, int]) -> Runtime:
    """Search a binary once; there are few of them on one machine."""
    if identity not in _known:
        _known[identity] = _searched(path)
    return _known[identity]


def _searched(path: Path) -> Runtime:
    try:
        with (
            path.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
        ):
            node = content.find(NODE_MARK) >= 0
            for name, mark in OTHERS:
                # An Electron carries a Node; the other two carry parts of its names.
                if (not node or name == "electron") and content.find(mark) >= 0:
                    return Runtime(name)
            return Runtime("node", content.find(SINGLE_MARK) >= 0) if node else OTHER
    except ValueError:  # an empty file cannot be mapped
        return OTHER
