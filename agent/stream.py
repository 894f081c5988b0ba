"""Receive the probe's blocks on a loopback websocket of our own.

In: one connection that knows the token; then nobody listens any more. Out: each block
to `on_block` and each text to `on_text`, in order; a sign of life to the probe every
second. What they raise is kept for the caller.
"""

from __future__ import annotations

import contextlib
import hmac
import http
import secrets
import socket
import threading
from collections.abc import Callable

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from agent import quiet
from agent.reach import HERE, Reach

BEAT_S = 1.0
MOST_MESSAGE = 8 * 1024 * 1024
"""A block is 64 KB, a request with its body 1 MB."""
MOST_OF_LAUNCHED = 256 * 1024 * 1024
"""A launched app sends its profile, and its files' texts."""


class Stream:
    """The agent's end of the observation stream."""

    def __init__(
        self,
        on_block: Callable[[bytes], None],
        on_text: Callable[[str], None] = lambda _: None,
        *,
        reach: Reach = HERE,
        largest: int = MOST_MESSAGE,
        on_other: Callable[[ServerConnection], None] | None = None,
    ) -> None:
        """Listen on a free port of the probe's loopback, for it alone.

        `on_other` receives from those that connect later: threads of a launched app.
        """
        self.token = secrets.token_hex(24)
        self.failure: Exception | None = None
        self.blocks = 0
        self.bytes = 0
        self.connected = threading.Event()
        self.ended = threading.Event()
        self._on_block = on_block
        self._on_text = on_text
        self._on_other = on_other
        self._connection: ServerConnection | None = None
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._taken = False
        self._server: Server = serve(
            self._receive,
            sock=reach.listen(),
            process_request=self._admit,
            ping_interval=None,
            max_size=largest,
            compression=None,
            close_timeout=1,
            logger=quiet.logger(),
        )
        self.port: int = self._server.socket.getsockname()[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def send(self, text: str) -> None:
        """Send a text to the probe of a launched app; nothing when it is gone."""
        if self._connection is not None:
            with contextlib.suppress(ConnectionClosed, OSError):
                self._connection.send(text)

    def close(self) -> None:
        """Stop listening and end the connection."""
        self._stop.set()
        # It waits for whoever has connected and says nothing; we do not.
        ending = threading.Thread(target=self._server.shutdown, daemon=True)
        ending.start()
        ending.join(3)
        self._thread.join(3)

    def _listen_no_more(self) -> None:
        """The one for whom we listened is here."""
        with contextlib.suppress(OSError):
            self._server.socket.shutdown(socket.SHUT_RDWR)

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """Only a client with the token, no browser, and only one."""
        known = hmac.compare_digest(request.path.encode(), f"/{self.token}".encode())
        with self._lock:
            room = not self._taken or self._on_other is not None
            if known and "Origin" not in request.headers and room:
                self._taken = True
                return None
        return connection.respond(http.HTTPStatus.FORBIDDEN, "no\n")

    def _receive(self, connection: ServerConnection) -> None:
        beats = threading.Thread(target=self._beat, args=(connection,), daemon=True)
        beats.start()
        with self._lock:
            first = self._connection is None
            self._connection = self._connection or connection
        if not first and self._on_other is not None:
            self._receive_other(connection, self._on_other)
            return
        self.connected.set()
        if self._on_other is None:
            self._listen_no_more()
        try:
            for message in connection:
                if isinstance(message, str):
                    self._on_text(message)
                    continue
                self.blocks += 1
                self.bytes += len(message)
                self._on_block(message)
        except ConnectionClosed:
            pass
        except Exception as error:  # noqa: BLE001 # the recording thread raises it
            self.failure = error
        finally:
            self.ended.set()
            self._stop.set()
            beats.join(3)

    def _receive_other(
        self, connection: ServerConnection, on_other: Callable[[ServerConnection], None]
    ) -> None:
        try:
            on_other(connection)
        except ConnectionClosed:
            pass
        except Exception as error:  # noqa: BLE001 # the recording thread raises it
            self.failure = error

    def _beat(self, connection: ServerConnection) -> None:
        """While the probe hears this, it stays."""
        with contextlib.suppress(ConnectionClosed, OSError):
            connection.send(b"")
            while not self._stop.wait(BEAT_S):
                connection.send(b"")
