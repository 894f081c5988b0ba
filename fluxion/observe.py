"""Look at a process for as long as it was asked, in whatever mode.

In: an observation, a store, and when to end. Out: what became of each function, the
profile, the last counters. What the modes do stands in `fluxion/watching.py` and
`fluxion/tracing.py`, above this file; here is what they share: the time, the counters,
the end.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from agent import proc
from agent.launch import Launched
from agent.profile import joined
from fluxion.onport import OnPort
from fluxion.units import clock, megabytes
from store.errors import FluxionError, TargetGone
from store.facts import Function, FunctionRef, Refusal

if TYPE_CHECKING:
    from agent.observation import AgentStatus, Observation, Step
    from agent.stall import Prediction
    from fluxion.stop import Stop
    from fluxion.terminal import Terminal

INTERVAL_US = 2000
TICK_S = 1.0
END_S = 5.0


@dataclass(slots=True)
class Seen:
    """What one recording amounts to, besides its blocks."""

    seconds: float = 0.0
    functions: dict[FunctionRef, Function] = field(default_factory=dict)
    """What was traced."""
    watched: dict[FunctionRef, Function] = field(default_factory=dict)
    refusals: dict[tuple[FunctionRef | None, str], Refusal] = field(
        default_factory=dict
    )
    profile: str = ""
    status: AgentStatus | None = None
    before: proc.Scheduled | None = None
    """What main's thread had run when we came; None where nobody tells."""
    after: proc.Scheduled | None = None
    ports: set[int] = field(default_factory=set)
    gone: bool = False
    """The target went away while we looked."""
    stall: Prediction | None = None
    """How long the Debugger was predicted to stop the target, when it was asked."""
    steps: Sequence[Step] = ()
    """The longest step of each kind."""
    cut: Sequence[int] = ()
    """Numbers of the isolates whose last counts did not come."""
    failure: FluxionError | None = None
    """What else ended the recording early, such as a full store."""

    def take(self, results: Sequence[Function | Refusal]) -> None:
        """Keep what became of functions; a twin outweighs an earlier refusal."""
        for one in results:
            if isinstance(one, Function):
                self.functions[one.ref] = one
            else:
                # Of files, of which none is a function, each has its own.
                file = one.place.script if one.place else one.evidence
                which = one.code if one.function else f"{one.code} {file}"
                self.refusals[one.function, which] = one
        for function, code in list(self.refusals):
            if function in self.functions and code.startswith("FX1"):
                del self.refusals[function, code]

    def take_watched(self, results: Sequence[Function | Refusal]) -> None:
        """Keep which functions are watched; not all of them can be traced as well."""
        self.watched.update({r.ref: r for r in results if isinstance(r, Function)})
        self.take([one for one in results if isinstance(one, Refusal)])

    def met(self) -> list[Function]:
        """Every function that was traced or watched, once."""
        return list({**self.watched, **self.functions}.values())


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
    expires: float | None = None
    """When the probe leaves by itself, on the monotonic clock."""


class Book(Protocol):
    """What a session writes its words into: a store, or nothing at all."""

    def audit(self, what: str) -> None:
        """Keep a line."""
        ...

    def size_bytes(self) -> int:
        """Return what it takes on the disk."""
        ...


class Session:
    """One observation, of whatever process."""

    def __init__(
        self,
        observed: Observation,
        store: Book,
        terminal: Terminal,
        stop: Stop,
        limits: Limits,
    ) -> None:
        """Take what is watched and who ends it."""
        self.seen = Seen()
        self.observed = observed
        self.store = store
        self.terminal = terminal
        self._stop = stop
        self.limits = limits
        self._on_port = OnPort(limits.on_port)
        self._started = time.monotonic()
        self._told = 0.0
        self.seen.before = self._scheduled()

    def run(self, mode: Callable[[Session], None]) -> Seen:
        """Look as `mode` does until the end, whatever ends it.

        What was launched is only accompanied: all of it is traced as it loads.
        """
        try:
            if isinstance(self.observed, Launched):
                self._accompany(self.observed)
            else:
                mode(self)
            self._last()
        except TargetGone:
            self.seen.gone = not self._expired()
        except FluxionError as error:
            self.seen.failure = error
        finally:
            self._on_port.close()
        if not self.seen.gone:
            with contextlib.suppress(FluxionError):
                last = self.observed.stop_profile()
                self.seen.profile = joined(self.seen.profile, last)
        self.seen.steps = self.observed.steps()
        self.seen.seconds = time.monotonic() - self._started
        return self.seen

    def _accompany(self, launched: Launched) -> None:
        """Launched: everything is traced as it loads; the app's end is the end."""
        try:
            while not self.over() and launched.wait(0.1) is None:
                self.seen.take(launched.trace(()))
                self.tick()
        except TargetGone:
            launched.wait(END_S)
        self.seen.take(launched.trace(()))

    def _last(self) -> None:
        """Look at the counters once more; a launched app may have ended."""
        self._told = 0.0
        with contextlib.suppress(TargetGone):
            self.tick()

    def note(self, text: str) -> None:
        """Tell something now, and keep it."""
        self.terminal.say(text)
        self.store.audit(text)

    def left(self) -> float:
        """How many seconds are left; a minute when there is no end."""
        if self.limits.duration is None:
            return 60.0
        return self.limits.duration - (time.monotonic() - self._started)

    def over(self) -> bool:
        """Tell whether it is to end now."""
        ended = self._stop.asked or self._on_port.ended
        return ended or self.left() <= 0 or self._expired()

    def _expired(self) -> bool:
        """Tell whether the probe's time is over, so that it left or is about to."""
        expires = self.limits.expires
        return expires is not None and time.monotonic() >= expires

    def sleep(self, seconds: float) -> None:
        """Wait, and tell the counters meanwhile."""
        until = time.monotonic() + min(seconds, max(0.0, self.left()))
        while (rest := until - time.monotonic()) > 0 and not self.over():
            self._stop.wait(min(TICK_S / 2, rest))
            self.tick()

    def tick(self) -> None:
        """Look at the counters; tell them; see whether the target is still there."""
        now = time.monotonic()
        if now - self._told < TICK_S / 2:
            return
        self._told = now
        status = self.observed.status()
        if not status.alive:
            raise TargetGone("the target, or the probe in it, went away")
        self.seen.status = status
        self.seen.ports |= self._ports() - self.limits.inspector
        self.seen.after = self._scheduled() or self.seen.after
        self._on_port.look(self.seen.ports)
        self.terminal.progress(line(now - self._started, status, self.store))

    def _scheduled(self) -> proc.Scheduled | None:
        process = self.observed.process
        return proc.scheduled(process.pid) if process.started_ns else None

    def _ports(self) -> set[int]:
        """The target's, unless it is behind a tunnel: its pid is another's here."""
        process = self.observed.process
        return ports_of(process.pid) if process.started_ns else set()


def ports_of(pid: int) -> set[int]:
    """Return the ports that a process listens on."""
    return {one.port for one in proc.listeners(pid)}


def line(seconds: float, status: AgentStatus, store: Book) -> str:
    """Return one progress line."""
    return (
        f"{clock(seconds)}  {status.events:,} events  {status.dropped:,} dropped  "
        f"{megabytes(store.size_bytes())}  {status.overhead_percent:.1f} % target CPU"
    )
