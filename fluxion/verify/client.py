"""Send requests over real connections and collect the answers as they come.

In: jobs (a request and the lane it travels on), a port. Out: an ``Exchange`` for each,
whose answer can be taken when it ended, or when we decide not to wait any longer.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fluxion.verify.wire import Answer, Response, encode

if TYPE_CHECKING:
    from store.facts import CapturedRequest

IDLE_S = 3.0
"""A connection that was idle for longer is not used again: servers close them at 5 s,
and a request that crosses that close would be lost by chance."""


@dataclass(frozen=True, slots=True)
class Job:
    """One request to send, on one lane: a lane's requests keep their order."""

    number: int
    request: CapturedRequest
    lane: int
    after: int = 0
    """Concurrent runs: sent only when so many others were answered."""

    @property
    def title(self) -> str:
        """Return method and path."""
        return f"{self.request.method} {self.request.path}"


class Exchange:
    """One request under way, or answered."""

    def __init__(self, job: Job, key: tuple[int, int]) -> None:
        """Take the job and where the server saw it: (our port, index on it)."""
        self.job = job
        self.key = key
        self.response = Response(job.request.method)
        self.sent = time.monotonic()
        self.begun_at: float | None = None
        self.ended_at: float | None = None
        self.last = self.sent
        self._lost = False
        self._news = asyncio.Event()

    def feed(self, data: bytes) -> None:
        """Take bytes of the response."""
        self.response.feed(data)
        self.last = time.monotonic()
        if self.response.begun and self.begun_at is None:
            self.begun_at = self.last
        if self.response.done:
            self.ended_at = self.last
        self._news.set()

    def lose(self) -> None:
        """Note that the connection ended."""
        if self.ended_at is None:
            self.ended_at = time.monotonic()
            self._lost = True
            self._news.set()

    @property
    def over(self) -> bool:
        """Tell whether nothing more can come."""
        return self.ended_at is not None

    async def news(self, seconds: float) -> bool:
        """Wait until something came; return False when nothing did."""
        self._news.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), seconds)
            return True
        return False

    def answer(self) -> Answer:
        """Return what came so far."""
        found = self.response.end(patience_over=not self.over)
        latency = ((self.ended_at or self.last) - self.sent) * 1000
        if self.response.surplus:
            found = replace(found, ended="garbage")
        return replace(found, latency_ms=latency)


class Line:
    """One connection that carries one request at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._current: Exchange | None = None
        self._count = 0

    async def begin(self, job: Job) -> Exchange:
        """Send a request; connect first where that is needed."""
        if not self._usable():
            await self.close()
            try:
                await self._connect()
            except OSError:
                failed = Exchange(job, (0, 0))
                failed.lose()
                return failed
        assert self._writer is not None
        key = (self._writer.get_extra_info("sockname")[1], self._count)
        exchange = Exchange(job, key)
        self._count += 1
        self._current = exchange
        self._writer.write(encode(job.request))
        with contextlib.suppress(OSError):
            await self._writer.drain()
        return exchange

    async def close(self) -> None:
        """End the connection."""
        if self._reading is not None:
            self._reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reading
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()
        self._writer = self._reading = None

    @property
    def busy(self) -> bool:
        """Tell whether a response is still under way."""
        return self._current is not None and not self._current.over

    def _usable(self) -> bool:
        if self._writer is None or self._reading is None or self._reading.done():
            return False
        before = self._current
        return before is None or (
            before.over
            and before.answer().keeps_alive
            and time.monotonic() - before.last < IDLE_S
        )

    async def _connect(self) -> None:
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._count = 0
        self._current = None
        self._reading = asyncio.create_task(self._read(reader))

    async def _read(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(1 << 16):
                if self._current is not None:
                    self._current.feed(data)
        if self._current is not None:
            self._current.lose()
