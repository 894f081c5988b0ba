"""Attach to one isolate of a live Node process, and leave it as it was found.

In: a Target, the rewriter, and who takes the blocks. Out: an `Attached`, through which
everything is asked. Whatever goes wrong, the target is restored first.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Self

from agent import debugged, installed, leaving, leftover, linger
from agent.arrival import Arriving, install
from agent.bulk import Bulk
from agent.cdp import Json
from agent.control import Control
from agent.debugging import Debugging
from agent.draining import MUTE_S, Draining
from agent.found import Found, package_of
from agent.inspector import identified, open_inspector
from agent.leaving import CLOSE_S, Port
from agent.ledger import Ledger
from agent.observation import (
    AgentStatus,
    AttachOptions,
    Step,
    process_of,
    status_of,
    with_words,
)
from agent.options import DEFAULT_PORT
from agent.profile import Profile
from agent.reach import root as files_of
from agent.scripts import Scripts
from agent.session import Session, Small, wait_ended
from agent.sources import Sources
from agent.stall import Prediction, predict
from agent.stream import Stream
from agent.target import Target
from agent.threads import Threads, ThreadSession
from agent.tracing import Rewriter, Tracing
from agent.walking import walked
from agent.watching import FIRST_CHUNK_MS, FIRST_MS, Watching
from store.errors import FluxionError, TargetGone
from store.facts import Function, Refusal, Script


class Attached:
    """A target with our probe in it."""

    def __init__(
        self,
        target: Target,
        sessions: tuple[Small, Session],
        stream: Stream | Arriving,
        described: Json,
        rewrite: Rewriter,
        options: AttachOptions,
        *,
        scripts: Scripts | None = None,
        port: Port | None = None,
    ) -> None:
        """Take what `attach` has opened; `port` is there when we opened it."""
        outside = described["pid"] if target.pid is None else target.pid
        self.process = process_of(
            {**described, "pid": outside}, target.started, "attached"
        )
        self._target = target
        self._port = port
        self._control, self._bulk = sessions
        self._ledger = self._control.ledger
        self._stream = stream
        self._options = options
        self._probe = installed.Probe(self._control)
        self._scripts = scripts or Scripts()
        self._profile = Profile(self._bulk, self._scripts, self._measured)
        self._steps: dict[str, Step] = {}
        root = None if target.pid is None else files_of(target.pid)
        package = package_of(self.process.entry, self.process.cwd, root)
        debugging = Debugging(self._bulk, self._measured, self._debugged)
        self._sources = Sources(self._bulk, self._scripts, debugging, package)
        self._tracing = Tracing(
            self._probe,
            self._bulk,
            self._sources,
            debugging,
            rewrite,
            self._measured,
            options.over,
        )
        self._watching = Watching(
            self._probe,
            self._scripts,
            rewrite,
            self._measured,
            package,
            self.process.entry,
            options.files,
            root,
        )
        self._left = False
        self.last = Draining(stream, self._ledger.did)
        self.told = threading.Event()  # a callback that is watched has run

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.detach()

    @property
    def answers(self) -> bool:
        """Whether it makes sense to wait for the target."""
        return self._control.answers and self._bulk.answers

    def settle(self, *, yields_port: bool) -> None:
        """Wait for the way of the blocks; then make way for others, see `attach`."""
        arriving, port = self._stream, self._port
        if not isinstance(arriving, Arriving) or port is None:
            return
        try:
            arriving.wait(settled=True)
            usual = port.endpoint.opened and port.endpoint.port == DEFAULT_PORT
            pushed = arriving.way is arriving.stream
            if yields_port and usual and pushed and not self._left:
                port.move(self._control, arriving.told)
        finally:
            port.stays.set()

    def learn_words(self) -> None:
        """Ask for its command line, which takes a turn of its event loop."""
        self.process = with_words(self.process, self._probe.words())

    def scripts(self) -> list[Script]:
        """Every script of the target that is not Node's own."""
        return self._scripts.facts()

    def has(self, number: int) -> bool:
        """Tell whether this isolate has a script."""
        return self._scripts.here(number)

    def source(self, number: int) -> str:
        """V8's text of a script."""
        return self._sources.text(number)

    @property
    def resting(self) -> bool:
        """Whether `watch` has found everything for now."""
        return self._watching.resting

    def watch(self, seconds: float) -> list[Function | Refusal]:
        """Go on for so long to find callbacks and watch them; what is watched now.

        Uses no debugger. Those that are watched stay so when this returns.
        """
        self._raise_failure()
        results = self._watching.go_on(seconds)
        if results and self._stream.blocks:
            self.told.set()
        return results

    def compare(self) -> None:
        """Say which names the app compares: nothing under them is watched."""
        self._watching.compare()

    def stall(self) -> Prediction | None:
        """Predict how long turning the Debugger on will stop the target."""
        isolate = self._isolate()
        before = None if isolate is None else debugged.of(isolate)
        return predict(self._control, self._probe, before)

    def walk(self, seconds: float | None = None) -> list[Found]:
        """Find the functions of the app and of its packages, handlers first."""
        self._sources.learn()
        self._watching.compare()
        values = walked(
            self._probe,
            self._scripts.internal(),
            self._measured,
            self._ledger.did,
            self._options.over,
            seconds,
        )
        return self._sources.found(values, self.process.number)

    def trace(
        self, found: Iterable[Found], seconds: float | None = None
    ) -> list[Function | Refusal]:
        """Trace these functions from now on; each result says what became of one."""
        self._raise_failure()
        asked = list(found)
        limit = seconds if seconds is not None else self._options.trace_seconds
        results = self._tracing.trace(asked, limit)
        self._watching.again([one.id for one in self._tracing.without_twin(asked)])
        return results

    def start_profile(self, interval_us: int = 2000) -> None:
        """Begin sampling the target's CPU."""
        self._profile.start(interval_us)

    def stop_profile(self) -> str:
        """End it; the .cpuprofile as JSON, frames with our script numbers."""
        return self._profile.stop()

    def capture_requests(self, count: int) -> None:
        """Keep the next requests as REQUEST records, redacted."""
        self._probe.ask("capture", count)

    def status(self) -> AgentStatus:
        """Ask the probe how it goes; `alive` is false once it or the target left."""
        self._raise_failure()
        try:
            told_ = self._probe.ask("status")
        except TargetGone:
            return AgentStatus(0, 0, 0.0, 0.0, alive=False)
        return status_of(told_, alive=not self._stream.ended.is_set())

    def steps(self) -> list[Step]:
        """The longest step of each kind, by the target's own clock."""
        return sorted(self._steps.values(), key=lambda step: -step.ms)

    def detach(self, within: float = CLOSE_S) -> None:
        """Put everything back, end the sessions, close the port if we opened it."""
        if self._left:
            return
        self._left = True
        answers = self.answers
        if self._profile.running:
            with contextlib.suppress(FluxionError):
                self._profile.abandon()
        port = self._port if self._port and self._port.endpoint.opened else None
        keep = port is not None and port.shared()
        self._probe.leave("detached", keep=keep)
        self.last.wait(within if answers else MUTE_S)
        if answers and port is not None and not keep:
            wait_ended(self._control)
        self.cut()
        if port is not None:
            self._closed(port, keep=keep)
        if self._port is not None and self._target.pid is not None:
            leftover.forget(self._target.pid)
        self._ledger.flush()
        self._raise_failure()

    def _closed(self, port: Port, *, keep: bool) -> None:
        number = port.endpoint.port
        if keep:
            self._ledger.did(f"inspector port {number} left open: another client is on")
            return
        port.close(self._ledger)
        self._ledger.did(f"inspector port {number} closed")

    def threads(self, joined: Callable[[ThreadSession], None]) -> Threads | None:
        """Follow the worker threads of this process, which this is the main one of."""
        if self._port is None:
            return None
        endpoint = self._port.endpoint
        found = Threads(
            endpoint.url, joined, reach=endpoint.reach, on_audit=self._ledger.did
        )
        port = found.port
        self._port.ours.append(lambda: port)
        return found

    def cut_off(self) -> list[int]:
        """Its number, when its last counts did not come."""
        return [] if self.last.whole else [self.process.number]

    def cut(self) -> None:
        """End the sessions without a word; the probe then leaves by itself."""
        self._left = True
        for part in (self._stream.close, self._control.close, self._bulk.close):
            with contextlib.suppress(OSError):
                part()

    def _isolate(self) -> debugged.Isolate | None:
        """Which one it is; behind a tunnel nobody can tell it from another."""
        pid, started = self._target.pid, self._target.started
        if pid is None or started is None:
            return None
        return debugged.Isolate(pid, started, self.process.thread)

    def _debugged(self, parsed: Sequence[Json]) -> None:
        isolate = self._isolate()
        if isolate is not None:
            debugged.note(isolate, debugged.told(parsed))

    def _measured(self, name: str, ms: float) -> None:
        before = self._steps.get(name, Step(name, 0.0, 0))
        longest = max(before.ms, round(ms, 1))
        self._steps[name] = Step(name, longest, before.count + 1)

    def _raise_failure(self) -> None:
        for failure in (self._stream.failure, self._ledger.failure):
            if failure is not None:
                raise failure


def attach(
    target: Target,
    *,
    options: AttachOptions | None = None,
    rewrite: Rewriter,
    on_block: Callable[[bytes], None],
    on_audit: Callable[[str], None] | None = None,
    scripts: Scripts | None = None,
    yields_port: bool = False,
    adopts: bool = False,
    at_once: bool = False,
) -> Attached:
    """Open the inspector, install the probe, and return the attachment.

    With `yields_port` an inspector that we opened on Node's usual port moves to a free
    one, so that the next process of the family can open its own. With `adopts` an open
    inspector counts as ours: workers of a cluster open theirs when the primary does.
    With `at_once` the probe walks as soon as it is there, and whatever takes several
    turns of the target's event loop is left to `Attached.settle`.
    """
    options = options or AttachOptions()
    ledger = Ledger(on_audit)
    with contextlib.ExitStack() as stack:
        looked_after = partial(linger.stand_down, target.pid or 0)
        stack.callback(looked_after)
        endpoint = open_inspector(target, ledger, linger.stand_by)
        if adopts:
            endpoint = replace(endpoint, opened=True)
        stack.callback(ledger.flush)
        if endpoint.opened:
            stack.callback(lambda: leaving.close_port(endpoint, ledger))
        control = Control(endpoint.url, ledger=ledger, reach=endpoint.reach)
        stack.callback(control.close)
        if not linger.there():
            ledger.did("no process could be started that hangs up for us if we die")
        target = identified(control, endpoint, target)
        leaving.remove_old(control, replace=options.replace)
        arriving = Arriving(on_block, reach=endpoint.reach)
        stack.callback(arriving.close)
        described = install(
            control,
            arriving.stream,
            options,
            close=endpoint.opened,
            walk=(FIRST_CHUNK_MS, FIRST_MS) if at_once else None,
        )
        looked_after()
        stack.callback(lambda: installed.Probe(control).leave("attaching failed"))
        port = Port(endpoint, target, [lambda: control.port])
        port.note()
        bulk = Bulk(port.url, ledger=ledger, reach=endpoint.reach)
        port.ours.append(lambda: bulk.port)
        arriving.begin(
            control, lambda: Bulk(endpoint.url, ledger=ledger, reach=endpoint.reach)
        )
        attached = Attached(
            target,
            (control, bulk),
            arriving,
            described,
            rewrite,
            options,
            scripts=scripts,
            port=port,
        )
        if at_once:
            attached.compare()
        arriving.wait(settled=not at_once)
        attached.learn_words()
        if not at_once:
            attached.settle(yields_port=yields_port)
        stack.pop_all()
        return attached
