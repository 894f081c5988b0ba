"""The faces of a session with one isolate, whatever carries it.

In: commands of the Chrome DevTools Protocol. Out: results within a deadline, or a typed
failure. `control.Control` and `bulk.Bulk` speak to the main isolate of a process,
`threads.ThreadSession` to a worker thread through its process.
"""

from __future__ import annotations

from typing import Any, Protocol

from agent.cdp import Json
from agent.ledger import Ledger


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
