"""The session for large answers: sources, script floods, profiles, breakpoints.

In: the inspector's url. Out: replies and events of `cdp.Protocol`, over a websocket
without limits and without delayed acknowledgements. One thread uses it at a time.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit

from websockets.exceptions import (
    ConcurrencyError,
    ConnectionClosed,
    WebSocketException,
)
from websockets.protocol import State
from websockets.sync.client import ClientConnection, connect

from agent import linger, quiet
from agent.cdp import Event, Failure, Json, Protocol, Reply
from agent.reach import HERE, Reach
from agent.session import Commands, Connection, by_value
from store.errors import ProtocolError, TargetGone

MOST_EVENTS = 200_000
GOODBYE_S = 1.0
QUICKACK = getattr(socket, "TCP_QUICKACK", 12)


class QuickSocket(socket.socket):
    """Acknowledge at once: a delayed one costs each step after an event 44 ms."""

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Re-arm, because the kernel forgets it after each receive."""
        self.setsockopt(socket.IPPROTO_TCP, QUICKACK, 1)
        return super().recv(size, flags)


class Bulk(Connection, Commands):
    """A second inspector session, for whatever may be large."""

    def _connect(self, url: str | Callable[[], str], reach: Reach) -> None:
        self._protocol = Protocol()
        self._events: deque[Event] = deque(maxlen=MOST_EVENTS)
        self._lock = threading.RLock()
        self._unanswered: set[int] = set()
        self._enabled: set[str] = set()
        self._reach = reach
        self._url = url
        self._made: ClientConnection | None = None
        if not callable(url):
            self._open(url)

    def _open(self, url: str) -> ClientConnection:
        self._made = connected(url, self._deadline, self._reach)
        return self._made

    @property
    def _websocket(self) -> ClientConnection:
        with self._lock:
            if self._made is not None:
                return self._made
            return self._open(self._url() if callable(self._url) else self._url)

    def calls(
        self, commands: list[tuple[str, Json]], *, deadline: float | None = None
    ) -> list[Json]:
        """Send several commands at once and return their results in order."""
        with self._lock:
            ends = time.monotonic() + (deadline or self._deadline)
            numbers = [self._send(method, params) for method, params in commands]
            results: dict[int, Json] = {}
            while len(results) < len(numbers):
                reply = self._receive(ends, commands[len(results)][0])
                if isinstance(reply, Failure):
                    raise ProtocolError(f"{_named(reply, numbers, commands)}")
                if isinstance(reply, Reply) and reply.command in numbers:
                    results[reply.command] = reply.result
            return [results[number] for number in numbers]

    def tell(self, expression: str) -> None:
        """Send an expression and do not wait: its effect may close this session."""
        with contextlib.suppress(TargetGone, ProtocolError), self._lock:
            self._send("Runtime.evaluate", by_value(expression))

    @property
    def port(self) -> int:
        """Our end of the connection, 0 when there is none yet, or it is over."""
        return 0 if self._made is None else own_port(self._made)

    @property
    def open(self) -> bool:
        """Whether the target is still there, as far as we were told."""
        return self._made is None or self._made.state is State.OPEN

    def events(self, method: str) -> list[Json]:
        """Take the events of this kind that have arrived so far; drop the others."""
        with self._lock:
            taken = [event.params for event in self._events if event.method == method]
            self._events.clear()
            return taken

    def heard(self, method: str) -> list[Json]:
        """As `events`, with what has arrived since the last command."""
        with self._lock:
            while True:
                try:
                    text = self._websocket.recv(timeout=0)
                except TimeoutError:
                    return self.events(method)
                except (ConnectionClosed, OSError) as error:
                    raise TargetGone("the target went away") from error
                for received in self._protocol.receive(text):
                    if isinstance(received, Event):
                        self._events.append(received)
                    else:
                        self._unanswered.discard(received.command)

    def close(self) -> None:
        """End the session; breakpoints that it set go with it.

        Not while anything is on its way to us (see `linger`): what an unanswered
        command still has to say is waited for, in the background.
        """
        if self._made is None:
            return
        if self.answers and not self._unanswered:
            with contextlib.suppress(TargetGone, ProtocolError):
                off = [
                    (f"{domain}.disable", Json()) for domain in sorted(self._enabled)
                ]
                self.calls(off, deadline=GOODBYE_S)
        linger.hang_up(self._busy, self._hang_up)

    def _busy(self) -> bool:
        """Take what is there, and tell whether an answer is still missing."""
        if self.open and self._unanswered:
            # One who waits for an answer at this moment takes it instead of us.
            with contextlib.suppress(TargetGone, ConcurrencyError):
                self._receive(time.monotonic(), "the end")
        return self.open and bool(self._unanswered)

    def _hang_up(self) -> None:
        if self._made is not None:
            self._made.close_timeout = 1
            with contextlib.suppress(OSError, WebSocketException):
                self._made.close()

    def _send(self, method: str, params: Json) -> int:
        number, text = self._protocol.send(method, params)
        self.ledger.sent(method, params)
        try:
            self._websocket.send(text)
        except (WebSocketException, OSError) as error:
            raise TargetGone(f"the target went away at {method}") from error
        self._unanswered.add(number)
        domain, _, verb = method.partition(".")
        if verb == "enable":
            self._enabled.add(domain)
        elif verb == "disable":
            self._enabled.discard(domain)
        return number

    def _receive(self, ends: float, waiting_for: str) -> Reply | Failure | None:
        left = ends - time.monotonic()
        try:
            text = self._websocket.recv(timeout=max(left, 0))
        except TimeoutError as error:
            self._silent = True
            raise TargetGone(
                f"the target did not answer {waiting_for} in time",
                "it may be stopped, or busy in one long turn; try again",
            ) from error
        except (ConnectionClosed, OSError) as error:
            raise TargetGone(f"the target went away at {waiting_for}") from error
        try:
            told = self._protocol.receive(text)
        except ProtocolError as error:
            raise TargetGone(
                "what the inspector says cannot be understood any more",
                "is something between us that changes it?",
            ) from error
        for received in told:
            if isinstance(received, Event):
                self._events.append(received)
            else:
                self._unanswered.discard(received.command)
                return received
        return None


def own_port(connection: ClientConnection) -> int:
    """Our end of a connection, 0 when it is over."""
    try:
        return int(connection.local_address[1])
    except OSError:
        return 0


def connected(url: str, deadline: float, reach: Reach = HERE) -> ClientConnection:
    """Open a websocket without limits; the other side must answer in time."""
    parts = urlsplit(url)
    host, port = parts.hostname or "127.0.0.1", parts.port or 80
    try:
        raw = reach.connect(host, port, deadline, QuickSocket)
    except OSError as error:
        raise TargetGone("the inspector does not accept a connection") from error
    try:
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        options: dict[str, Any] = {
            "sock": raw,
            "open_timeout": deadline,
            "ping_interval": None,
            "max_size": None,
            "compression": None,
            "proxy": None,
            "user_agent_header": None,
            "logger": quiet.logger(),
        }
        made = cast(ClientConnection, connect(url, **options).__enter__())
    except (OSError, WebSocketException, TimeoutError) as error:
        raw.close()
        raise TargetGone("the inspector does not accept a connection") from error
    linger.hold(made.socket)
    return made


def _named(
    failure: Failure, numbers: list[int], commands: list[tuple[str, Json]]
) -> str:
    for number, (method, _) in zip(numbers, commands, strict=True):
        if number == failure.command:
            return f"{method}: {failure.message}"
    return failure.message
