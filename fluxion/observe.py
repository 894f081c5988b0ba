"""Watch a target: what is traced, for how long, and what is told meanwhile.

In: an attachment, a store, and when to end. Out: what became of each function, the
profile, the last counters. First the CPU is sampled with nothing traced; then the
app's own functions get twins, those that burn the CPU themselves excepted; then the
functions of packages that lie between a handler and the CPU.
"""

from __future__ import annotations

import contextlib
import fnmatch
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from agent import proc
from agent.launch import Launched
from fluxion.hot import Hot, Position, joined, read_hot
from fluxion.onport import OnPort
from fluxion.units import clock, megabytes
from store.errors import FluxionError, TargetGone
from store.facts import Function, FunctionRef, Refusal

if TYPE_CHECKING:
    from agent.found import Found
    from agent.observation import AgentStatus, Observation
    from fluxion.stop import Stop
    from fluxion.terminal import Terminal
    from store.database import Store

INTERVAL_US = 2000
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
END_S = 5.0


@dataclass(slots=True)
class Seen:
    """What one recording amounts to, besides its blocks."""

    seconds: float = 0.0
    functions: dict[FunctionRef, Function] = field(default_factory=dict)
    refusals: dict[tuple[FunctionRef | None, str], Refusal] = field(
        default_factory=dict
    )
    profile: str = ""
    status: AgentStatus | None = None
    ports: set[int] = field(default_factory=set)
    gone: bool = False
    """The target went away while we looked."""
    failure: FluxionError | None = None
    """What else ended the recording early, such as a full store."""

    def take(self, results: Sequence[Function | Refusal]) -> None:
        """Keep what became of functions; a twin outweighs an earlier refusal."""
        for one in results:
            if isinstance(one, Function):
                self.functions[one.ref] = one
            else:
                self.refusals[one.function, one.code] = one
        for function, code in list(self.refusals):
            if function in self.functions and code.startswith("FX1"):
                del self.refusals[function, code]


@dataclass(frozen=True, slots=True)
class Limits:
    """What is asked of a recording."""

    duration: float | None = None
    max_stall_ms: float = 250.0
    trace: Sequence[str] = ()
    on_port: str | None = None
    overhead_percent: float = 2.0
    inspector: frozenset[int] = frozenset()
    """Ports that are the inspector's, not the app's."""
    mode: Literal["watch", "trace"] = "trace"
    expires: float | None = None
    """When the probe leaves by itself, on the monotonic clock."""


class Watch:
    """One recording, of whatever process."""

    def __init__(
        self,
        observed: Observation,
        store: Store,
        terminal: Terminal,
        stop: Stop,
        limits: Limits,
    ) -> None:
        """Take what is watched and who ends it."""
        self.seen = Seen()
        self._observed = observed
        self._store = store
        self._terminal = terminal
        self._stop = stop
        self._limits = limits
        self._on_port = OnPort(limits.on_port)
        self._started = time.monotonic()
        self._told = 0.0

    def run(self) -> Seen:
        """Watch until the end, whatever ends it."""
        try:
            if isinstance(self._observed, Launched):
                self._accompany(self._observed)
            else:
                self._watch()
        except TargetGone:
            self.seen.gone = not self._expired()
        except FluxionError as error:
            self.seen.failure = error
        finally:
            self._on_port.close()
        with contextlib.suppress(FluxionError):
            last = self._observed.stop_profile()
            self.seen.profile = joined(self.seen.profile, last)
        self.seen.seconds = time.monotonic() - self._started
        return self.seen

    def _watch(self) -> None:
        """Attached: sample, choose, have twins made, look on."""
        self._observed.start_profile(INTERVAL_US)
        self._tick()
        found = self._observed.walk()
        self._sleep(min(FIRST_S, self._left() / 5))
        self.seen.profile = self._observed.stop_profile()
        hot = read_hot(self.seen.profile)
        self._observed.start_profile(INTERVAL_US)
        wanted = choose(found, hot, self._paths(), self._limits.trace)
        self._trace(wanted)
        while not self._over():
            self._sleep(TICK_S)
        self._told = 0.0
        self._tick()

    def _trace(self, wanted: Wanted) -> None:
        """Have twins made while time and the probe's budget last.

        First for the way to the CPU, with patience; then for the others, few at a
        time; then once more for those that were not called meanwhile.
        """
        ends = time.monotonic() + self._left() / 2
        late = self._try(wanted.way, min(REACH_S, max(1.0, self._left() / 3)))
        for at in range(0, len(wanted.others), BATCH):
            if self._over() or time.monotonic() > ends or not self._calm():
                self._note(f"{len(wanted.others) - at} functions were not traced")
                break
            late += self._try(wanted.others[at : at + BATCH], SOME_S)
        if not self._over():
            self._try(late, min(REACH_S, max(0.5, self._left() / 3)))

    def _try(self, batch: list[Found], seconds: float) -> list[Found]:
        """Return the batch when something of it is to be tried again."""
        if not batch:
            return []
        results = self._observed.trace(batch, min(seconds, self._left()))
        self.seen.take(results)
        self._tick()
        missed = any(r.code in LATE for r in results if isinstance(r, Refusal))
        return batch if missed else []

    def _accompany(self, launched: Launched) -> None:
        """Launched: everything is traced as it loads; the app's end is the end."""
        try:
            while not self._over() and launched.wait(0.1) is None:
                self.seen.take(launched.trace(()))
                self._tick()
            self._told = 0.0
            self._tick()
        except TargetGone:
            launched.wait(END_S)
        self.seen.take(launched.trace(()))

    def _calm(self) -> bool:
        """Tell whether more may be traced: no long stop, half of the budget left."""
        status, longest = self.seen.status, self._observed.steps()[:1]
        if longest and longest[0].ms > self._limits.max_stall_ms:
            took = f"{longest[0].name} took {longest[0].ms:.0f} ms"
            self._note(f"{took}, more than --max-stall")
            return False
        share = status.overhead_percent if status else 0.0
        return share <= self._limits.overhead_percent / 2

    def _note(self, text: str) -> None:
        self._terminal.say(text)
        self._store.audit(text)

    def _paths(self) -> dict[int, str]:
        return {s.number: s.path or s.url for s in self._observed.scripts()}

    def _left(self) -> float:
        if self._limits.duration is None:
            return 60.0
        return self._limits.duration - (time.monotonic() - self._started)

    def _over(self) -> bool:
        ended = self._stop.asked or self._on_port.ended
        return ended or self._left() <= 0 or self._expired()

    def _expired(self) -> bool:
        """Tell whether the probe's time is over, so that it left or is about to."""
        expires = self._limits.expires
        return expires is not None and time.monotonic() >= expires

    def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + min(seconds, max(0.0, self._left()))
        while (rest := until - time.monotonic()) > 0 and not self._over():
            self._stop.wait(min(TICK_S / 2, rest))
            self._tick()

    def _tick(self) -> None:
        """Look at the counters; tell them; see whether the target is still there."""
        now = time.monotonic()
        if now - self._told < TICK_S / 2:
            return
        self._told = now
        status = self._observed.status()
        if not status.alive:
            raise TargetGone("the target, or the probe in it, went away")
        self.seen.status = status
        self.seen.ports |= self._ports() - self._limits.inspector
        self._on_port.look(self.seen.ports)
        self._terminal.progress(line(now - self._started, status, self._store))

    def _ports(self) -> set[int]:
        """The target's, unless it is behind a tunnel: its pid is another's here."""
        process = self._observed.process
        return ports_of(process.pid) if process.started_ns else set()


def ports_of(pid: int) -> set[int]:
    """Return the ports that a process listens on."""
    return {one.port for one in proc.listeners(pid)}


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


def line(seconds: float, status: AgentStatus, store: Any) -> str:
    """Return one progress line."""
    return (
        f"{clock(seconds)}  {status.events:,} events  {status.dropped:,} dropped  "
        f"{megabytes(store.size_bytes())}  {status.overhead_percent:.1f} % target CPU"
    )
