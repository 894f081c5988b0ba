"""Which post to a thread, or from one, led to which callback in another isolate.

In: MAIL records, with the process and the stream that they are of. Out: pairs of runs.
A thread is known by its process and number; where two say that they are it, as in two
recordings of one container, nothing is told of either.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from profiler.records import Mail
from store.abi import WAYS

MOST = 200_000
_TO, _GOT, _BACK, _ANSWER, _MADE, _SELF = range(len(WAYS))
_POSTED = {_GOT: _TO, _ANSWER: _BACK}


class Carried(NamedTuple):
    """What a run that begins at a time follows from."""

    activation: int
    at: int
    source: int
    since: int


class Mails:
    """The messages between isolates."""

    def __init__(self) -> None:
        """Begin with none."""
        self.unkept = 0
        self._threads: dict[tuple[int, int], set[int]] = {}
        """By process and thread: the streams that say that they are it."""
        self._posts: dict[tuple[int, int, int, int], tuple[int, int]] = {}
        self._taken: list[tuple[int, Mail]] = []

    def take(self, record: Mail, pid: int, prefix: int) -> None:
        """Take in a record of a stream."""
        if record.way == _SELF:
            self._threads.setdefault((pid, record.thread), set()).add(prefix)
        elif len(self._posts) + len(self._taken) >= MOST:
            self.unkept += 1
        elif record.way in _POSTED:
            self._taken.append((pid, record))
        else:
            key = (pid, record.thread, record.way, record.nth)
            twice = key in self._posts
            self._posts[key] = (0, 0) if twice else (record.activation, record.at)

    def pairs(self) -> Iterator[Carried]:
        """Yield who posted what a run was called back with."""
        for pid, (at, activation, thread, way, nth) in self._taken:
            post = self._posts.get((pid, thread, _POSTED[way], nth))
            if post and post[0] and self._one(pid, thread):
                yield Carried(activation, at, *post)

    def makers(self) -> dict[int, tuple[int, int]]:
        """Return by stream which run made its thread, and when."""
        return {
            prefix: self._posts[pid, thread, _MADE, 0]
            for (pid, thread), prefixes in self._threads.items()
            for prefix in prefixes
            if len(prefixes) == 1
            and self._posts.get((pid, thread, _MADE, 0), (0, 0))[0]
        }

    def _one(self, pid: int, thread: int) -> bool:
        return len(self._threads.get((pid, thread), ())) == 1
