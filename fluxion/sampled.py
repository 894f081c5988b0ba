"""Sample a target for as long as it was asked.

In: a target, what is wanted, and who ends it. Out: V8's own profile, as text. It is
fetched every ten seconds, so that little is lost with a target that is killed; one that
ends by itself is asked for the rest before it does.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

from agent.profile import joined
from agent.sampling import sampling
from fluxion.units import clock
from store.errors import NothingDone, TargetGone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.sampling import Sampling
    from agent.target import Target
    from fluxion.stop import Stop
    from fluxion.terminal import Terminal
    from store.facts import Process

SLICE_S = 10.0
SHARE = 0.005
"""Of the target's time, for beginning again: V8 stops it each time."""
LOOK_S = 0.1
FOLD = 8


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a profile."""

    heap: bool = False
    duration: float | None = None
    """In seconds; None until it is stopped."""
    rate: float = 100.0
    """CPU: samples a second."""
    interval: int = 32_768
    """Heap: bytes between two samples, on average."""
    max_stall_ms: float = 250.0


@dataclass(frozen=True, slots=True)
class Sampled:
    """What came of it."""

    process: Process
    text: str
    """V8's own profile; empty when the target went away before there was one."""
    seconds: float
    gone: bool
    """The target went away while it was sampled."""
    stopped_ms: float
    """How long beginning to sample held the target up, at the longest."""


def sample(target: Target, wanted: Wanted, stop: Stop, terminal: Terminal) -> Sampled:
    """Sample until the time is over, or `stop` asks, or the target has ended."""
    with sampling(target) as found:
        if not wanted.heap:
            _check_stall(found, wanted)
        run = _Run(found, wanted, stop, terminal)
        try:
            run.heap() if wanted.heap else run.cpu()
        except TargetGone:
            run.gone = True
        longest = max(found.steps.values(), default=0.0)
        return Sampled(found.process, run.text(), run.seconds, run.gone, longest)


def _check_stall(found: Sampling, wanted: Wanted) -> None:
    predicted = found.predicted_ms()
    if predicted > wanted.max_stall_ms:
        raise NothingDone(
            f"beginning to sample the CPU would stop the target for about "
            f"{predicted:.0f} ms, more than --max-stall",
            f"allow it with --max-stall {predicted * 1.5:.0f}ms; --heap needs no "
            "such stop",
        )


class _Run:
    """One sampling, as far as it got."""

    def __init__(
        self, found: Sampling, wanted: Wanted, stop: Stop, terminal: Terminal
    ) -> None:
        self._found, self._wanted = found, wanted
        self._stop, self._terminal = stop, terminal
        self._began = time.monotonic()
        self._parts: list[str] = []
        self.seconds = 0.0
        self.gone = False

    def cpu(self) -> None:
        """Sample the CPU, slice by slice."""
        going = True
        while going:
            self._found.cpu.start(max(int(1e6 / self._wanted.rate), 50))
            stopped = max(self._found.steps.values(), default=0.0)
            going = self._wait(max(SLICE_S, stopped / 1000 / SHARE))
            self._took(self._found.cpu.stop())

    def heap(self) -> None:
        """Sample what is allocated; what was seen so far is fetched now and then."""
        self._found.heap.start(self._wanted.interval)
        while self._wait(SLICE_S):
            self._parts = [self._found.heap.so_far()]
        self._parts = [self._found.heap.stop()]

    def text(self) -> str:
        """Return the whole profile."""
        return fold(self._parts)

    def _took(self, part: str) -> None:
        self._parts.append(part)
        if len(self._parts) >= 2 * FOLD:
            self._parts[-FOLD:] = [fold(self._parts[-FOLD:])]

    def _wait(self, most: float) -> bool:
        """Wait so long, or until the end; tell whether to go on."""
        ends = time.monotonic() + most
        while time.monotonic() < ends:
            left = self._left()
            if left <= 0 or self._stop.wait(min(LOOK_S, left)):
                self.seconds = time.monotonic() - self._began
                return False
            self.seconds = time.monotonic() - self._began
            if self._found.ending():
                self.gone = True
                return False
            self._terminal.progress(f"{clock(self.seconds)}  sampling")
        return True

    def _left(self) -> float:
        if self._wanted.duration is None:
            return LOOK_S
        return self._wanted.duration - (time.monotonic() - self._began)


def fold(parts: Sequence[str]) -> str:
    """Return several profiles of one process as one."""
    if len(parts) <= 2:
        return reduce(joined, parts, "")
    half = len(parts) // 2
    return joined(fold(parts[:half]), fold(parts[half:]))
