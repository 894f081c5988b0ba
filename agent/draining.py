"""Take in what a probe said last, before the way from it is closed.

In: a way on which blocks come. Out: whether it ended by itself, so that the last counts
are among what came. A way that still brings something is waited for, one that is still
and does not end is not.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

LOOK_S = 0.05
MUTE_S = 0.5
"""For a probe that cannot hear us any more: nobody told it to end."""
MOST_S = 30.0
"""At the longest, however much comes."""


class Way(Protocol):
    """A stream that we receive, or one that is fetched."""

    @property
    def ended(self) -> threading.Event:
        """Set once nothing comes any more."""
        ...

    @property
    def blocks(self) -> int:
        """How many blocks came."""
        ...


class Draining:
    """The end of one way."""

    def __init__(self, way: Way, say: Callable[[str], None]) -> None:
        """Take the way, and who hears of it when it is cut."""
        self.whole = True
        """Whether it came to its end; known once that was waited for."""
        self.going_on = False
        self._way = way
        self._say = say

    def wait(self, quiet: float) -> None:
        """Take in what comes, until so many seconds pass without a block."""
        self.going_on = True
        self.whole = drained(self._way, quiet)
        self.going_on = False
        if not self.whole:
            self._say("the stream was cut: the last counts may be missing")


def drained(way: Way, quiet: float) -> bool:
    """Wait for the end of a way, as long as blocks come; tell whether it ended.

    `quiet` is how many seconds may pass without a block.
    """
    began = last = time.monotonic()
    blocks = way.blocks
    while not way.ended.wait(LOOK_S):
        now = time.monotonic()
        if way.blocks != blocks:
            blocks, last = way.blocks, now
        if now - last >= quiet or now - began >= MOST_S:
            return False
    return True
