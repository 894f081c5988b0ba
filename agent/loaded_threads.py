"""The worker threads of a launched app, each with a probe and a connection of its own.

In: connections of threads. Out: an isolate for each that says who it is, its blocks by
its number, and the texts of what it loads: a file that another isolate has loaded is
the same script. A thread that ends takes its connection with it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace

from websockets.exceptions import ConnectionClosedError
from websockets.sync.server import ServerConnection

from agent.cdp import Json, as_object
from agent.loaded import Loaded
from agent.observation import process_of
from store.errors import ProtocolError
from store.facts import Process

ENDED_S = 2.0


class LoadedThreads:
    """Those that have started so far."""

    def __init__(
        self,
        loaded: Loaded,
        on_block: Callable[[int, bytes], None],
        on_process: Callable[[Process], None],
    ) -> None:
        """Take what the app has loaded, and who hears of isolates and blocks."""
        self._loaded = loaded
        self._on_block = on_block
        self._on_process = on_process
        self._last = 1
        self._here: set[int] = set()
        self._cut: set[int] = set()
        self._news = threading.Condition()

    def wait(self) -> None:
        """Let those end whose process has ended."""
        with self._news:
            self._news.wait_for(lambda: not self._here, ENDED_S)

    def cut_off(self) -> list[int]:
        """Return the numbers of those whose last counts did not come."""
        with self._news:
            return sorted(self._cut | self._here)

    def receive(self, connection: ServerConnection) -> None:
        """Take in what one thread says, until it ends."""
        with self._news:
            self._last += 1
            number = self._last
            self._here.add(number)
        try:
            for message in connection:
                if isinstance(message, str):
                    self._take(connection, number, message)
                else:
                    self._on_block(number, message)
        except ConnectionClosedError:  # it was terminated
            with self._news:
                self._cut.add(number)
        finally:
            with self._news:
                self._here.discard(number)
                self._news.notify_all()

    def _take(self, connection: ServerConnection, number: int, text: str) -> None:
        try:
            message = as_object(json.loads(text))
        except ValueError as error:
            raise ProtocolError("the probe sent something that is not JSON") from error
        if "hello" in message:
            self._begin(number, as_object(message["hello"]))
        elif "source" in message:
            answer = self._loaded.rewrite(message["source"], shared=True)
            told = {"source": int(message["number"]), "text": answer}
            connection.send(json.dumps(told))
        elif "loaded" in message:
            self._loaded.register(message["loaded"], shared=True)
        elif "left" in message:
            self._loaded.leave_alone(str(message["left"]))
        elif "missed" in message:
            self._loaded.missed(str(message["missed"]))

    def _begin(self, number: int, hello: Json) -> None:
        thread = int(hello["thread"])
        found = process_of(hello, None, "launched")
        parent = 1  # a thread of a thread is, too, as far as its process goes
        self._on_process(
            replace(found, number=number, thread=thread, parent=parent, role="thread")
        )
