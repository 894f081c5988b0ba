"""The one tree of failures: each carries its exit code and a hint for the user.

A refusal is a value (``store.facts.Refusal``); a failure is one of these. Only
``fluxion/cli.py`` turns them into text and an exit status.
"""

from __future__ import annotations


class FluxionError(Exception):
    """A failure with a cause, a remedy and the documented exit code."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        """Take the cause in one sentence and what the user can do about it."""
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(FluxionError):
    """The command line was wrong."""

    exit_code = 2


class NoTarget(FluxionError):
    """There is no such target, or it cannot be attached to."""

    exit_code = 3


class TargetGone(FluxionError):
    """The target went away while we were attached."""

    exit_code = 4


class StoreError(FluxionError):
    """The store is full, locked, foreign or corrupt."""

    exit_code = 5


class NothingDone(FluxionError):
    """Nothing that was named could be done."""

    exit_code = 6


class Different(FluxionError):
    """``verify`` found a difference."""

    exit_code = 7


class ProtocolError(FluxionError):
    """The other side said something that is not in the protocol."""
