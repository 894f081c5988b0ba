"""Servers that are measured in pairs: one is left alone, to the other things happen.

In: an app. Out: the CPU that the main thread of one server takes for each request,
divided by that of the other. Short slices alternate between the two, so that what else
the machine does meets both; and a phase's ratio is divided by the ratio of the same two
servers just before and after it, because no two processes are equally fast.
"""

from __future__ import annotations

import json
import math
import statistics
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fluxion.example import NAME, Running, serving
from fluxion.lastwords import last_words
from fluxion.load import main_cpu_ms
from store.errors import FluxionError

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
EXAMPLE = HERE.parent / "examples" / NAME
WARM_MS = 1500.0
"""CPU that a fresh server spends before it counts as warm."""


@dataclass(frozen=True)
class App:
    """A server and what is asked of it."""

    name: str
    script: Path
    ask: dict[str, Any]
    count: int
    """Requests in a slice."""
    pairs: int
    """How many slices of each server make a ratio that is good to two percent."""
    light: str


APPS = (
    App("express", HERE / "hello.js", {"path": "/"}, 800, 60, "/"),
    App(
        "gif-chat",
        EXAMPLE / "server.js",
        {"path": "/image/text", "method": "POST", "body": "hello"},
        2,
        8,
        "/health",
    ),
)


class Client:
    """The process that asks."""

    def __init__(self) -> None:
        self._popen = subprocess.Popen(
            ["node", str(HERE / "client.js")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def send(self, **order: Any) -> None:
        assert self._popen.stdin is not None
        self._popen.stdin.write(json.dumps(order) + "\n")
        self._popen.stdin.flush()

    def answer(self) -> dict[str, Any]:
        assert self._popen.stdout is not None
        return json.loads(self._popen.stdout.readline())

    def close(self) -> None:
        self._popen.kill()
        self._popen.wait()


class Server:
    """One server's life."""

    def __init__(self, app: App, running: Running, log: Path, client: Client) -> None:
        self.app, self.pid, self.port = app, running.pid, running.port
        self.failed = 0
        self._words = partial(last_words, log)
        self._ended = running.process.poll
        self._client = client

    def slice(self) -> float:
        """Return the main thread's CPU for each request of a slice, in ms."""
        before = main_cpu_ms(self.pid)
        self._client.send(port=self.port, count=self.app.count, **self.app.ask)
        self.failed += self._client.answer()["failed"]
        spent = main_cpu_ms(self.pid) - before
        if spent <= 0:
            raise FluxionError(
                f"the server of {self.app.name} is gone, "
                f"exit code {self._ended()}: {self._words()}"
            )
        return spent / self.app.count

    def busy(self, seconds: float) -> None:
        """Keep it busy for a while."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            self.slice()


@contextmanager
def started(
    app: App, client: Client, *words: str, env: dict[str, str] | None = None
) -> Iterator[Server]:
    """Start a server, warm."""
    with tempfile.TemporaryDirectory(prefix="fluxion-bench-") as folder:
        # Collectors of clinic write to descriptor 3, which it opens for them.
        command = ["sh", "-c", 'exec node "$@" 3>/dev/null', "node"]
        command += [*words, str(app.script)]
        log = Path(folder) / "log"
        cwd = Path(folder) if words else app.script.parent
        with serving(command, cwd, log, env) as running:
            server = Server(app, running, log, client)
            while main_cpu_ms(server.pid) < WARM_MS:
                server.slice()
            yield server


def compared(plain: Server, other: Server, pairs: int) -> float:
    """Return how many times the CPU of `plain` the other takes for each request.

    The mean of the logarithms, without the tenth at either end: a collection of garbage
    in one slice of a pair says nothing about the servers.
    """
    ratios = []
    for number in range(pairs):
        each = {
            s: s.slice() for s in ((plain, other) if number % 2 else (other, plain))
        }
        ratios.append(math.log(each[other] / each[plain]))
    cut = pairs // 10
    return math.exp(statistics.fmean(sorted(ratios)[cut : pairs - cut]))
