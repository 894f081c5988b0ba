"""One isolate in a group: what is asked of it, one question at a time.

In: its attachment. Out: answers, within a time that nobody else waits beyond; what
comes later is kept. An isolate that ends is over, and fails nobody.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from agent.attach import Attached
from agent.found import Found
from agent.observation import AgentStatus
from agent.threads import Threads
from store.errors import FluxionError, ProtocolError, TargetGone

T = TypeVar("T")
Key = tuple[int, int, int]
"""A function literal as V8 places it: script, line, column."""


@dataclass(eq=False)
class Member:
    """One isolate of a group."""

    number: int
    attached: Attached
    threads: Threads | None = None
    """Of the main isolate of a process: its worker threads."""
    found: list[Found] | None = None
    """What the last walk found; None before the first."""
    last: AgentStatus | None = None
    gone: bool = False
    turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def pid(self) -> int:
        """Its process."""
        return self.attached.process.pid

    def of(self, keys: Iterable[Key]) -> list[Found]:
        """Those of its functions that were written at these places."""
        wanted = set(keys)
        return [one for one in self.found or () if key_of(one) in wanted]

    def status(self) -> AgentStatus | None:
        """How it goes; what was last heard while it is busy with something else."""
        if not self.gone and self.turn.acquire(blocking=False):
            try:
                told = self.attached.status()
            finally:
                self.turn.release()
            self.gone = not told.alive
            if told.alive or self.last is None:
                self.last = told
        return self.last


def key_of(found: Found) -> Key:
    """Where a function was written."""
    return found.script, found.line, found.column


@dataclass
class Answers(Generic[T]):
    """What a question to several isolates has brought so far."""

    done: dict[int, T] = field(default_factory=dict[int, T])
    failures: dict[int, FluxionError] = field(default_factory=dict[int, FluxionError])
    over: bool = False
    """Nobody waits any more: `late` hears what comes."""


def ask(
    members: Iterable[Member],
    work: Callable[[Member], T],
    seconds: float,
    late: Callable[[T], None] = lambda _: None,
    *,
    in_turn: bool = True,
) -> Answers[T]:
    """Ask several at once; wait so long for all of them, and no longer for any.

    A failure of one that ended, or did not understand, is in `failures`; any other is
    raised, such as a full store.
    """
    answers: Answers[T] = Answers()
    lock = threading.Lock()

    def run(member: Member) -> None:
        try:
            if in_turn:
                with member.turn:
                    found = work(member)
            else:
                found = work(member)
        except FluxionError as error:
            with lock:
                answers.failures[member.number] = error
            return
        with lock:
            if not answers.over:
                answers.done[member.number] = found
                return
        late(found)

    threads = [
        threading.Thread(target=run, args=(one,), daemon=True)
        for one in members
        if not one.gone
    ]
    for thread in threads:
        thread.start()
    ends = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, ends - time.monotonic()))
    with lock:
        answers.over = True
    for error in answers.failures.values():
        if not isinstance(error, TargetGone | ProtocolError):
            raise error
    return answers
