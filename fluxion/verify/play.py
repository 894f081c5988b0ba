"""Play requests to a server: one after another, or on several lanes at once.

In: jobs and a port. Out: a transcript: every answer, in which order they were sent,
begun and ended, and which of them never ended. A response that does not end is left
open while the others go on, and is taken at the end with all that came.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fluxion.verify.client import Exchange, Job, Line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fluxion.verify.wire import Answer


@dataclass(frozen=True, slots=True)
class Patience:
    """How long we wait for what."""

    answer_s: float = 60.0
    """For the end of a response."""
    quiet_s: float = 2.0
    """A response that began and said nothing for so long is one that never ends."""
    silent_s: float = 15.0
    """A request without any answer for so long waits for something else."""
    known_s: float = 5.0
    """For a response known not to end, until it has said what it said before."""
    settle_s: float = 0.7
    """At the end: nothing new on any open response for so long."""
    files_s: float = 0.3
    """At the end: nothing written for so long."""
    apart_s: float = 1.1
    """Between two runs, so that a clock in an answer shows another second."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the first run taught about a request."""

    ended: bool
    begun: bool
    size: int
    """Bytes of its body when the next request was sent."""


@dataclass(slots=True)
class Transcript:
    """What one run answered."""

    answers: dict[int, Answer] = field(default_factory=dict)
    known: dict[int, Known] = field(default_factory=dict)
    arrivals: list[int] = field(default_factory=list)
    begun: list[tuple[float, int]] = field(default_factory=list)
    completed: list[tuple[float, int]] = field(default_factory=list)
    keys: dict[tuple[int, int], int] = field(default_factory=dict)

    @property
    def open(self) -> list[int]:
        """Return the jobs whose response had not ended."""
        return [n for n, a in self.answers.items() if a.ended in {"open", "silent"}]

    def latencies(self) -> list[float]:
        """Return the milliseconds of all responses that ended."""
        return sorted(
            a.latency_ms for a in self.answers.values() if a.ended == "complete"
        )


class Player:
    """The connections of one run, and what came over them."""

    def __init__(self, port: int, patience: Patience) -> None:
        self._port = port
        self._patience = patience
        self._lines: dict[int, Line] = {}
        self._used: list[Line] = []
        self._exchanges: list[Exchange] = []
        self.answered = 0
        self._progress = asyncio.Event()
        self.transcript = Transcript()

    async def start(self, job: Job) -> Exchange:
        """Send one request on the connection of its lane."""
        line = self._lines.get(job.lane)
        if line is None or line.busy:
            line = self._lines[job.lane] = Line(self._port)
            self._used.append(line)
        self.transcript.arrivals.append(job.number)
        exchange = await line.begin(job)
        self._exchanges.append(exchange)
        self.transcript.keys[exchange.key] = job.number
        return exchange

    async def until_answered(self, count: int) -> None:
        """Wait until so many requests that end were answered, or given up."""
        while self.answered < count:
            self._progress.clear()
            await self._progress.wait()

    async def wait(self, exchange: Exchange, known: Known | None) -> None:
        """Wait until it ended, or until it is clear that it does not."""
        started = time.monotonic()
        while not exchange.over and not self._enough(exchange, known, started):
            await exchange.news(0.05)
        self.answered += known is None or known.ended
        self._progress.set()
        response = exchange.response
        self.transcript.known[exchange.job.number] = Known(
            exchange.over, response.begun, response.size
        )

    def _enough(self, exchange: Exchange, known: Known | None, started: float) -> bool:
        now, patience = time.monotonic(), self._patience
        if now - started > patience.answer_s:
            return True
        if known is not None and not known.ended:
            reached = exchange.response.begun and exchange.response.size >= known.size
            limit = patience.known_s if known.begun else 0.3
            return (known.begun and reached) or now - started > limit
        if known is not None:
            return False
        if exchange.response.begun:
            return now - exchange.last > patience.quiet_s
        return now - exchange.sent > patience.silent_s

    async def finish(self) -> Transcript:
        """Wait until nothing more comes on open responses; close; take all answers."""
        deadline = time.monotonic() + self._patience.known_s
        while any(not e.over for e in self._exchanges) and time.monotonic() < deadline:
            last = max(e.last for e in self._exchanges)
            if time.monotonic() - last > self._patience.settle_s:
                break
            await asyncio.sleep(0.05)
        for exchange in self._exchanges:
            number = exchange.job.number
            self.transcript.answers[number] = exchange.answer()
            if exchange.begun_at is not None:
                self.transcript.begun.append((exchange.begun_at, number))
            if exchange.over and exchange.ended_at is not None:
                self.transcript.completed.append((exchange.ended_at, number))
        self.transcript.begun.sort()
        self.transcript.completed.sort()
        for line in self._used:
            await line.close()
        return self.transcript


def serial(
    jobs: Sequence[Job], port: int, patience: Patience, known: Mapping[int, Known]
) -> Transcript:
    """Play the jobs one after another."""

    async def play() -> Transcript:
        player = Player(port, patience)
        for job in jobs:
            await player.wait(await player.start(job), known.get(job.number))
        return await player.finish()

    return asyncio.run(play())


def concurrent(
    jobs: Sequence[Job], port: int, patience: Patience, known: Mapping[int, Known]
) -> Transcript:
    """Play every lane's jobs one after another, all lanes at the same time."""
    lanes: dict[int, list[Job]] = {}
    for job in jobs:
        lanes.setdefault(job.lane, []).append(job)

    async def play() -> Transcript:
        player = Player(port, patience)

        async def lane(mine: list[Job]) -> None:
            for job in mine:
                await player.until_answered(job.after)
                await player.wait(await player.start(job), known.get(job.number))

        await asyncio.gather(*(lane(mine) for mine in lanes.values()))
        return await player.finish()

    return asyncio.run(play())
