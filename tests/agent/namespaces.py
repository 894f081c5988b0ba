"""Node processes in namespaces of their own, as containers have them.

In: what `unshare` takes, and a script. Out: a running process, or None with the reason
printed where this kernel or user may make no namespaces.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.processes import NodeProcess

UP = """
import fcntl, os, socket, struct, sys
with socket.socket() as any_socket:  # a new namespace's loopback is down
    request = struct.pack("16sH14x", b"lo", 1)
    try:
        fcntl.ioctl(any_socket, 0x8914, request)
    except PermissionError:
        pass  # it is not a new one
os.execv(sys.argv[1], sys.argv[1:])
"""


def possible(*flags: str) -> bool:
    """Tell whether such namespaces can be made here; print why not."""
    told = subprocess.run(
        ["unshare", *flags, "true"], capture_output=True, text=True, check=False
    )
    if told.returncode != 0:
        print(f"not shown here: unshare {' '.join(flags)}: {told.stderr.strip()}")
    return told.returncode == 0


@contextmanager
def unshared(
    flags: tuple[str, ...], node: Path, script: Path, *options: str
) -> Iterator[tuple[NodeProcess, int, int]]:
    """Run a script apart; yield what runs it, Node's pid out here, and its port."""
    command = [*flags, sys.executable, "-c", UP, str(node), *options, str(script)]
    process = NodeProcess(["unshare", *command], dict(os.environ), None)
    try:
        port = int(process.wait_for_line(r"port (\d+)")[1])
        yield process, _node_below(process.pid), port
    finally:
        process.stop()


def _node_below(pid: int) -> int:
    """With a pid namespace `unshare` stays and its child is Node."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return int(children[0]) if children else pid
