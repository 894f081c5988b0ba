"""The session for small commands: pychrome's Tab, made quiet and bounded.

In: the inspector's url. Out: values of evaluated expressions, within a deadline, or a
typed failure. Nothing is printed, no thread outlives `close`, no event is kept.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import warnings
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pychrome
import websocket
from pychrome.exceptions import PyChromeException

from agent import linger
from agent.cdp import Json, as_object, evaluated
from agent.reach import HERE, Reach
from agent.session import Connection, by_value
from store.errors import ProtocolError, TargetGone

CONNECT_S = 5.0
GOODBYE_S = 0.5
FIRST_ID = 1000


class QuietTab(pychrome.Tab):  # type: ignore[misc] # pychrome ships no types
    """A Tab whose receive thread ends without a word when the target does."""

    # Of pychrome.Tab, which has no types.
    _ws: Any
    _websocket_url: str
    method_results: dict[Any, Any]
    _cur_id: int
    reach: Reach = HERE
    answered = 0

    def start(self) -> bool:
        """Connect within a deadline and start the threads."""
        self.debug = False
        self._started = True
        self.status = self.status_started
        parts = urlsplit(self._websocket_url)
        raw = self.reach.connect(
            parts.hostname or "127.0.0.1", parts.port or 80, CONNECT_S, socket.socket
        )
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._ws = websocket.create_connection(
                self._websocket_url,
                timeout=CONNECT_S,
                socket=raw,
                enable_multithread=True,
                suppress_origin=True,
            )
        except (websocket.WebSocketException, OSError):
            raw.close()
            raise
        linger.hold(raw)
        self._recv_th.start()
        self._handle_event_th.start()
        return True

    def _recv_loop(self) -> None:
        while not self._stopped.is_set():
            try:
                self._ws.settimeout(1)
                message = json.loads(self._ws.recv())
            except websocket.WebSocketTimeoutException:
                continue
            except (websocket.WebSocketException, OSError, ValueError, AttributeError):
                self._stopped.set()
                for waiting in list(self.method_results.values()):
                    waiting.put({"closed": True})
                return
            self.answered += "id" in message
            waiting = self.method_results.get(message.get("id"))
            if waiting is not None:
                waiting.put(message)

    def _handle_event_loop(self) -> None:
        """No event is asked for in this session."""

    @property
    def local_port(self) -> int:
        """Our end of the connection, 0 when there is none."""
        sock = self._ws.sock
        try:
            return 0 if sock is None else int(sock.getsockname()[1])
        except OSError:
            return 0  # it was closed this very moment

    @property
    def ended(self) -> bool:
        """Whether the connection is over."""
        return bool(self._stopped.is_set())

    @property
    def unanswered(self) -> int:
        """How many commands still wait for their answer."""
        return int(self._cur_id) - FIRST_ID - self.answered

    def ask(self, method: str, params: Json, deadline: float) -> Json:
        """Send one command and return the whole answer; call_method hides errors."""
        send: Any = self._send  # pyright: ignore[reportUnknownMemberType]
        return as_object(send({"method": method, "params": params}, deadline))

    def end(self) -> None:
        """End the connection and both threads at once; stop() would wait.

        Not while an answer is on its way to us (see `linger`): then in the background.
        """
        linger.hang_up(lambda: self.unanswered > 0 and not self.ended, self._hang_up)

    def _hang_up(self) -> None:
        if self._ws.sock is not None:
            # Said goodbye to, Node ends the session before we go on: where a client
            # only hangs up, closing the inspector soon after has crashed Node 20 to 26.
            with contextlib.suppress(OSError, websocket.WebSocketException):
                self._ws.send_close()
            self._recv_th.join(GOODBYE_S)
        self._stopped.set()
        if self._ws.sock is not None:
            with contextlib.suppress(OSError):
                self._ws.sock.shutdown(socket.SHUT_RDWR)
        for thread in (self._recv_th, self._handle_event_th):
            if thread.is_alive():
                thread.join(2)
        self._ws.shutdown()


class Control(Connection):
    """A session of small commands."""

    def _connect(self, url: str | Callable[[], str], reach: Reach) -> None:
        self._lock = threading.Lock()
        self._moving = False
        self._tab = _started(url() if callable(url) else url, reach)

    @property
    def open(self) -> bool:
        """Whether the target is still there, as far as we were told."""
        return self._moving or not self._tab.ended

    @property
    def port(self) -> int:
        """Our end of the connection."""
        return int(self._tab.local_port)

    def call(
        self, method: str, params: Json | None = None, deadline: float | None = None
    ) -> Json:
        """Send one command and return its result."""
        try:
            with self._lock, warnings.catch_warnings():
                if not self.open:
                    raise TargetGone(f"the target went away before {method}")
                warnings.simplefilter("ignore")
                self.ledger.sent(method, params)
                message = self._tab.ask(
                    method, params or {}, deadline or self._deadline
                )
        except pychrome.TimeoutException as error:
            self._silent = deadline is None
            raise TargetGone(
                f"the target did not answer {method} in time",
                "it may be stopped, or busy in one long turn; try again",
            ) from error
        except (PyChromeException, websocket.WebSocketException, OSError) as error:
            raise TargetGone(f"the target went away at {method}") from error
        if "closed" in message:
            raise TargetGone(f"the target went away at {method}")
        if "error" in message:
            told = str(as_object(message["error"]).get("message", ""))[:500]
            raise ProtocolError(f"{method}: {told}")
        return as_object(message.get("result"))

    def evaluate(self, expression: str, deadline: float | None = None) -> Any:
        """Return the value of an expression in the target."""
        return evaluated(
            self.call("Runtime.evaluate", by_value(expression), deadline=deadline)
        )

    def tell(self, expression: str) -> None:
        """Send an expression and do not wait: its effect may close this session."""
        with contextlib.suppress(TargetGone, ProtocolError):
            self.call("Runtime.evaluate", by_value(expression), deadline=0.2)

    def move(self, address: Callable[[], str]) -> None:
        """End this connection, and go on at the address that is known only then.

        Whoever has a command waits meanwhile.
        """
        with self._lock:
            self._moving = True
            try:
                self._tab.end()
                self._tab = _started(address(), self._tab.reach)
            finally:
                self._moving = False

    def close(self) -> None:
        """End the session and its threads."""
        self._tab.end()


def _started(url: str, reach: Reach) -> QuietTab:
    tab = QuietTab(id="fluxion", type="node", webSocketDebuggerUrl=url)
    tab.reach = reach
    try:
        tab.start()
    except (websocket.WebSocketException, OSError) as error:
        raise TargetGone("the inspector does not accept a connection") from error
    return tab
