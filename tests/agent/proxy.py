"""A TCP proxy between an agent and an inspector, which listens in and can stall.

In: the port behind it. Out: a port of its own, every CDP command that went through it,
and the means to stop reading, to go silent, or to cut the connections.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from typing import Any


class Proxy:
    """Forwards one port; each direction of each connection has a thread."""

    def __init__(self, behind: int) -> None:
        self.commands: list[dict[str, Any]] = []
        self._behind = behind
        self._sockets: list[socket.socket] = []
        self._flowing = threading.Event()
        self._flowing.set()
        self._swallow = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self._flowing.set()
        # A listener that is only closed goes on accepting.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for thread in list(self._threads):
            thread.join(5)

    def stall(self) -> None:
        """Read from nobody any more; what is sent fills the buffers."""
        self._flowing.clear()

    def go_on(self) -> None:
        """Read again."""
        self._flowing.set()

    def swallow(self) -> None:
        """Half open: read everything and pass nothing on."""
        self._swallow = True

    def cut(self) -> None:
        """End every connection."""
        for one in self._sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def methods(self) -> list[str]:
        """The methods of all commands so far, in order of their arrival."""
        return [str(one["method"]) for one in list(self.commands)]

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._behind))
                self._sockets += [client, server]
                for source, sink, heard in (
                    (client, server, Frames(self.commands)),
                    (server, client, None),
                ):
                    pump = threading.Thread(
                        target=self._pump, args=(source, sink, heard), daemon=True
                    )
                    self._threads.append(pump)
                    pump.start()

    def _pump(self, source: socket.socket, sink: socket.socket, heard: Any) -> None:
        with contextlib.suppress(OSError):
            while True:
                self._flowing.wait()
                data = source.recv(65536)
                if not data:
                    break
                if self._swallow:
                    continue
                if heard is not None:
                    heard.receive(data)
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


class Frames:
    """Masked websocket frames of a client, behind its handshake."""

    def __init__(self, commands: list[dict[str, Any]]) -> None:
        self._commands = commands
        self._rest = bytearray()
        self._open = False
        self._text = b""

    def receive(self, data: bytes) -> None:
        self._rest += data
        if not self._open:
            end = self._rest.find(b"\r\n\r\n")
            if end < 0:
                return
            self._open = True
            del self._rest[: end + 4]
        while (frame := self._next()) is not None:
            final, kind, payload = frame
            if kind > 2:
                continue
            self._text += payload
            if final:
                self._commands.append(json.loads(self._text))
                self._text = b""

    def _next(self) -> tuple[bool, int, bytes] | None:
        rest = self._rest
        if len(rest) < 2:
            return None
        size, head = rest[1] & 0x7F, 2
        if size > 125:
            head = 4 if size == 126 else 10
            if len(rest) < head:
                return None
            size = int.from_bytes(rest[2:head], "big")
        if len(rest) < head + 4 + size:
            return None
        mask = (rest[head : head + 4] * (size // 4 + 1))[:size]
        masked = rest[head + 4 : head + 4 + size]
        payload = bytes(a ^ b for a, b in zip(masked, mask, strict=True))
        found = (bool(rest[0] & 0x80), rest[0] & 0x0F, payload)
        del rest[: head + 4 + size]
        return found
