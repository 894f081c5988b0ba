"""Put a bounded load on a server and measure what a client feels.

In: a port, a heavy and a light request. Out: latencies and throughput. The heavy route
gets a closed loop of N connections; the light one gets a request every 20 ms, whether
or not the one before was answered, and its latency counts from when it was due, so
that a server that stalls cannot hide it (coordinated omission).
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from dataclasses import dataclass, field
from pathlib import Path

from fluxion.verify.wire import Response

EVERY_S = 0.02
POOL = 128
"""Clients that ask in turn, connected before the load begins: Node accepts one new
connection in each turn of its loop, which would be felt as well, and more. Each of
them asks every 2.6 s, so none is idle for long."""
IDLE_S = 4.0
"""A connection that was idle for longer is opened anew: servers close them at 5 s."""
GRACE_S = 20.0


@dataclass(frozen=True, slots=True)
class Ask:
    """One request that is sent again and again."""

    method: str
    path: str
    body: bytes = b""
    status: int = 200
    """What a good answer has; any other below 400 is good as well."""

    def encode(self, port: int) -> bytes:
        """Return its bytes."""
        length = f"Content-Length: {len(self.body)}\r\n" if self.body else ""
        head = f"{self.method} {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        return (head + length + "\r\n").encode("latin-1") + self.body


@dataclass(slots=True)
class Felt:
    """What one kind of request felt."""

    latencies_ms: list[float] = field(default_factory=list)
    failed: int = 0

    def percentile(self, share: float) -> float:
        """Return the latency below which that share lies; NaN without any."""
        if not self.latencies_ms:
            return math.nan
        ranked = sorted(self.latencies_ms)
        return ranked[min(len(ranked) - 1, math.ceil(share * len(ranked)) - 1)]


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of the load measured."""

    seconds: float
    light: Felt
    heavy: Felt
    main_cpu_ms: float
    """CPU of the server's main thread."""

    @property
    def heavy_per_s(self) -> float:
        """Return the throughput of the heavy route."""
        return len(self.heavy.latencies_ms) / self.seconds

    @property
    def main_cpu_per_heavy_ms(self) -> float:
        """Return main-thread CPU for each heavy request."""
        return self.main_cpu_ms / max(1, len(self.heavy.latencies_ms))


class Connection:
    """One connection that asks and waits."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._used = 0.0

    async def ask(self, ask: Ask) -> int:
        """Send one request, return the status of its answer."""
        if time.monotonic() - self._used > IDLE_S:
            await self.close()
        if self._writer is None or self._writer.is_closing():
            self._reader, self._writer = await asyncio.open_connection(
                "127.0.0.1", self._port
            )
        assert self._reader is not None
        self._writer.write(ask.encode(self._port))
        response = Response(ask.method)
        while not response.done:
            data = await self._reader.read(1 << 16)
            if not data:
                await self.close()
                raise ConnectionError("the server closed the connection")
            response.feed(data)
        self._used = time.monotonic()
        answer = response.end()
        if not answer.keeps_alive:
            await self.close()
        return int(answer.status[9:12] or 0)

    async def close(self) -> None:
        """End the connection."""
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()
        self._writer = None


def run_load(
    port: int, pid: int, *, heavy: Ask, light: Ask, connections: int, seconds: float
) -> Load:
    """Put load on a server for some seconds."""
    return asyncio.run(_run(port, pid, heavy, light, connections, seconds))


async def _run(
    port: int, pid: int, heavy: Ask, light: Ask, connections: int, seconds: float
) -> Load:
    felt_heavy, felt_light = Felt(), Felt()
    clients = await _connected(port, light)
    before, started = main_cpu_ms(pid), time.monotonic()
    until = started + seconds
    await asyncio.gather(
        *(_closed(port, heavy, felt_heavy, until) for _ in range(connections)),
        _open(clients, light, felt_light, until),
    )
    elapsed = time.monotonic() - started
    return Load(elapsed, felt_light, felt_heavy, main_cpu_ms(pid) - before)


async def _closed(port: int, ask: Ask, felt: Felt, until: float) -> None:
    connection = Connection(port)
    while time.monotonic() < until:
        started = time.monotonic()
        await _one(connection, ask, felt, started)
    await connection.close()


async def _connected(port: int, ask: Ask) -> asyncio.Queue[Connection]:
    """Return clients that have asked once."""
    idle: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(POOL):
        client = Connection(port)
        with contextlib.suppress(OSError):
            await client.ask(ask)
        idle.put_nowait(client)
    return idle


async def _open(
    idle: asyncio.Queue[Connection], ask: Ask, felt: Felt, until: float
) -> None:
    tasks: set[asyncio.Task[None]] = set()

    async def one(due: float) -> None:
        connection = await idle.get()
        await _one(connection, ask, felt, due)
        idle.put_nowait(connection)

    due = time.monotonic()
    while due < until:
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        tasks.add(asyncio.create_task(one(due)))
        due += EVERY_S
    _, late = await asyncio.wait(tasks, timeout=GRACE_S)
    for task in late:
        task.cancel()
    felt.failed += len(late)
    while not idle.empty():
        await idle.get_nowait().close()


async def _one(connection: Connection, ask: Ask, felt: Felt, due: float) -> None:
    try:
        status = await asyncio.wait_for(connection.ask(ask), GRACE_S)
    except (OSError, TimeoutError):
        felt.failed += 1
        await connection.close()
        await asyncio.sleep(EVERY_S)
        return
    if status >= 400 and status != ask.status:
        felt.failed += 1
    else:
        felt.latencies_ms.append((time.monotonic() - due) * 1000)


def main_cpu_ms(pid: int) -> float:
    """Return the CPU time of a process' main thread so far; 0 when it is gone."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/schedstat").read_text("ascii")
    except OSError:
        return 0.0
    return int(text.split()[0]) / 1e6
