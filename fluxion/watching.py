"""The mode `watch`: count the app's callbacks and observe some of their runs.

In: a session. Out: what is watched, in the session. No debugger, no twin, no profile:
what may be left on in production.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fluxion.observe import Session

SLICE_S = 0.25
"""How long the agent goes on before the counters are looked at."""


def watch(session: Session) -> None:
    """Watch until the end."""
    while not session.over():
        seconds = min(SLICE_S, session.left())
        session.seen.take_watched(session.observed.watch(seconds))
        session.tick()


def watch_first(session: Session, seconds: float) -> None:
    """Watch for a moment; what is watched stays so until something takes its place."""
    share = seconds / 4
    for _ in range(4):
        if session.over() or session.observed.resting:
            return
        session.seen.take_watched(session.observed.watch(share))
        session.tick()
