"""The faces of a session with one isolate, whatever carries it.

In: commands of the Chrome DevTools Protocol. Out: results within a deadline, or a typed
failure. `control.Control` and `bulk.Bulk` speak to the main isolate of a process,
`threads.ThreadSession` to a worker thread through its process.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Protocol, Self

from agent.cdp import DEADLINE_S, Json, evaluated
from agent.ledger import Ledger
from agent.reach import HERE, Reach

CLOCK = "performance.now()"
CLOSE_S = 3.0


class Small(Protocol):
    """A session for small commands."""

    ledger: Ledger
    """Hears each command."""

    @property
    def open(self) -> bool:
        """Whether the other side is still there, as far as we were told."""
        ...

    @property
    def answers(self) -> bool:
        """Whether it makes sense to wait for it: there, and not mute."""
        ...

    def call(
        self, method: str, params: Json | None = None, deadline: float | None = None
    ) -> Json:
        """Send one command and return its result."""
        ...

    def evaluate(self, expression: str, deadline: float | None = None) -> Any:
        """Return the value of an expression in the target."""
        ...

    def tell(self, expression: str) -> None:
        """Send an expression and do not wait: its effect may close this session."""
        ...

    def close(self) -> None:
        """End the session."""
        ...


class Session(Small, Protocol):
    """A session for everything: several commands at once, and events."""

    def calls(
        self, commands: list[tuple[str, Json]], *, deadline: float | None = None
    ) -> list[Json]:
        """Send several commands at once and return their results in order."""
        ...

    def timed(self, commands: list[tuple[str, Json]]) -> tuple[list[Json], float]:
        """As `calls`, and how many milliseconds they held the target up."""
        ...

    def events(self, method: str) -> list[Json]:
        """Take the events of this kind that have arrived so far; drop the others."""
        ...


def by_value(expression: str) -> Json:
    """Parameters of a `Runtime.evaluate` that leaves nothing behind."""
    return {
        "expression": expression,
        "returnByValue": True,
        "silent": True,
        "includeCommandLineAPI": False,
    }


class Commands(ABC):
    """What every session makes of sending several commands at once."""

    @abstractmethod
    def calls(
        self, commands: list[tuple[str, Json]], *, deadline: float | None = None
    ) -> list[Json]:
        """Send several commands at once and return their results in order."""

    def call(
        self, method: str, params: Json | None = None, deadline: float | None = None
    ) -> Json:
        """Send one command and return its result."""
        return self.calls([(method, params or {})], deadline=deadline)[0]

    def timed(self, commands: list[tuple[str, Json]]) -> tuple[list[Json], float]:
        """As `calls`, and how many milliseconds they held the target up.

        The target's own clock is asked before and after, so that neither the way to
        it nor the turn that it was in counts.
        """
        clock = ("Runtime.evaluate", by_value(CLOCK))
        results = self.calls([clock, *commands, clock])
        return results[1:-1], between(results[0], results[-1])

    def evaluate(self, expression: str, deadline: float | None = None) -> Any:
        """Return the value of an expression in the target."""
        return evaluated(
            self.call("Runtime.evaluate", by_value(expression), deadline=deadline)
        )


class Connection(ABC):
    """What both connections of our own to an inspector know of the other side."""

    def __init__(
        self,
        url: str | Callable[[], str],
        *,
        deadline: float = DEADLINE_S,
        ledger: Ledger | None = None,
        reach: Reach = HERE,
    ) -> None:
        """Connect to the ws:// url of an inspector; `ledger` hears each command.

        A command waits `deadline` seconds. Raises TargetGone when nobody accepts. Where
        the url is a question, `Bulk` asks it, and connects, on first use.
        """
        self.ledger = ledger or Ledger()
        self._deadline = deadline
        self._silent = False
        self._connect(url, reach)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @abstractmethod
    def _connect(self, url: str | Callable[[], str], reach: Reach) -> None:
        """Open the connection."""

    @property
    @abstractmethod
    def open(self) -> bool:
        """Whether the target is still there, as far as we were told."""

    @property
    def answers(self) -> bool:
        """Not once a command went without an answer for its whole deadline."""
        return self.open and not self._silent

    @abstractmethod
    def close(self) -> None:
        """End the session."""


def between(before: Json, after: Json) -> float:
    """Milliseconds between two answers of the target's own clock."""
    first, last = evaluated(before), evaluated(after)
    sure = isinstance(first, int | float) and isinstance(last, int | float)
    return float(last - first) if sure else 0.0


def wait_ended(session: Small) -> None:
    """Wait until the target has ended a session.

    A client that hangs up while Node closes its inspector can end the target.
    """
    ends = time.monotonic() + CLOSE_S
    while session.open and time.monotonic() < ends:
        time.sleep(0.005)
