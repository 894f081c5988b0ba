"""What compiling does to a server that we did not write: bwip-js' own example.

Records it by pid, compiles what pays, then loads original and compiled in turn: four
clients ask for barcodes without a pause, another sends a light request every 20 ms.
QUICK=1 takes one short round. Progress on stderr, one JSON object as the last line.
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
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fluxion.load import Ask, Load, run_load
from fluxion.machine import describe

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVER = (
    Path(__file__).parents[1] / "tests/apps/node_modules/bwip-js/examples/server.js"
)
HEAVY = Ask("GET", "/?bcid=qrcode&text=" + "fluxion" * 30 + "&scale=8&includetext")
LIGHT = Ask("GET", "/light", status=404)
QUICK = bool(os.environ.get("QUICK"))
ROUNDS, SECONDS = (1, 6.0) if QUICK else (3, 10.0)
CLIENTS = 4


def main() -> int:
    """Measure, and print one JSON object."""
    machine = describe("node")
    with tempfile.TemporaryDirectory(prefix="fluxion-servers-") as folder:
        build = compiled(Path(folder))
        rounds = [(one_load(None), one_load(build)) for _ in range(ROUNDS)]
    print(json.dumps({**figures(rounds), "machine": machine, "rounds": ROUNDS}))
    return 0


def compiled(folder: Path) -> Path:
    """Record the server under load, compile it, and prove the build."""
    with serving([]) as (process, port):
        leave = threading.Event()
        client = threading.Thread(target=keep_asking, args=(port, leave))
        client.start()
        try:
            store = str(folder / "app.db")
            options = ("-o", store, "-d", "10s", "--capture-requests", "20")
            fluxion("record", str(process.pid), *options)
        finally:
            leave.set()
            client.join()
    fluxion("compile", store, "-o", str(folder / "build"))
    fluxion("verify", str(folder / "build"), "--against", store)
    return folder / "build"


def keep_asking(port: int, leave: threading.Event) -> None:
    """Ask for barcodes and light pages until told to leave."""
    while not leave.is_set():
        run_load(port, 0, heavy=HEAVY, light=LIGHT, connections=1, seconds=1.0)


def one_load(build: Path | None) -> Load:
    """Load one fresh server, warmed up first."""
    words = [] if build is None else ["--require", str(build / "loader.cjs")]
    with serving(words) as (process, port):
        put(port, process.pid, 2.0)
        load = put(port, process.pid, SECONDS)
    what = "original" if build is None else "compiled"
    p99 = load.light.percentile(0.99)
    print(f"{what}: light p99 {p99:.1f} ms, {load.heavy_per_s:.1f}/s", file=sys.stderr)
    return load


def put(port: int, pid: int, seconds: float) -> Load:
    """Put the load on a server."""
    return run_load(
        port, pid, heavy=HEAVY, light=LIGHT, connections=CLIENTS, seconds=seconds
    )


def figures(rounds: list[tuple[Load, Load]]) -> dict[str, Any]:
    """Return the medians of the rounds."""

    def median(of: Any) -> float:
        return round(statistics.median(of(*pair) for pair in rounds), 3)

    return {
        "light_p99_original_ms": median(lambda o, _: o.light.percentile(0.99)),
        "light_p99_compiled_ms": median(lambda _, c: c.light.percentile(0.99)),
        "p99_vs_original": median(
            lambda o, c: o.light.percentile(0.99) / c.light.percentile(0.99)
        ),
        "throughput_vs_original": median(lambda o, c: c.heavy_per_s / o.heavy_per_s),
        "main_cpu_original_ms": median(lambda o, _: o.main_cpu_per_heavy_ms),
        "main_cpu_compiled_ms": median(lambda _, c: c.main_cpu_per_heavy_ms),
        "failed": sum(
            one.light.failed + one.heavy.failed for pair in rounds for one in pair
        ),
    }


@contextmanager
def serving(words: list[str]) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run the server on a free port of loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = ["node", *words, str(SERVER), f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield process, port
    finally:
        process.terminate()
        process.wait(20)


def wait_for(port: int) -> None:
    """Return once the server accepts connections."""
    ends = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.05)
        else:
            return


def fluxion(*words: str) -> None:
    """Run one verb; its words go to stderr."""
    command = [sys.executable, "-m", "fluxion", *words]
    subprocess.run(command, check=True, stdout=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
