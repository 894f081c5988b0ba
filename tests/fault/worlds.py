"""What a scenario of failure needs: targets, agents, load, and looks at all of them.

In: a running Node process. Out: agents as processes of their own, requests with their
longest wait, and the target's own word on whether it is as it was.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.agent.live import get
from tests.conftest import ROOT
from tests.processes import NodeProcess, eventually, listeners

HERE = Path(__file__).parent
APP = HERE / "app.js"
MOMENTARY = ("served", "rss", "heap", "timers")
"""What `/state` tells that changes by itself."""


@dataclass(frozen=True, slots=True)
class App:
    """A target, and how it looked before anybody came."""

    process: NodeProcess
    port: int
    before: dict[str, Any]

    @property
    def pid(self) -> int:
        return self.process.pid

    def ports(self) -> set[int]:
        return {port for _, port in listeners(psutil.Process(self.pid))}

    def changed(self, *, port: bool = True) -> list[str]:
        """What is not as it was, in the app's own eyes and in the kernel's."""
        now = lasting(state(self.port))
        told = [
            f"{key}: {self.before[key]} -> {value}"
            for key, value in now.items()
            if self.before[key] != value
        ]
        if port and self.ports() != {self.port}:
            told.append(f"ports {self.ports()}")
        return told

    def as_found(self, within: float = 7.0, *, port: bool = True) -> float:
        """Wait until everything is back; return how many seconds it took.

        Without `port` the inspector's may be open: an agent that is stopped holds it.
        """
        began = time.monotonic()
        last: list[str] = []

        def same() -> bool:
            nonlocal last
            last = self.changed(port=port)
            return not last

        try:
            eventually(same, "everything is as it was", within, every=0.05)
        except (AssertionError, OSError) as error:
            # A target that is gone tells why, as soon as it is reaped.
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.popen.wait(1)
            raise AssertionError(f"{error}: {last}\n{self.process.story()}") from None
        return time.monotonic() - began


def state(port: int) -> dict[str, Any]:
    return json.loads(get(port, "/state"))


def lasting(told: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in told.items() if key not in MOMENTARY}


class Agent:
    """`fluxion VERB ...` as a process of its own; its words go to a file."""

    def __init__(
        self,
        log: Path,
        *words: object,
        env: dict[str, str] | None = None,
        module: str = "fluxion",
    ):
        self.log = log
        with log.open("wb") as out:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", module, *map(str, words)],
                cwd=log.parent,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
            )

    @property
    def pid(self) -> int:
        return self.popen.pid

    def told(self) -> str:
        return self.log.read_text("utf-8", "replace")

    def wait_for(self, pattern: str, timeout: float = 60) -> None:
        """Wait for its words; fail when it ends first."""

        def said() -> bool:
            assert self.popen.poll() is None or re.search(pattern, self.told()), (
                f"the agent ended: {self.told()}"
            )
            return re.search(pattern, self.told()) is not None

        eventually(said, f"the agent says {pattern!r}", timeout)

    def end(self, number: int, timeout: float = 30) -> int:
        """Send a signal and return the exit code."""
        if self.popen.poll() is None:
            self.popen.send_signal(number)
        return self.popen.wait(timeout)

    def kill(self) -> None:
        """End it now, whatever it does, with what it started."""
        if self.popen.poll() is None:
            for child in psutil.Process(self.pid).children(recursive=True):
                child.kill()
            self.popen.kill()
        self.popen.wait(10)


class Load:
    """Requests from a process of its own; `window` tells of those since the last."""

    def __init__(self, node: Path, ports: Sequence[int], pause_ms: int = 4):
        self._popen = subprocess.Popen(
            [str(node), str(HERE / "load.js"), str(pause_ms), *map(str, ports)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self._popen.communicate(timeout=10)

    def window(self) -> dict[int, dict[str, Any]]:
        """By port: answers, failed, wrong, and the longest wait `gap` in ms."""
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        self._popen.stdin.write("\n")
        self._popen.stdin.flush()
        told = json.loads(self._popen.stdout.readline())
        return {int(port): value for port, value in told.items()}


def integrity(store: Path) -> str:
    """SQLite's own word on a file, as it lies there; `ok` is well."""
    connection = sqlite3.connect(store)
    try:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    finally:
        connection.close()


def figure(text: str) -> None:
    """Print what a scenario came to (`pytest -s` shows it) and keep it for CI's log."""
    print(f"\n{text}", flush=True)
    kept = os.environ.get("FAULT_FIGURES")
    if kept:
        with Path(kept).open("a", encoding="utf-8") as file:
            file.write(text + "\n")
