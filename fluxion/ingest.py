"""Take in what the probes send: into the journal first, then into the aggregates.

In: blocks, from the threads that receive them. Out: rows of the store, and `Live`.
Whoever hands a block over waits until it is on the disk: while the disk is slow the
socket is not read, and the probe drops and counts. Near the store's limit the oldest
blocks make room: they are folded first, so that what is derived stays exact.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from fluxion.clock import steady_ns
from profiler.derive import Folding
from profiler.live import Live

if TYPE_CHECKING:
    from store.database import Store


class Ingest:
    """The way of blocks into one recording."""

    def __init__(self, store: Store) -> None:
        """Take the open store."""
        self.live = Live()
        self.begun = Folding()
        """What the blocks said that are not in the store any more."""
        self._store = store
        self._lock = threading.Lock()

    def __call__(self, block: bytes) -> None:
        """Keep a block of the only, or the first, isolate."""
        self.take(1, block)

    def take(self, process: int, block: bytes) -> None:
        """Keep a block of one isolate, by its number."""
        with self._lock:
            self._store.append_block(block, steady_ns(), process)
            self.live.take(block, process)
            while (oldest := self._store.oldest_beyond_limit()) is not None:
                number, whole = oldest
                self.begun.take(whole)
                self._store.drop_block(number)
