"""A recorded dialogue of one recording with its target, and a target that replays it.

In: what a real target answered, taken down by a proxy while `fluxion record` ran. Out:
a server that answers the same commands in the same way, and dies at the N-th message.
"""

from __future__ import annotations

import base64
import contextlib
import json
import re
import socket
import struct
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.http11 import Request, Response
from websockets.sync.client import connect
from websockets.sync.server import ServerConnection, serve

from agent import quiet

KINDS = ("close", "reset", "stall", "garbage", "truncated", "reordered")
GONE = ("close", "reset", "truncated")
"""Those after which no process is left."""
INSTALL = re.compile(r"\.install\((?P<config>\{.*?\})\)")
PROBE = re.compile(r"\{value: p\.\w+\(")
REORDER_S = 0.02
MOST_ALIKE = 3
OPEN: dict[str, Any] = {
    "max_size": None,
    "compression": None,
    "ping_interval": None,
    "logger": quiet.logger(),  # what the fake breaks is not ours to tell
}


def key_of(command: dict[str, Any]) -> str:
    """What a command says, without what differs from one recording to the next."""
    expression = str(command.get("params", {}).get("expression", ""))
    if INSTALL.search(expression):
        return "install"
    return json.dumps([command["method"], command.get("params", {})], sort_keys=True)


def shape(key: str) -> str:
    """A command without its arguments: those of a probe's, and numbers."""
    found = PROBE.search(key)
    return found[0] if found else re.sub(r"\d+", "", key)[:150]


@dataclass
class Tape:
    """For each command: what was said before its answer, and the answer, each time."""

    answers: dict[str, list[tuple[list[str], dict[str, Any]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    order: list[str] = field(default_factory=list)
    blocks: list[bytes] = field(default_factory=list)

    def take(self, command: dict[str, Any], said: list[str], answer: Any) -> None:
        key = key_of(command)
        self.order.append(key)
        self.answers[key].append((said, answer))

    def json(self) -> str:
        blocks = [base64.b64encode(block).decode() for block in self.blocks]
        return json.dumps([self.answers, self.order, blocks])

    @classmethod
    def read(cls, text: str) -> Tape:
        answers, order, blocks = json.loads(text)
        return cls(answers, order, [base64.b64decode(block) for block in blocks])


def few(said: list[str]) -> list[str]:
    """Scripts of Node itself are announced by the hundred, one like the other."""
    own = [text for text in said if '"url":"node:' in text]
    return [text for text in said if text not in own[MOST_ALIKE:]]


class Inspector:
    """A loopback server that looks like an inspector; each connection is `serve`d."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.server = serve(
            self._guarded,
            "127.0.0.1",
            0,
            process_request=self._listed,
            logger=quiet.logger(),
            compression=None,
            max_size=None,
            ping_interval=None,
            close_timeout=0.2,
        )
        self.port = int(self.server.socket.getsockname()[1])
        self._thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self._thread.join(5)

    def converse(self, connection: ServerConnection) -> None:
        raise NotImplementedError

    def _listed(self, _: ServerConnection, request: Request) -> Response | None:
        if "Upgrade" in request.headers:
            return None
        url = f"ws://127.0.0.1:{self.port}/played"
        body = json.dumps([{"webSocketDebuggerUrl": url, "type": "node"}]).encode()
        headers = Headers([("Content-Length", str(len(body))), ("Connection", "close")])
        return Response(HTTPStatus.OK, "OK", headers, body)

    def _guarded(self, connection: ServerConnection) -> None:
        with contextlib.suppress(WebSocketException, OSError):
            self.converse(connection)


class Proxy(Inspector):
    """Between an agent and a real inspector; it takes down what both say."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.tape = Tape()
        super().__init__()

    def converse(self, connection: ServerConnection) -> None:
        asked: dict[int, dict[str, Any]] = {}
        with connect(self.url, **OPEN) as real:

            def back() -> None:
                said: list[str] = []
                with contextlib.suppress(ConnectionClosed, OSError):
                    for text in real:
                        message = json.loads(text)
                        if "id" in message:
                            with self.lock:
                                command = asked.pop(message["id"])
                                self.tape.take(command, few(said), message)
                            said = []
                        else:
                            said.append(str(text))
                        connection.send(text)
                with contextlib.suppress(WebSocketException, OSError):
                    connection.close()

            reader = threading.Thread(target=back, daemon=True)
            reader.start()
            for text in connection:
                command = json.loads(text)
                asked[command["id"]] = command
                real.send(text)
            real.close()
            reader.join(5)


class FakeTarget(Inspector):
    """Plays a tape; at its N-th message something happens to it (0: nothing does)."""

    def __init__(self, tape: Tape, kind: str = "close", at: int = 0) -> None:
        self.tape, self.kind, self.at = tape, kind, at
        self.said = 0
        self.heard: list[str] = []
        self.struck = threading.Event()
        self.struck_at = 0.0
        self._turn: dict[str, int] = defaultdict(int)
        self._open: list[ServerConnection] = []
        self._probe: Any = None
        self._held: str | None = None
        super().__init__()

    def __exit__(self, *_: object) -> None:
        self._end_probe()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.socket.shutdown(socket.SHUT_RDWR)
        super().__exit__()

    def converse(self, connection: ServerConnection) -> None:
        with self.lock:
            self._open.append(connection)
            late = self.struck.is_set() and self.kind in GONE
        if late:  # it came while the process went
            connection.socket.shutdown(socket.SHUT_RDWR)
            return
        for text in connection:
            command = json.loads(text)
            with self.lock:
                self.heard.append(command["method"])
                if self.struck.is_set() and self.kind == "stall":
                    continue
                for line in self._answer(command):
                    if not self._say(connection, line):
                        break
                self._act(command)

    def _answer(self, command: dict[str, Any]) -> list[str]:
        """What the real target said to this; to the last of its kind for ever."""
        key = key_of(command)
        known = self.tape.answers.get(key) or self._like(key)
        if known is None:
            # What the real recording never needed to ask; nothing hangs on the answer.
            value = {"result": {"type": "object", "value": {"value": 1}}}
            return [json.dumps({"id": command["id"], "result": value})]
        said, answer = known[min(self._turn[key], len(known) - 1)]
        self._turn[key] += 1
        return [*said, json.dumps({**answer, "id": command["id"]})]

    def _like(self, key: str) -> list[tuple[list[str], dict[str, Any]]] | None:
        """What was said to the same command with other arguments."""
        for other in self.tape.answers:
            if shape(other) == shape(key):
                return self.tape.answers[other]
        return None

    def _act(self, command: dict[str, Any]) -> None:
        """What the probe in a real target would do by itself."""
        expression = str(command.get("params", {}).get("expression", ""))
        if (found := INSTALL.search(expression)) and not self.struck.is_set():
            config = json.loads(found["config"])
            url = f"ws://127.0.0.1:{config['port']}/{config['token']}"
            with contextlib.suppress(OSError, WebSocketException):
                self._probe = connect(url, **OPEN).__enter__()
                for block in self.tape.blocks:
                    self._probe.send(block)
        elif ".leave(" in expression:
            self._end_probe()

    def _say(self, connection: ServerConnection, text: str) -> bool:
        """Send one message, unless it is the one; tell whether to go on."""
        self.said += 1
        if self._held is not None:  # what was to come first comes after this
            held, self._held = self._held, None
            connection.send(text)
            connection.send(held)
            return True
        if self.said != self.at:
            if not (self.struck.is_set() and self.kind != "garbage"):
                connection.send(text)
            return True
        if self.kind == "reordered":
            self._held = text
            self.struck_at = time.monotonic()
            threading.Timer(REORDER_S, self._release, [connection]).start()
            return True
        self.struck_at = time.monotonic()
        self.struck.set()
        getattr(self, f"_{self.kind}")(connection, text)
        return self.kind == "garbage"

    def _release(self, connection: ServerConnection) -> None:
        with self.lock, contextlib.suppress(WebSocketException, OSError):
            if self._held is not None:
                held, self._held = self._held, None
                connection.send(held)

    def _close(self, *_: object) -> None:
        """The process is gone: so are its sockets, all of them."""
        self._end_probe(abruptly=True)
        for one in self._open:
            with contextlib.suppress(OSError):
                one.socket.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            self.server.socket.close()

    def _reset(self, *_: object) -> None:
        for one in self._open:
            with contextlib.suppress(OSError):
                gone = struct.pack("ii", 1, 0)
                one.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, gone)
                one.close_socket()  # who still waits for it here is woken
        self._close()

    def _stall(self, *_: object) -> None:
        """Nothing more is said, nothing is closed."""

    def _garbage(self, connection: ServerConnection, _: str) -> None:
        connection.send('\u0000{"id": 1, "res')

    def _truncated(self, connection: ServerConnection, text: str) -> None:
        data = text.encode()
        head = bytes([0x81, 126]) + min(len(data) + 8, 60000).to_bytes(2, "big")
        with contextlib.suppress(OSError):
            connection.socket.sendall(head + data[: len(data) // 2][:50000])
        self._close()

    def _end_probe(self, *, abruptly: bool = False) -> None:
        probe, self._probe = self._probe, None
        if probe is not None:
            with contextlib.suppress(OSError, WebSocketException):
                if abruptly:
                    probe.socket.shutdown(socket.SHUT_RDWR)
                probe.close()
