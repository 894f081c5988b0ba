"""What it costs a server to be watched and traced, beside what users have today.

Each round starts a fresh server and alternates slices of a fixed number of requests:
nothing attached, something attached, nothing attached. A ratio is the CPU of the main
thread for each request with it, divided by the mean of its two neighbours; "nothing"
takes its turn like the others, which is the A/A pair. QUICK=1: one round each.
Progress on stderr, figures beside their goals, one JSON object as the last line.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import blocks
from figures import Seen, figures, first_observation, show

from fluxion.example import NAME, Running, serving
from fluxion.lastwords import last_words
from fluxion.load import main_cpu_ms
from fluxion.machine import describe
from store.errors import FluxionError

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
EXAMPLE = HERE.parent / "examples" / NAME
PRELOAD = HERE / "node_modules/@nearform/bubbleprof/injects"
QUICK = bool(os.environ.get("QUICK"))
ROUNDS = 1 if QUICK else 8
SEED = int(os.environ.get("SEED") or 1)
RECORDS = 500_000 if QUICK else 10_000_000
WATCH_S, TRACE_S, LOOK_S = (1.5, 5.0, 2.0) if QUICK else (3.0, 15.0, 5.0)
"""How long the server is kept busy until a slice: attached, settled."""
FIRST_S = 10.0
"""How long it is kept busy for the first observation, beyond that."""


@dataclass(frozen=True)
class App:
    """A server and what is asked of it."""

    name: str
    script: Path
    ask: dict[str, Any]
    count: int
    light: str


APPS = (
    App("express", HERE / "hello.js", {"path": "/"}, 4_000 if QUICK else 20_000, "/"),
    App(
        "gif-chat",
        EXAMPLE / "server.js",
        {"path": "/image/text", "method": "POST", "body": "hello"},
        12 if QUICK else 100,
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

    def __init__(
        self, app: App, running: Running, log: Path, client: Client, seen: Seen
    ) -> None:
        self.app, self.pid, self.port = app, running.pid, running.port
        self.words = partial(last_words, log)
        self.ended = running.process.poll
        self.client, self.seen = client, seen

    def slice(self, count: int | None = None) -> float:
        """Return the main thread's CPU for each request of a slice, in ms."""
        many = self.app.count if count is None else count
        before = main_cpu_ms(self.pid)
        self.client.send(port=self.port, count=many, **self.app.ask)
        self.seen.failed += self.client.answer()["failed"]
        spent = main_cpu_ms(self.pid) - before
        if spent <= 0:
            raise FluxionError(
                f"the server of {self.app.name} is gone, "
                f"exit code {self.ended()}: {self.words()}"
            )
        return spent / many

    def busy(self, seconds: float) -> None:
        """Keep it busy for a while."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            self.slice(max(4, self.app.count // 20))


@contextmanager
def started(
    app: App, client: Client, seen: Seen, *words: str, env: dict[str, str] | None = None
) -> Iterator[Server]:
    """Start a server, warm."""
    with tempfile.TemporaryDirectory(prefix="fluxion-bench-") as folder:
        command = ["node", *words, str(app.script)]
        log = Path(folder) / "log"
        cwd = Path(folder) if words else app.script.parent
        with serving(command, cwd, log, env) as running:
            server = Server(app, running, log, client, seen)
            for _ in range(2):
                server.slice()
            yield server


@contextmanager
def nothing(server: Server) -> Iterator[None]:
    server.busy(WATCH_S)
    yield


@contextmanager
def recording(
    server: Server, mode: str, budget: float, settle: float
) -> Iterator[dict[str, Any]]:
    """Attach with `fluxion record` for the length of a block, already settled."""
    with tempfile.TemporaryDirectory(prefix="fluxion-bench-") as folder:
        store = Path(folder) / "app.db"
        words = (str(server.pid), "-o", str(store), "--mode", mode, "-j")
        options = ("--max-overhead", f"{budget}%", "--max-stall", "1s")
        told: dict[str, Any] = {"mode": mode, "budget": budget, "app": server.app.name}
        process = subprocess.Popen(
            [sys.executable, "-m", "fluxion", "record", *words, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            server.busy(settle)
            ends = time.monotonic() + FIRST_S
            while first_observation(store) is None and time.monotonic() < ends:
                server.busy(0.2)
            yield told
        finally:
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=120)
            with suppress(ValueError, IndexError):
                told.update(json.loads(out.strip().split("\n")[-1]))
            if process.returncode != 0:
                told["error"] = err[-500:]
                print(f"  record ended with {process.returncode}: {err[-500:]}")
            told["first_ms"] = first_observation(store)
            server.seen.recordings.append(told)


@contextmanager
def switched(server: Server, number: signal.Signals) -> Iterator[None]:
    """Switch a peer of peers.js on for the length of a block."""
    os.kill(server.pid, number)
    server.busy(WATCH_S / 3)
    yield
    os.kill(server.pid, number)
    server.busy(0.5)


def one_life(app: App, client: Client, seen: Seen, chance: random.Random) -> None:
    """Everything that can be taken away again, on one server."""
    turns = {
        "nothing": nothing,
        "watch": lambda s: recording(s, "watch", 2, WATCH_S),
        "trace_2": lambda s: recording(s, "trace", 2, TRACE_S),
        "trace_10": lambda s: recording(s, "trace", 10, TRACE_S),
    }
    with started(app, client, seen) as server:
        alternate(server, turns, chance)
    peers = {
        "async_hooks": lambda s: switched(s, signal.SIGUSR2),
        "cpu_profiler_1ms": lambda s: switched(s, signal.SIGHUP),
    }
    words = ("--require", str(HERE / "peers.js"))
    with ExitStack() as stack:
        plain = stack.enter_context(started(app, client, seen))
        switch = stack.enter_context(started(app, client, seen, *words))
        alternate(switch, peers, chance)
        if PRELOAD.is_dir():
            bubble = stack.enter_context(bubbled(app, client, seen))
            before, it, after = plain.slice(), bubble.slice(), plain.slice()
            seen.ratio(app.name, "bubbleprof", 2 * it / (before + after))


@contextmanager
def bubbled(app: App, client: Client, seen: Seen) -> Iterator[Server]:
    """A server under the collection of clinic bubbleprof, as it starts it."""
    words = (
        *("--require", str(PRELOAD / "no-cluster.js")),
        *("--require", str(PRELOAD / "logger.js")),
        *("--trace-events-enabled", "--trace-event-categories", "node.async_hooks"),
    )
    with started(app, client, seen, *words) as server:
        yield server


def alternate(server: Server, turns: dict[str, Any], chance: random.Random) -> None:
    """Take each turn once, in any order, with a plain slice before and after it."""
    before = server.slice()
    for what in chance.sample(sorted(turns), len(turns)):
        with turns[what](server):
            it = server.slice()
        server.busy(0.5)
        after = server.slice()
        server.seen.ratio(server.app.name, what, 2 * it / (before + after))
        before = after


def big(client: Client, seen: Seen) -> float | None:
    """The first observation with 10,000 scripts and a heap of 150 MB."""
    app = APPS[0]
    with started(
        app, client, seen, env={"SCRIPTS": "10000", "HEAP_MB": "150"}
    ) as server:
        with recording(server, "watch", 2, 6.0) as told:
            pass
        told["app"] = "10k scripts"
        return told["first_ms"]


def stalls(client: Client, seen: Seen) -> dict[str, float]:
    """The longest wait of a light request while nothing, a watch, a trace attaches."""
    app, waits = APPS[0], {}
    with started(app, client, seen) as server:
        for what in ("nothing", "watch", "trace"):
            longest = 0.0
            with ExitStack() as stack:
                if what != "nothing":
                    stack.enter_context(recording(server, what, 2, 0.0))
                ends = time.monotonic() + LOOK_S
                while time.monotonic() < ends:
                    client.send(port=server.port, count=200, light=app.light, **app.ask)
                    longest = max(longest, client.answer()["longest_ms"])
            waits[what] = round(longest, 1)
    return waits


def main() -> int:
    """Measure, and print one JSON object."""
    machine = describe("node")
    chance, seen, client = random.Random(SEED), Seen(), Client()
    try:
        for number in range(ROUNDS):
            for app in APPS:
                print(f"round {number + 1} of {ROUNDS}: {app.name}", file=sys.stderr)
                one_life(app, client, seen, chance)
        first_big = big(client, seen)
        waits = stalls(client, seen)
    finally:
        client.close()
    told = figures(seen, chance)
    told["first_observation_10k_scripts_ms"] = first_big and round(first_big, 1)
    told["longest_wait_outside_ms"] = waits
    told.update(blocks.measure(RECORDS))
    notes = [] if PRELOAD.is_dir() else ["bubbleprof: npm ci in benchmarks/ first"]
    show(told)
    print(json.dumps({**told, "machine": machine, "rounds": ROUNDS, "notes": notes}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
