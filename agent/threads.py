"""Speak to the worker threads of a process through its inspector.

In: the inspector's url. Out: a session for each worker thread, those that were there
and those that start later, with the same face as a session of our own. A worker that
ends is no failure; one that does not answer fails its own commands alone.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import threading
import time
from collections import deque
from collections.abc import Callable

from websockets.exceptions import ConnectionClosed, WebSocketException

from agent.bulk import MOST_EVENTS, connected, own_port
from agent.cdp import (
    DEADLINE_S,
    Event,
    Failure,
    Json,
    Protocol,
    Reply,
    as_object,
)
from agent.ledger import Ledger
from agent.reach import HERE, Reach
from agent.session import Commands, by_value
from store.errors import ProtocolError, TargetGone

READY_S = min(5.0, DEADLINE_S)
QUIET_S = 1.0


class ThreadSession(Commands):
    """A session with one worker thread; several threads of ours may use it."""

    def __init__(
        self,
        send: Callable[[str], None],
        title: str,
        *,
        deadline: float = DEADLINE_S,
        ledger: Ledger | None = None,
    ) -> None:
        """Take what carries a message to the worker, and what Node calls it."""
        self.title = title
        self.ledger = ledger or Ledger()
        self._carry = send
        self._deadline = deadline
        self._protocol = Protocol()
        self._answers: dict[int, Reply | Failure] = {}
        self._waiting: set[int] = set()
        self._events: deque[Event] = deque(maxlen=MOST_EVENTS)
        self._news = threading.Condition()
        self._ended = False

    @property
    def open(self) -> bool:
        """Whether the worker is still there, as far as we were told."""
        return not self._ended

    @property
    def answers(self) -> bool:
        """Whether it makes sense to wait for it."""
        return self.open

    def calls(
        self, commands: list[tuple[str, Json]], *, deadline: float | None = None
    ) -> list[Json]:
        """Send several commands at once and return their results in order."""
        ends = time.monotonic() + (deadline or self._deadline)
        numbers = [self._send(*command) for command in commands]
        try:
            return [
                self._result(number, method, ends)
                for number, (method, _) in zip(numbers, commands, strict=True)
            ]
        finally:
            with self._news:
                for number in numbers:
                    self._waiting.discard(number)
                    self._answers.pop(number, None)

    def tell(self, expression: str) -> None:
        """Send an expression and do not wait."""
        with contextlib.suppress(TargetGone):
            number = self._send("Runtime.evaluate", by_value(expression))
            self._waiting.discard(number)

    def events(self, method: str) -> list[Json]:
        """Take the events of this kind that have arrived so far; drop the others."""
        with self._news:
            taken = [event.params for event in self._events if event.method == method]
            self._events.clear()
            return taken

    def close(self) -> None:
        """End the session: nothing is sent any more."""
        with self._news:
            self._ended = True
            self._news.notify_all()

    def receive(self, text: str) -> None:
        """Take in one message of the worker."""
        for received in self._protocol.receive(text):
            with self._news:
                if isinstance(received, Event):
                    self._events.append(received)
                elif received.command in self._waiting:
                    self._answers[received.command] = received
                    self._news.notify_all()

    def _send(self, method: str, params: Json) -> int:
        with self._news:
            if self._ended:
                raise TargetGone(f"the worker thread ended before {method}")
            number, text = self._protocol.send(method, params)
            self._waiting.add(number)
        self.ledger.sent(method, params)
        self._carry(text)
        return number

    def _result(self, number: int, method: str, ends: float) -> Json:
        with self._news:
            answered = self._news.wait_for(
                lambda: number in self._answers or self._ended,
                max(0.0, ends - time.monotonic()),
            )
            answer = self._answers.get(number)
        if isinstance(answer, Failure):
            raise ProtocolError(f"{method}: {answer.message}")
        if answer is None and answered:
            raise TargetGone(f"the worker thread ended at {method}")
        if answer is None:
            raise TargetGone(
                f"a worker thread did not answer {method} in time",
                "it may be busy in one long turn; try again",
            )
        return answer.result


class Threads:
    """The worker threads of one process, over an inspector session of their own."""

    def __init__(
        self,
        url: str,
        joined: Callable[[ThreadSession], None],
        *,
        reach: Reach = HERE,
        on_audit: Callable[[str], None] | None = None,
    ) -> None:
        """Connect; `joined` hears of each worker, in our receiving thread."""
        self._on_audit = on_audit
        self._ledger = Ledger(on_audit)
        self._joined = joined
        self._sessions: dict[str, ThreadSession] = {}
        self._numbers = itertools.count(2)
        self._ready = threading.Event()
        self._quiet = threading.Event()
        self._last = 0
        self._sending = threading.Lock()
        self._websocket = connected(url, DEADLINE_S, reach)
        self._thread = threading.Thread(target=self._receive, daemon=True)
        self._thread.start()
        self._ledger.sent("NodeWorker.enable")
        self._command(1, "NodeWorker.enable", {"waitForDebuggerOnStart": False})
        # Workers that were there are told of before the answer.
        self._ready.wait(READY_S)

    @property
    def port(self) -> int:
        """Our end of the connection, 0 when it is over."""
        return own_port(self._websocket)

    def close(self) -> None:
        """End every session, once nothing is on its way to us (see `linger`)."""
        number = next(self._numbers)
        with contextlib.suppress(TargetGone):
            self._last = number
            self._ledger.sent("NodeWorker.disable")
            self._command(number, "NodeWorker.disable", {})
            self._quiet.wait(QUIET_S)
        self._websocket.close_timeout = 1
        with contextlib.suppress(OSError, WebSocketException):
            self._websocket.close()
        self._thread.join(2)
        self._ledger.flush()

    def _command(self, number: int, method: str, params: Json) -> None:
        message = {"id": number, "method": method, "params": params}
        try:
            with self._sending:
                self._websocket.send(json.dumps(message, separators=(",", ":")))
        except (WebSocketException, OSError) as error:
            raise TargetGone(f"the target went away at {method}") from error

    def _carry(self, session: str, text: str) -> None:
        self._command(
            next(self._numbers),
            "NodeWorker.sendMessageToWorker",
            {"sessionId": session, "message": text},
        )

    def _receive(self) -> None:
        try:
            for text in self._websocket:
                self._take(as_object(json.loads(text)))
        except (ConnectionClosed, OSError, ValueError, ProtocolError):
            pass  # the end of the process, or of our interest in it
        finally:
            self._ready.set()
            self._quiet.set()
            for session in list(self._sessions.values()):
                session.close()

    def _take(self, message: Json) -> None:
        method, params = message.get("method"), as_object(message.get("params"))
        key = str(params.get("sessionId"))
        if method == "NodeWorker.receivedMessageFromWorker":
            if key in self._sessions:
                self._sessions[key].receive(str(params.get("message")))
        elif method == "NodeWorker.attachedToWorker":
            title = str(as_object(params.get("workerInfo")).get("title"))[:200]
            session = ThreadSession(
                lambda text: self._carry(key, text),
                title,
                ledger=Ledger(self._on_audit),
            )
            self._sessions[key] = session
            self._joined(session)
        elif method == "NodeWorker.detachedFromWorker":
            ended = self._sessions.pop(key, None)
            if ended is not None:
                ended.close()
        elif message.get("id") == 1:
            self._ready.set()
        elif message.get("id") == self._last:
            self._quiet.set()
