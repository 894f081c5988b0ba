"""Drive the command line as a user does: record, plan, compile, verify."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.processes import NodeProcess

Json = dict[str, Any]


def fluxion(
    *args: str, cwd: Path, code: int = 0, within: float = 110, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run one verb, for so many seconds at most, and demand its exit code."""
    done = subprocess.run(
        [sys.executable, "-m", "fluxion", *args],
        cwd=cwd,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=within,
        check=False,
    )
    assert done.returncode == code, f"{args}: {done.returncode}\n{done.stderr}"
    assert "Traceback" not in done.stderr
    return done


def told(*args: str, cwd: Path, code: int = 0, within: float = 110) -> Json:
    """Run one verb with --json and return its object."""
    done = fluxion(*args, "--json", cwd=cwd, code=code, within=within)
    value: Json = json.loads(done.stdout)
    return value


def ask(port: int, method: str, path: str, body: bytes | None = None) -> int:
    """Send one request; return the status, whatever it is."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        data=body,
        method=method,
        headers={"content-type": "application/json"} if body else {},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            error.read()
            return error.code


@contextmanager
def traffic(one_round: Callable[[int], None]) -> Iterator[None]:
    """Call `one_round(n)` again and again in the background."""
    leave = threading.Event()
    failures: list[BaseException] = []

    def run() -> None:
        n = 0
        while not leave.is_set():
            try:
                one_round(n)
            except OSError as failure:
                failures.append(failure)
                return
            n += 1

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        leave.set()
        thread.join(60)
    assert not failures, f"a request failed while we were attached: {failures[0]!r}"


def record(server: NodeProcess, folder: Path, seconds: int, *more: str) -> Json:
    """Attach by pid for some seconds; return what `record --json` says."""
    return told(
        *("record", str(server.pid), "-o", "app.db", "-d", f"{seconds}s"),
        *more,
        cwd=folder,
        within=seconds + 110,
    )


def record_enough(
    server: NodeProcess,
    folder: Path,
    seconds: int,
    enough: Callable[[Json], object],
    *more: str,
) -> Json:
    """Record as `record` does; once more, for twice as long, if the report lacks it.

    How much runs in some seconds is the machine's affair, not the recording's.
    """
    recorded = record(server, folder, seconds, *more)
    if not enough(told("report", "app.db", cwd=folder)):
        recorded = record(server, folder, 2 * seconds, "--force", *more)
    return recorded
