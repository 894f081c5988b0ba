"""Blocks as a busy probe sends them, and what it costs the agent to take them in.

In: how many records. Out: records a second of one core, and the growth of our memory.
It does what `fluxion record` does with a block: the journal, then the aggregates.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgpack
import psutil

from fluxion.ingest import Ingest
from store.abi import VERSION, Event
from store.database import create

BLOCK = 64_000
EFFECTS = 6
"""Reads and writes in one run: about what express' own handlers have."""
SITES = 12
"""Places of one function that read or write, about as many cells as it touches."""
WARM = 300_000


def realistic(records: int, seed: int = 1) -> Iterator[tuple[bytes, int]]:
    """Yield blocks of about 64 KB, each with the number of its records."""
    chance = random.Random(seed)  # the same blocks each time
    pack = msgpack.packb
    run, at, made = 0, 1000, 0
    rows = [[Event.START, VERSION, 4711, time.time_ns()]]
    while made < records:
        block = bytearray()
        count = 0
        while len(block) < BLOCK:
            run += 1
            at += chance.randrange(300)
            rows += _run(chance, run, at)
            for row in rows:
                block += pack(row)
            count += len(rows)
            rows = []
        rows = [[Event.COUNT, 3, 1000, 2 * run, 2 * run - 9, 9, run]]
        rows.append([Event.COST, at, at // 50, at // 2, 90_000_000])
        made += count
        yield bytes(block), count


def _run(chance: random.Random, run: int, at: int) -> list[list[object]]:
    """Make one run: entered, effects, a cell now and then, a call, left."""
    start = 40 * chance.randrange(200)
    rows: list[list[object]] = [
        [
            Event.ENTER,
            at,
            run,
            3,
            start,
            run % 500 + 1,
            max(0, run - 7),
            0,
            run % 700,
            0,
        ]
    ]
    for _ in range(EFFECTS):
        kind = chance.choice([Event.READ, Event.WRITE])
        site = 40 * start + chance.randrange(SITES)
        cell = (start + site) % 300
        rows.append([kind, run, site, cell])
    if run % 50 == 0:
        rows.append([Event.CELL, run // 50, 5, run // 60, f"property{run}", 0, 0])
        rows.append([Event.HAND, at, run, 77, run % 90, 3, 120, 1, "emitter.once"])
        rows.append([Event.SHAPE, 3, start, "arg:0", "{id:number,name:string}", 64])
    rows.append([Event.CALL, run, 40 * start + chance.randrange(SITES), 7, 0])
    rows.append([Event.EXIT, at + 20, run, 1])
    return rows


def measure(records: int = 10_000_000) -> dict[str, float]:
    """Take in that many records; time only what the agent does with them."""
    process = psutil.Process()
    taken, spent, warm = 0, 0.0, 0.0
    with (
        tempfile.TemporaryDirectory() as folder,
        create(Path(folder) / "app.db") as store,
    ):
        ingest = Ingest(store)
        for block, count in realistic(records):
            before = time.thread_time()
            ingest(block)
            spent += time.thread_time() - before
            taken += count
            if not warm and taken > WARM:
                warm = process.memory_info().rss / 1e6
        grown = process.memory_info().rss / 1e6 - warm
        blocks = ingest.live.blocks
    return {
        "records": taken,
        "blocks": blocks,
        "records_per_s": round(taken / spent),
        "rss_growth_mb": round(grown, 1),
    }


if __name__ == "__main__":
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    sys.stdout.write(json.dumps(measure(many)) + "\n")
