"""Keep a server busy while something else looks at it.

In: a port. Out: requests, from a thread of our own, until the block ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING, Self

from fluxion.load import Connection

if TYPE_CHECKING:
    from fluxion.load import Ask

PAUSE_S = 0.05


class Traffic:
    """Posts without a pause on two connections, and light requests between them."""

    def __init__(self, port: int, heavy: Ask, light: Ask, listen: str = "") -> None:
        self._port = port
        self._heavy, self._light, self._listen = heavy, light, listen
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(30)

    def _work(self) -> None:
        asyncio.run(self._all())

    async def _all(self) -> None:
        listeners = asyncio.create_task(self._hear())
        await asyncio.gather(
            self._again(self._heavy, 0.0),
            self._again(self._heavy, 0.0),
            self._again(self._light, PAUSE_S),
        )
        listeners.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listeners

    async def _again(self, ask: Ask, pause: float) -> None:
        connection = Connection(self._port)
        while not self._over.is_set():
            try:
                await connection.ask(ask)
            except OSError:
                await asyncio.sleep(PAUSE_S)
            await asyncio.sleep(pause)
        await connection.close()

    async def _hear(self) -> None:
        """Hold a response open that never ends, as listeners do."""
        if not self._listen:
            return
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
            try:
                head = f"GET {self._listen} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
                writer.write(head.encode("latin-1"))
                while await reader.read(1 << 16):
                    pass
            finally:
                writer.close()
