"""The mode `trace`: see what the app's functions read, write and lead to.

In: a session. Out: twins in the target, and in the session what became of each
function. First the callbacks are watched, so that facts come in at once; then the CPU
is sampled; then the app's own functions get twins, those that burn the CPU themselves
excepted; then the functions of packages that lie between a handler and the CPU.
"""

from __future__ import annotations

import fnmatch
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.refusals import of_stall
from fluxion.hot import Hot, Position, read_hot
from fluxion.watching import watch, watch_first
from store.facts import Refusal

if TYPE_CHECKING:
    from agent.found import Found
    from fluxion.observe import Session

INTERVAL_US = 2000
SAMPLED_PERCENT = 20.0
"""What sampling at that interval took; a smaller budget is sampled less often."""
WATCH_S = 1.0
"""Watching before anything else, at most."""
WALK_S = 2.0
"""Walking over the live functions, at most: a quarter of what is left, or so long.

It goes on between turns only: on a loop whose turns take 0.7 s, two seconds were not
enough to come to the app's own functions, and then nothing was traced.
"""
FIRST_S = 3.0
"""Sampling with nothing traced, at most."""
REACH_S = 5.0
"""Waiting for a function to be called, at most."""
MOST = 200
BATCH = 20
SOME_S = 1.5
LATE = {"FX103", "FX104"}
"""Refusals of functions that were not called while we waited."""
TICK_S = 1.0


def trace(session: Session) -> None:
    """Watch, sample, choose, have twins made, look on until the end."""
    Tracing(session).run()


class Tracing:
    """How one session traces."""

    def __init__(self, session: Session) -> None:
        """Take the session."""
        self.session = session

    def run(self) -> None:
        """Do everything, in order."""
        session = self.session
        watch_first(session, min(WATCH_S, session.left() / 8))
        if not self._allowed():
            watch(session)
            return
        sampling = self._samples()
        if sampling:
            session.observed.start_profile(INTERVAL_US)
        sampled = time.monotonic() + min(FIRST_S, session.left() / 5)
        session.tick()
        found = session.observed.walk(max(WALK_S, session.left() / 4))
        if sampling:
            session.sleep(max(0.0, sampled - time.monotonic()))
        session.seen.profile = session.observed.stop_profile()
        hot = read_hot(session.seen.profile)
        if sampling:
            interval = interval_us(session.limits.overhead_percent)
            session.observed.start_profile(interval)
        paths = {s.number: s.path or s.url for s in session.observed.scripts()}
        self._trace(choose(found, hot, paths, session.limits.trace))
        while not session.over():
            session.sleep(TICK_S)

    def _allowed(self) -> bool:
        """Tell whether the one stop that tracing needs is short enough; say how long.

        When it is not, the session goes on watching.
        """
        session, allowed = self.session, self.session.limits.max_stall_ms
        predicted = session.observed.stall()
        session.seen.stall = predicted
        if predicted is None:
            return True
        session.note(predicted.words())
        if predicted.ms <= allowed:
            return True
        refusal = of_stall(predicted.ms, allowed, predicted.words())
        session.seen.take([refusal])
        session.note(f"{refusal.reason}: only watching")
        return False

    def _samples(self) -> bool:
        """Tell whether the CPU may be sampled: starting that is a stop, too."""
        session, predicted = self.session, self.session.seen.stall
        if predicted is None:
            return True
        if predicted.sampling_ms <= session.limits.max_stall_ms:
            session.note(
                "beginning to sample its CPU will stop it for about "
                f"{predicted.sampling_ms:.0f} ms, twice"
            )
            return True
        session.note(
            f"the CPU is not sampled: beginning to would stop the target for about "
            f"{predicted.sampling_ms:.0f} ms, more than --max-stall"
        )
        return False

    def _trace(self, wanted: Wanted) -> None:
        """Have twins made while time and the probe's budget last.

        First, with patience, for the way to the CPU and for some others; then for the
        rest, few at a time; then once more for those that were not called meanwhile.
        """
        ends = time.monotonic() + self.session.left() / 2
        patience = min(REACH_S, max(1.0, self.session.left() / 3))
        late = self._try([*wanted.way, *wanted.others[:BATCH]], patience)
        for at in range(BATCH, len(wanted.others), BATCH):
            if self.session.over() or time.monotonic() > ends or not self._calm():
                self.session.note(
                    f"{len(wanted.others) - at} functions were not traced"
                )
                break
            late += self._try(wanted.others[at : at + BATCH], SOME_S)
        if not self.session.over():
            self._try(late, min(REACH_S, max(0.5, self.session.left() / 3)))

    def _try(self, batch: list[Found], seconds: float) -> list[Found]:
        """Return the batch when something of it is to be tried again."""
        if not batch:
            return []
        results = self.session.observed.trace(batch, min(seconds, self.session.left()))
        self.session.seen.take(results)
        self.session.tick()
        missed = any(r.code in LATE for r in results if isinstance(r, Refusal))
        return batch if missed else []

    def _calm(self) -> bool:
        """Tell whether more may be traced: no long stop, the budget kept."""
        status, longest = self.session.seen.status, self.session.observed.steps()[:1]
        if longest and longest[0].ms > self.session.limits.max_stall_ms:
            took = f"{longest[0].name} took {longest[0].ms:.0f} ms"
            self.session.note(f"{took}, more than --max-stall")
            return False
        # The probe keeps the budget by itself; only when it does not, less is traced.
        share = status.overhead_percent if status else 0.0
        return share <= 2 * self.session.limits.overhead_percent


def interval_us(overhead_percent: float) -> int:
    """How often the CPU may be sampled for long: samples are not free either.

    At 2 ms, an express app took 20 % more CPU; at 20 ms nothing that could be seen.
    """
    return max(INTERVAL_US, int(INTERVAL_US * SAMPLED_PERCENT / overhead_percent))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to trace."""

    way: list[Found]
    """What lies on the way to the CPU."""
    others: list[Found]
    """The app's own functions."""


def choose(
    found: Sequence[Found], hot: Hot, paths: dict[int, str], globs: Sequence[str]
) -> Wanted:
    """Choose what lies on the way to the CPU, then the app's own functions.

    Of packages, only what lies between the app and the CPU, not the framework whose
    ``next()`` leads from one part of the app to another.
    Those that do the work themselves, or are called by it, are left alone: observed,
    their loops would be slow, and their inside is of no interest.
    """
    wanted = Wanted([], [])
    app = {_position(one) for one in found if one.app}
    below, inside = hot.below(app), hot.inside(app)
    for one in found:
        position = _position(one)
        if hot.above(position) and (one.app or position in below):
            wanted.way.append(one)
            continue
        path = paths.get(one.script, "")
        named = any(fnmatch.fnmatch(path, glob) for glob in globs)
        if named or (one.app and position not in inside and not hot.burns(position)):
            wanted.others.append(one)
    del wanted.others[MOST:]
    wanted.way.sort(key=lambda one: not one.app)
    return wanted


def _position(one: Found) -> Position:
    return (one.script, one.line, one.column)
