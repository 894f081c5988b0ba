"""What `report` says that moving gives, beside what the compiled app then shows.

Records gif-chat and bwip-js' example by pid under load, reads the report's first lines,
compiles, and puts the same load on fresh originals and compiled apps in turn: main CPU
of a heavy request by /proc, blocks of the loop by Node's own histogram of its delay
(`blocked.cjs`). QUICK=1 takes one short round of gif-chat. Progress on stderr, one JSON
object as the last line.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import servers

from fluxion.load import Ask, Load, run_load
from fluxion.machine import describe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
EXAMPLE = HERE.parent / "examples/gif-chat"
QUICK = bool(os.environ.get("QUICK"))
ROUNDS, WARM_S, SECONDS, RECORD_S = (1, 3.0, 8.0, 20) if QUICK else (5, 3.0, 15.0, 30)
CLIENTS = 2
KEEP = os.environ.get("KEEP")
"""A folder in which recordings and builds stay."""


@dataclass(frozen=True, slots=True)
class App:
    """A server, what is heavy in it and what others ask meanwhile."""

    name: str
    words: tuple[str, ...]
    cwd: Path
    heavy: Ask
    light: Ask
    shared: bool = False
    """One callback answers both: of its runs only some are heavy."""


APPS = (
    App(
        "gif-chat",
        ("server.js",),
        EXAMPLE,
        Ask("POST", "/image/text", b"the same message, again and again"),
        Ask("GET", "/health"),
    ),
    App(
        "bwip-js",
        (str(servers.SERVER), "127.0.0.1:0"),
        servers.SERVER.parent,
        servers.HEAVY,
        servers.LIGHT,
        shared=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What one load showed."""

    load: Load
    block_p99_ms: float
    """Of the blocks of the loop that lasted 1 ms or more."""


@dataclass(frozen=True, slots=True)
class Round:
    """What the report said, and what original and compiled app then showed."""

    said: dict[str, Any]
    heavy_share: float
    """Of the callback's runs that were recorded."""
    before: Shown
    after: Shown

    @property
    def saved(self) -> float:
        """Return main CPU of a heavy request that is gone, in ms."""
        loads = self.before.load, self.after.load
        before, after = (load.main_cpu_per_heavy_ms for load in loads)
        return before - after

    @property
    def saved_said(self) -> float:
        """Return what the report says of it: of a run, light ones among them."""
        moving = self.said["moving"]
        return float(moving["saved_ms_a_run"]) / self.heavy_share if moving else 0.0

    @property
    def left_said(self) -> float:
        """Return the longest block that is left at p99, as the report says, in ms."""
        moving = self.said["moving"]
        return float(moving["left_p99_ms"] if moving else self.said["p99_ms"])


def main() -> int:
    """Measure, and print one JSON object."""
    machine = describe("node")
    apps = APPS[:1] if QUICK else APPS
    told = {app.name: one_app(app) for app in apps}
    print(json.dumps({"apps": told, "machine": machine, "rounds": ROUNDS}))
    return 0 if all(one["failed"] == 0 for one in told.values()) else 1


def one_app(app: App) -> dict[str, Any]:
    """Hold the report of one app against its compiled form, recorded in each round."""
    rounds = []
    for number in range(ROUNDS):
        with tempfile.TemporaryDirectory(prefix="fluxion-prediction-") as name:
            folder = Path(KEEP or name) / f"{app.name}-{number}"
            folder.mkdir(parents=True, exist_ok=True)
            said, share = recorded(app, folder)
            build = folder / "build"
            rounds.append(
                Round(said, share, shown(app, folder, None), shown(app, folder, build))
            )
        say(f"{app.name} round {number + 1} of {ROUNDS}: {figures(rounds[-1:])}")
    return figures(rounds)


def recorded(app: App, folder: Path) -> tuple[dict[str, Any], float]:
    """Record under load and compile; what the report says of the first callback.

    With it the share of its runs that were heavy.
    """
    store = str(folder / "app.db")
    with serving(app, [], {}) as (process, port):
        put(app, port, 0, WARM_S)
        leave = threading.Event()
        loads: list[Load] = []
        client = threading.Thread(target=keep_asking, args=(app, port, leave, loads))
        client.start()
        try:
            words = ("record", str(process.pid), "-o", store, "-d", f"{RECORD_S}s")
            servers.fluxion(*words)
        finally:
            leave.set()
            client.join()
    servers.fluxion("compile", store, "-o", str(folder / "build"))
    command = [sys.executable, "-m", "fluxion", "report", store, "--json"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    (first, *_) = json.loads(done.stdout)["blocking"]
    return first, heavy_share(loads) if app.shared else 1.0


def heavy_share(loads: list[Load]) -> float:
    """Return the share of the answered requests that were heavy."""
    heavy = sum(len(load.heavy.latencies_ms) for load in loads)
    light = sum(len(load.light.latencies_ms) for load in loads)
    return heavy / (heavy + light)


def keep_asking(app: App, port: int, leave: threading.Event, loads: list[Load]) -> None:
    """Put the same load until told to leave; what it came to in `loads`."""
    while not leave.is_set():
        loads.append(put(app, port, 0, 2.0))


def put(app: App, port: int, pid: int, seconds: float) -> Load:
    """Put the load on a server."""
    return run_load(
        port,
        pid,
        heavy=app.heavy,
        light=app.light,
        connections=CLIENTS,
        seconds=seconds,
    )


def shown(app: App, folder: Path, build: Path | None) -> Shown:
    """Load one fresh server, warmed up first."""
    blocks = folder / "blocks.json"
    words = [] if build is None else ["--require", str(build / "loader.cjs")]
    words += ["--require", str(HERE / "blocked.cjs")]
    with serving(app, words, {"BLOCKS": str(blocks)}) as (process, port):
        put(app, port, process.pid, WARM_S)
        load = put(app, port, process.pid, SECONDS)
        return Shown(load, json.loads(blocks.read_text())["p99_ms"])


def figures(rounds: list[Round]) -> dict[str, Any]:
    """Return medians of the rounds beside what was said; ratios within each round."""

    def median(of: Callable[[Round], float]) -> float:
        return round(statistics.median(of(one) for one in rounds), 3)

    loads = [load for one in rounds for load in (one.before.load, one.after.load)]
    return {
        "function": rounds[0].said["function"]["name"],
        "saved_said_vs_shown": median(lambda r: r.saved_said / r.saved),
        "saved_said_ms": median(lambda r: r.saved_said),
        "saved_ms": median(lambda r: r.saved),
        "p99_said_vs_shown": median(lambda r: r.left_said / r.after.block_p99_ms),
        "p99_said_ms": median(lambda r: r.left_said),
        "p99_ms": median(lambda r: r.after.block_p99_ms),
        "p99_before_said_ms": median(lambda r: r.said["p99_ms"]),
        "p99_before_ms": median(lambda r: r.before.block_p99_ms),
        "light_p99_before_ms": median(lambda r: r.before.load.light.percentile(0.99)),
        "light_p99_ms": median(lambda r: r.after.load.light.percentile(0.99)),
        "main_cpu_before_ms": median(lambda r: r.before.load.main_cpu_per_heavy_ms),
        "main_cpu_ms": median(lambda r: r.after.load.main_cpu_per_heavy_ms),
        "failed": sum(load.light.failed + load.heavy.failed for load in loads),
    }


@contextmanager
def serving(
    app: App, words: list[str], env: dict[str, str]
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run a server on a free port of loopback."""
    port = free_port()
    command = ["node", *words, *(w.replace(":0", f":{port}") for w in app.words)]
    environment = {**os.environ, "PORT": str(port), **env}
    process = subprocess.Popen(
        command, cwd=app.cwd, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        servers.wait_for(port)
        yield process, port
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def say(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
