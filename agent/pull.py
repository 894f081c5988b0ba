"""Fetch the probe's blocks over the inspector, where the probe cannot reach us.

In: a bulk session for this alone (pychrome takes two megabytes a second). Out: each
piece to `on_block`, in order: blocks one after the other are a block again. To fetch is
the sign of life as well. While the recording is behind nothing is fetched, only a sign
of life given, and the probe drops and counts.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import queue
import threading
from collections.abc import Callable
from typing import Any

from agent.bulk import Bulk
from agent.cdp import as_object
from agent.ledger import Ledger
from store.abi import PROBE_SYMBOL
from store.errors import FluxionError, ProtocolError, TargetGone

FACE = f'globalThis[Symbol.for("{PROBE_SYMBOL}")]'
PAUSE_S = 0.1
"""Between two looks while little comes."""
HURRY_S = 0.002
"""... and while more waits than one look returns."""
BEAT_S = 1.0
MOST_PIECES = 4
"""Fetched and not taken by the recording yet; each is about 64 KB, or one request."""
MOST_MISSES = 2
LOOK_WITHIN_S = 5.0
"""A target that answers three looks too late has lost us, or we it."""


class Pull:
    """The agent's end of the way on which it fetches."""

    def __init__(
        self,
        session: Bulk,
        on_block: Callable[[bytes], None],
        ledger: Ledger,
        *,
        pause_s: float = 0,
    ) -> None:
        """Begin to fetch, with at least a pause between two looks."""
        self.failure: Exception | None = None
        self.blocks = 0
        self.bytes = 0
        self.lost = 0
        """Blocks for which the target had no room, whatever was dropped before."""
        self.ended = threading.Event()
        self._session = session
        self._ledger = ledger
        self._on_block = on_block
        self._pause_s = pause_s
        self._pieces: queue.Queue[bytes | None] = queue.Queue(MOST_PIECES)
        self._stop = threading.Event()
        self._fetching = threading.Thread(target=self._fetch, daemon=True)
        self._giving = threading.Thread(target=self._give, daemon=True)
        self._giving.start()
        self._fetching.start()

    def close(self) -> None:
        """Fetch no more; what was fetched is given before this returns."""
        self._stop.set()
        self._fetching.join(3)
        self._giving.join(3)
        self._session.close()

    def _fetch(self) -> None:
        misses = 0
        try:
            while not self._stop.is_set() and self.failure is None:
                try:
                    answer = self._session.evaluate(f"{FACE}?.drain()", LOOK_WITHIN_S)
                    misses = 0
                except TargetGone:
                    misses += 1
                    if misses > MOST_MISSES:
                        return
                    continue
                if answer is None or self._take(as_object(answer)):
                    return
        except FluxionError as error:
            self.failure = self.failure or error
        finally:
            if self.lost:
                lost = f"{self.lost} blocks found no room in the target"
                self._ledger.did(lost)
            self._put(None)
            self._giving.join()
            self.ended.set()

    def _take(self, answer: dict[str, Any]) -> bool:
        """Take one answer; tell whether it was the last."""
        try:
            data = base64.b64decode(str(answer["data"]), validate=True)
            waiting, left = int(answer["waiting"]), bool(answer["left"])
            self.lost = int(answer["lost"])
        except (KeyError, ValueError, TypeError, binascii.Error) as error:
            raise ProtocolError("the probe's answer is no piece of blocks") from error
        if data:
            self._put(data)
        if not left:
            pause = HURRY_S if waiting else PAUSE_S
            self._stop.wait(max(pause, self._pause_s))
        return left

    def _put(self, data: bytes | None) -> None:
        """Wait for the recording; meanwhile the probe is told that we live."""
        while self._giving.is_alive():
            try:
                self._pieces.put(data, timeout=BEAT_S)
            except queue.Full:
                with contextlib.suppress(FluxionError):
                    self._session.evaluate(f"{FACE}?.beat()")
            else:
                return

    def _give(self) -> None:
        while (data := self._pieces.get()) is not None:
            self.blocks += 1
            self.bytes += len(data)
            try:
                self._on_block(data)
            except Exception as error:  # noqa: BLE001 # the recording raises it
                self.failure = error
                return
