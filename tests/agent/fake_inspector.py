"""An inspector that plays a target and dies at the N-th message.

In: how many messages to answer. Out: a real websocket server that speaks just enough
of the protocol for a session, then closes without a word.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve


class FakeInspector:
    """Answers every command with an event and a reply, `life` times."""

    def __init__(self, life: int, *, silent: bool = False) -> None:
        self.life = life
        self.silent = silent
        self.received: list[str] = []
        self._lock = threading.Lock()
        self._server = serve(
            self._serve, "127.0.0.1", 0, compression=None, close_timeout=0.2
        )
        self.port = self._server.socket.getsockname()[1]
        self.url = f"ws://127.0.0.1:{self.port}/fake"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()

    def _serve(self, connection: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed, OSError):
            for text in connection:
                with self._lock:
                    message = json.loads(text)
                    self.received.append(message["method"])
                    last = len(self.received) >= self.life
                if last and not self.silent:
                    connection.socket.shutdown(socket.SHUT_RDWR)
                    return
                if last:
                    continue
                connection.send('{"method":"Fake.event","params":{"n":1}}')
                answer = {"result": {"type": "number", "value": 1}}
                connection.send(json.dumps({"id": message["id"], "result": answer}))
