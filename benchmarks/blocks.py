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
from store.facts import Function, FunctionRef

BLOCK = 64_000
ROUTES, STAGES = 40, 5
"""A request goes through the stages of its route, each a callback of its own."""
AT_ONCE = 4
"""Requests that are under way at the same time."""
SITES = 12
"""Places of one function that read or write, about as many cells as it touches."""
CELLS = 300
WARM = 300_000
SCRIPT = 3

Row = list[object]


def realistic(records: int, seed: int = 1) -> Iterator[tuple[bytes, int]]:
    """Yield blocks of about 64 KB, each with the number of its records.

    The mix is that of an express app whose own files are traced (a third reads, a
    third calls, a quarter entries and exits), with more of its rarer ones.
    """
    pack = msgpack.packb
    made = 0
    app = _App(random.Random(seed))  # the same blocks each time
    block, count = bytearray(), 0
    for row in app.rows():
        block += pack(row)
        count += 1
        if len(block) < BLOCK:
            continue
        yield bytes(block), count
        made += count
        block, count = bytearray(), 0
        if made >= records:
            return


def literals() -> list[Function]:
    """Return the functions of that app, each on a line of its own."""
    return [
        Function(FunctionRef(SCRIPT, 40 * i), 40 * i + 30, f"stage{i}", i + 1, 1)
        for i in range(ROUTES * STAGES)
    ]


class _App:
    """What the requests of one app leave behind, for ever."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._at = 1000
        self._run = 0
        self._closures = 2 * ROUTES * STAGES
        self._counts = [0] * (ROUTES * STAGES)

    def rows(self) -> Iterator[Row]:
        yield [Event.START, VERSION, 4711, time.time_ns(), time.monotonic_ns()]
        for cell in range(1, CELLS + 1):
            base = cell - 1 if cell % 4 else 0
            yield [Event.CELL, cell, 5, base, f"property{cell}", 0, 0]
        while True:
            before = self._at
            requests = [self._request() for _ in range(AT_ONCE)]
            while requests:
                one = self._chance.choice(requests)
                rows = next(one, None)
                if rows is None:
                    requests.remove(one)
                else:
                    yield from rows
            if before // 1_000_000 != self._at // 1_000_000:
                yield from self._report()

    def _report(self) -> Iterator[Row]:
        """Yield what a probe tells each second."""
        for function, runs in enumerate(self._counts):
            if runs:
                yield [Event.COUNT, SCRIPT, 40 * function, runs, runs, 0, runs, 0]
        yield from ([Event.LATE, self._chance.randrange(900)] for _ in range(10))
        at = self._at
        yield [Event.COST, at, at // 50, at // 2, 90_000_000, at // 2]

    def _request(self) -> Iterator[list[Row]]:
        """Yield the rows of each stage; the second one hands over the third."""
        route = self._chance.randrange(ROUTES)
        closure, before = route + 1, 0
        for stage in range(STAGES):
            rows = self._stage(route * STAGES + stage, closure, before)
            before = self._run
            closure = ROUTES + route * STAGES + stage
            if stage == 1:
                self._closures += 1
                closure = self._closures
                site, following = 77, 40 * (route * STAGES + stage + 1)
                given = [closure, SCRIPT, following, 1, "emitter.once"]
                rows.append([Event.HAND, self._at, before, site, *given])
                rows.append([Event.CALL, before, site, 7, 0])
            rows.append([Event.EXIT, self._at + 20, before, 1])
            yield rows

    def _stage(self, function: int, closure: int, before: int) -> list[Row]:
        """Make one run, but for its end."""
        chance = self._chance
        self._run += 1
        self._counts[function] += 1
        self._at += chance.randrange(300)
        at, run, start = self._at, self._run, 40 * function
        rows: list[Row] = [
            [Event.ENTER, at, run, SCRIPT, start, closure, 0, before, run + 9, before]
        ]
        for _ in range(4):
            site = chance.randrange(SITES)
            cell = (function // STAGES * 7 + site) % CELLS + 1
            kind = Event.WRITE if chance.randrange(10) == 0 else Event.READ
            rows.append([kind, run, start + site, cell, cell + function, 0])
            site = start + 20 + chance.randrange(SITES)
            rows.append([Event.CALL, run, site, chance.randrange(90), 0])
        if run % 8 == 0:
            rows.append([Event.OPAQUE, run, start + 3, "Buffer.copy"])
        if run % 25 == 0:
            rows.append([Event.LEAD, at, run, 1, before, at])
            rows.append([Event.SHAPE, SCRIPT, start, "arg:0", "{id:number}", 64])
            stack = f"at next (/app/node_modules/express/router.js:{function}:9)"
            rows.append([Event.STACK, run, stack])
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
