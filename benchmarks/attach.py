"""What it costs a server to be watched and traced, beside what users have today.

Each round starts two fresh servers and leaves one alone; to the other everything
happens in turn, in any order, while short slices of requests alternate between them
(`lives.py`). "nothing" takes its turn like the others, which is the A/A pair. QUICK=1:
one round. Progress on stderr, figures beside their goals, one JSON object as the last
line.
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
from pathlib import Path
from typing import TYPE_CHECKING, Any

import blocks
from figures import Seen, figures, first_observation, show
from lives import APPS, HERE, App, Client, Server, compared, started

from fluxion.machine import describe

if TYPE_CHECKING:
    from collections.abc import Iterator

PRELOAD = HERE / "node_modules/@nearform/bubbleprof/injects"
QUICK = bool(os.environ.get("QUICK"))
ROUNDS, MORE, FEWER = (1, 0, 6) if QUICK else (3, 5, 1)
"""So many with everything, and more of what is held against an interval: watch."""
SEED = int(os.environ.get("SEED") or 1)
RECORDS = 500_000 if QUICK else 10_000_000
WATCH_S, TRACE_S, LOOK_S = (1.5, 3.0, 2.0) if QUICK else (3.0, 15.0, 5.0)
"""How long the server is kept busy until it is measured: attached, settled."""
FIRST_S = 10.0
"""How long it is kept busy for the first observation, beyond that."""


@contextmanager
def nothing(server: Server) -> Iterator[None]:
    server.busy(WATCH_S)
    yield


@contextmanager
def recording(
    server: Server, seen: Seen, mode: str, budget: float, settle: float
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
            seen.recordings.append(told)


@contextmanager
def switched(server: Server, number: signal.Signals) -> Iterator[None]:
    """Switch a peer of peers.js on for the length of a block."""
    os.kill(server.pid, number)
    server.busy(WATCH_S / 3)
    yield
    os.kill(server.pid, number)
    server.busy(0.5)


def short_life(app: App, client: Client, seen: Seen, chance: random.Random) -> None:
    """Watching, beside a server that is left alone."""
    with started(app, client) as plain, started(app, client) as other:
        alternate(plain, other, watched(seen), seen, chance)
        seen.failed += plain.failed


def watched(seen: Seen) -> dict[str, Any]:
    """The turns of which there are most."""
    return {
        "nothing": nothing,
        "watch": lambda s: recording(s, seen, "watch", 2, WATCH_S),
    }


def one_life(app: App, client: Client, seen: Seen, chance: random.Random) -> None:
    """Everything that can be taken away again, beside a server that is left alone."""
    turns = {
        **watched(seen),
        "trace_2": lambda s: recording(s, seen, "trace", 2, TRACE_S),
        "trace_10": lambda s: recording(s, seen, "trace", 10, TRACE_S),
    }
    peers = {
        "async_hooks": lambda s: switched(s, signal.SIGUSR2),
        "cpu_profiler_1ms": lambda s: switched(s, signal.SIGHUP),
    }
    words = ("--require", str(HERE / "peers.js"))
    with ExitStack() as stack:
        plain = stack.enter_context(started(app, client))
        with started(app, client) as other:
            alternate(plain, other, turns, seen, chance)
        with started(app, client, *words) as other:
            alternate(plain, other, peers, seen, chance)
        if PRELOAD.is_dir():
            bubble = stack.enter_context(bubbled(app, client))
            seen.ratio(
                app.name, "bubbleprof", compared(plain, bubble, app.pairs // FEWER)
            )
            seen.failed += bubble.failed
        print(f"  failed so far: {seen.failed + plain.failed}", file=sys.stderr)
        seen.failed += plain.failed


@contextmanager
def bubbled(app: App, client: Client) -> Iterator[Server]:
    """A server under the collection of clinic bubbleprof, as it starts it."""
    words = (
        *("--require", str(PRELOAD / "no-cluster.js")),
        *("--require", str(PRELOAD / "logger.js")),
        *("--trace-events-enabled", "--trace-event-categories", "node.async_hooks"),
    )
    with started(app, client, *words) as server:
        yield server


def alternate(
    plain: Server,
    other: Server,
    turns: dict[str, Any],
    seen: Seen,
    chance: random.Random,
) -> None:
    """Take each turn once, and compare the two servers before, in, and after it."""
    pairs = other.app.pairs // FEWER
    before = compared(plain, other, pairs)
    for what in chance.sample(sorted(turns), len(turns)):
        with turns[what](other):
            it = compared(plain, other, pairs)
        other.busy(0.5)
        after = compared(plain, other, pairs)
        seen.ratio(other.app.name, what, 2 * it / (before + after))
        before = after
    seen.failed += other.failed


def big(client: Client, seen: Seen) -> float | None:
    """The first observation with 10,000 scripts and a heap of 150 MB."""
    app = APPS[0]
    with started(app, client, env={"SCRIPTS": "10000", "HEAP_MB": "150"}) as server:
        with recording(server, seen, "watch", 2, 6.0) as told:
            pass
        told["app"] = "10k scripts"
        return told["first_ms"]


def stalls(client: Client, seen: Seen) -> dict[str, float]:
    """The longest wait of a light request while nothing, a watch, a trace attaches."""
    app, waits = APPS[0], {}
    with started(app, client) as server:
        for what in ("nothing", "watch", "trace"):
            longest = 0.0
            with ExitStack() as stack:
                if what != "nothing":
                    stack.enter_context(recording(server, seen, what, 2, 0.0))
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
        for number in range(ROUNDS + MORE):
            for app in APPS:
                which = f"round {number + 1} of {ROUNDS + MORE}"
                print(f"{which}: {app.name}", file=sys.stderr)
                life = one_life if number < ROUNDS else short_life
                life(app, client, seen, chance)
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
    print(
        json.dumps(
            {**told, "machine": machine, "rounds": ROUNDS + MORE, "notes": notes}
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
