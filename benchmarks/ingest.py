"""From raw facts to answers: how fast they come in, and how long a look takes.

In: QUICK=1 for three small sizes instead of 1, 3 and 10 million facts, or sizes as
arguments. Blocks as a busy probe sends them (blocks.py) go the way of a recording:
journal and running aggregates, then everything derived and written, timed in CPU
seconds of one core. Then each verb that reads is run as a user runs it, a few times;
medians of seconds by the clock and of CPU seconds. Progress on stderr, one JSON object
as the last line.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from blocks import literals, realistic

from fluxion.ingest import Ingest
from fluxion.machine import describe
from profiler.derive import derive
from store.database import create
from store.facts import Process, Script

if TYPE_CHECKING:
    from store.database import Store

QUICK = bool(os.environ.get("QUICK"))
SIZES = (30_000, 100_000, 300_000) if QUICK else (1_000_000, 3_000_000, 10_000_000)
ROUNDS = 3
LOOKS = (("report",), ("chains",), ("effects",))
"""And `effects --cell`; `top` shows a live target, from aggregates of fixed size."""
PROCESS = Process(4711, "v20.0.0", ("node", "a.js"), (), "/app", "", (), 0, "attached")


def main() -> int:
    """Measure each size, and print one JSON object."""
    wanted = tuple(map(int, sys.argv[1:])) or SIZES
    sizes = [measured(size) for size in wanted]
    row = {
        "facts_per_s": min(size["facts_per_s"] for size in sizes),
        "sizes": sizes,
        "machine": describe("node"),
        "rounds": ROUNDS,
    }
    print(json.dumps(row))
    return 0


def measured(facts: int) -> dict[str, Any]:
    """Record so many facts, finish the store, and look at it."""
    with tempfile.TemporaryDirectory(prefix="fluxion-ingest-") as folder:
        path = Path(folder) / "app.db"
        with create(path) as store:
            taken, taking = take(store, facts)
            deriving, cell = finish(store)
        looks = {
            look[0] + " --cell" * (len(look) > 1): looked(path, look)
            for look in (*LOOKS, ("effects", "--cell", cell))
        }
        row = {
            "facts": taken,
            "store_mb": round(path.stat().st_size / 1e6, 1),
            "facts_per_s": round(taken / (taking + deriving)),
            "taking_cpu_s": round(taking, 2),
            "deriving_cpu_s": round(deriving, 2),
            "blocks_share": round(taking / (taking + deriving), 3),
            "report_s": looks["report"][0],
            "report_cpu_s": looks["report"][1],
            "slowest_query_s": slowest(looks, 0),
            "slowest_query_cpu_s": slowest(looks, 1),
            "looks_s": looks,
        }
    print(json.dumps(row), file=sys.stderr, flush=True)
    return row


def take(store: Store, facts: int) -> tuple[int, float]:
    """Take the blocks in as they come; return how many facts, and the CPU seconds."""
    store.put_process(PROCESS)
    store.put_scripts([Script(3, "file:///app/a.js", "/app/a.js", "", 0, "commonjs")])
    store.put_functions(literals())
    ingest = Ingest(store)
    taken, spent = 0, 0.0
    for block, count in realistic(facts):
        before = time.thread_time()
        ingest(block)
        spent += time.thread_time() - before
        taken += count
    return taken, spent


def finish(store: Store) -> tuple[float, str]:
    """Derive everything as the end of a recording does.

    Return the CPU seconds, and the label of a cell that was used.
    """
    before = time.thread_time()
    store.finish(30.0, {"events": 0})
    recording = derive(store.observed())
    store.write_derived(recording)
    spent = time.thread_time() - before
    labels = {cell.number: cell.label for cell in recording.cells}
    used = [labels[e.cell] for e in recording.effects if e.cell in labels]
    if not recording.costs or not used:
        raise SystemExit("nothing was derived: the figures would mean nothing")
    return spent, used[0]


def looked(path: Path, look: tuple[str, ...]) -> tuple[float, float]:
    """Run a verb as a user does; return its seconds by the clock and of CPU."""
    verb, *options = look
    command = [sys.executable, "-m", "fluxion", verb, str(path), *options]
    rounds: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        before, cpu = time.perf_counter(), children_cpu()
        subprocess.run(
            command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        rounds.append((time.perf_counter() - before, children_cpu() - cpu))
    clock, used = (round(median(times), 3) for times in zip(*rounds, strict=True))
    return clock, used


def slowest(looks: dict[str, tuple[float, float]], which: int) -> float:
    """Return the most that a look other than the report took."""
    return max(times[which] for verb, times in looks.items() if verb != "report")


def children_cpu() -> float:
    """Return the CPU seconds of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
