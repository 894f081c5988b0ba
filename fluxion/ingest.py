"""Take in what the probes send: into the journal first, then into the aggregates.

In: blocks, from the threads that receive them. Out: rows of the store, and `Live`.
Whoever hands a block over waits until it is on the disk: while the disk is slow the
socket is not read, and the probe drops and counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fluxion.clock import steady_ns
from profiler.live import Live

if TYPE_CHECKING:
    from store.database import Store


class Ingest:
    """The way of blocks into one recording."""

    def __init__(self, store: Store) -> None:
        """Take the open store."""
        self.live = Live()
        self._store = store

    def __call__(self, block: bytes) -> None:
        """Keep a block of the only, or the first, isolate."""
        self.take(1, block)

    def take(self, process: int, block: bytes) -> None:
        """Keep a block of one isolate, by its number."""
        self._store.append_block(block, steady_ns(), process)
        self.live.take(block, process)
