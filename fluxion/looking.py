"""Look at a target for a while, and keep nothing: what ``top`` and ``dump`` show.

In: a target. Out: a picture whenever it is asked for. The session is that of a
recording in the mode ``watch``, in a thread of its own; whatever ends it, the target is
left as it was found. The last picture stays.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Self

from agent import reach
from agent.group import attach_all
from agent.observation import AttachOptions
from agent.target import same_process
from fluxion.clock import steady_ns
from fluxion.observe import Limits, Session
from fluxion.origins import origins_of
from fluxion.picture import Picture, Watched, picture_of
from fluxion.record import instrument, leave
from fluxion.sources import unchanged_texts
from fluxion.stop import Stop
from fluxion.terminal import Terminal
from fluxion.views import Names
from fluxion.watching import watch
from profiler.recent import Recent
from store.errors import TargetGone
from store.facts import Recording

if TYPE_CHECKING:
    from agent.target import Target
    from rewriter.syntax.client import Syntax
    from store.facts import FunctionRef, Origin

LEAVE_S = 15.0
"""Longer than leaving ever takes; the probe leaves without us after 6 s."""


class Nothing:
    """A book that keeps nothing."""

    def audit(self, what: str) -> None:
        """Forget it."""

    def size_bytes(self) -> int:
        """Take no room."""
        return 0


class Looking:
    """One view of one target, from attaching to leaving."""

    def __init__(
        self,
        target: Target,
        syntax: Syntax,
        stop: Stop,
        *,
        duration: float | None = None,
        overhead_percent: float = 2.0,
    ) -> None:
        """Attach; raise what attaching raises."""
        self._target = target
        self._end = Stop(lambda _: None)
        self._recent = Recent()
        self._news = threading.Condition()
        self._syntax = syntax
        self._root = reach.root(target.pid) if target.pid else None
        self._origins: dict[FunctionRef, tuple[Origin, ...]] = {}
        self._named: Names | None = None
        self._failure: BaseException | None = None
        self.ended = threading.Event()
        """Nothing more comes, and the target was left."""
        self._observed = attach_all(
            target,
            options=AttachOptions(
                overhead_percent=overhead_percent,
                mode="watch",
                over=lambda: stop.asked or self._end.asked,
            ),
            rewrite=partial(instrument, syntax),
            on_block=self._take,
        )
        limits = Limits(duration, overhead_percent=overhead_percent)
        quiet = Terminal(quiet=True)
        self._session = Session(self._observed, Nothing(), quiet, self._end, limits)
        self._began = time.monotonic()
        self._until: float | None = None
        self._heard_ns = self._last_ns = 0
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def leave(self) -> None:
        """End it, and wait until the target is as it was found."""
        self._end.ask()
        if self._thread.is_alive():
            self._thread.join(LEAVE_S)

    @property
    def gone(self) -> bool:
        """Whether the target went away while we looked."""
        return self._session.seen.gone

    @property
    def reports(self) -> int:
        """How many reports of the main isolate came."""
        return self._recent.reports

    def check(self) -> None:
        """Raise what ended it, if it was neither us nor the target."""
        failure = self._failure or self._session.seen.failure
        if failure is not None:
            raise failure

    def wait(self, reports: int, seconds: float) -> bool:
        """Wait until the main isolate has reported so often; tell whether it has."""

        def come() -> bool:
            return self._recent.reports >= reports

        with self._news:
            self._news.wait_for(lambda: come() or self.ended.is_set(), seconds)
        return come()

    def picture(self, over: int = 1) -> Picture:
        """Return what there is to see; rates are those of the last ``over`` reports."""
        names = self._names()
        status = self._session.seen.status
        watched = Watched(
            process=self._observed.process,
            seconds=(self._until or time.monotonic()) - self._began,
            ended=self._words(),
            isolates=len(self._observed.processes),
            seen=status.seen + status.gated if status else 0,
            dropped=status.dropped if status else 0,
            overhead_percent=status.overhead_percent if status else 0.0,
        )
        # After the end nothing falls silent any more: the last picture stays.
        now_ns = self._last_ns or steady_ns()
        return picture_of(self._recent.moment(now_ns, over), names, watched)

    def _take(self, process: int, block: bytes) -> None:
        self._heard_ns = steady_ns()
        self._recent.take(process, block, self._heard_ns)
        with self._news:
            self._news.notify_all()

    def _words(self) -> str:
        """Say why nothing more comes; nothing while it does."""
        if not self.ended.is_set():
            return ""
        what = "detached"
        if self.gone:
            what = "the target has ended"
            if self._target.pid is None or same_process(self._target):
                what = "the probe has left the target, or we lost it"
        return f"{what}; this is the last that was seen"

    def _look(self) -> None:
        try:
            try:
                self._session.run(watch)
            finally:
                leave(self._observed)
        except TargetGone:
            self._session.seen.gone = True
        except BaseException as error:  # noqa: BLE001 # `check` raises it
            self._failure = error
        finally:
            self._until, self._last_ns = time.monotonic(), self._heard_ns
            self.ended.set()
            with self._news:
                self._news.notify_all()

    def _names(self) -> Names:
        """Return what functions are called, as the user wrote them."""
        functions = tuple(self._session.seen.met())
        before = self._named
        if before is not None and len(before.recording.functions) == len(functions):
            return before
        scripts = tuple(self._observed.scripts())
        self._recent.know(functions, scripts)
        found = Recording(
            process=self._observed.process,
            seconds=0.0,
            scripts=scripts,
            functions=functions,
        )
        self._named = Names(replace(found, origins=self._origins_of(found)))
        return self._named

    def _origins_of(self, found: Recording) -> tuple[Origin, ...]:
        """Read the maps of files with new functions only."""
        fresh = [one for one in found.functions if one.ref not in self._origins]
        numbers = {one.ref.script for one in fresh}
        part = replace(
            found,
            functions=tuple(fresh),
            scripts=tuple(one for one in found.scripts if one.number in numbers),
        )
        texts = unchanged_texts(part.scripts, self._root)
        origins, _ = origins_of(part, texts, self._syntax, self._root)
        by_place = {(one.script, one.start): one for one in origins}
        for one in fresh:
            origin = by_place.get((one.ref.script, one.ref.start))
            self._origins[one.ref] = () if origin is None else (origin,)
        return tuple(origin for some in self._origins.values() for origin in some)
