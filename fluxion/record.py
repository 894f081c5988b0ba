"""``fluxion record``: attach or launch, watch, keep, and say what was seen.

In: a target. Out: a store. Whatever ends the recording (the time, Ctrl-C, the end of
the target, a full disk), the target is left as it was found and the store is finished
with what was seen until then.
"""

from __future__ import annotations

import contextlib
import signal
import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

from agent import reach
from agent.group import Group, attach_all
from agent.launch import Launched, launch
from agent.observation import AttachOptions, unmet
from agent.target import resolve
from fluxion import exits
from fluxion.ingest import Ingest
from fluxion.meaning import understand
from fluxion.observe import END_S, INTERVAL_US, Limits, Seen, Session, ports_of
from fluxion.recorded import Recorded, closing_lines
from fluxion.stop import Stop
from fluxion.tracing import trace
from fluxion.watching import watch
from rewriter.syntax.client import Syntax
from rewriter.trace import literal_at_offset, rewrite
from store.database import create
from store.errors import TargetGone, UsageError
from store.facts import FunctionSource, Refusal, Rewrite

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from agent.target import Target
    from fluxion.terminal import Terminal
    from store.database import Store


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be recorded, and how."""

    output: Path
    target: str = ""
    command: Sequence[str] = ()
    duration: float | None = None
    trace: Sequence[str] = ()
    capture_requests: int = 0
    on_port: str | None = None
    overhead_percent: float = 2.0
    max_stall_ms: float = 250.0
    mode: Literal["watch", "trace"] = "trace"
    ttl_s: float | None = None
    max_store: int = 500_000_000
    with_sources: bool = False
    force: bool = False

    def kept(self) -> dict[str, object]:
        """Return what the store keeps of it."""
        return {"mode": self.mode, "max_overhead": self.overhead_percent}


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Record, then say what was seen and what to do next."""
    if bool(arguments.target) == bool(arguments.command):
        raise UsageError(
            "give either a TARGET or a command after --",
            "fluxion record 4711 -o app.db, or fluxion record -o app.db -- node app.js",
        )
    order = Order(
        arguments.output,
        arguments.target or "",
        tuple(arguments.command),
        arguments.duration,
        tuple(arguments.trace),
        arguments.capture_requests,
        arguments.on_port,
        arguments.max_overhead,
        arguments.max_stall,
        arguments.mode,
        arguments.ttl,
        arguments.max_store,
        arguments.with_sources,
        arguments.force,
    )
    done = record(order, terminal)
    if arguments.json:
        terminal.json(done.json(order.output))
    for line in closing_lines(done, order.output):
        terminal.say(line)
    if done.seen.failure is not None:
        raise done.seen.failure
    if done.seen.gone:
        raise TargetGone(
            "the target went away while it was recorded",
            f"what was seen until then is in {order.output}",
        )
    return exits.DONE


def record(order: Order, terminal: Terminal) -> Recorded:
    """Do one recording."""
    target = resolve(order.target) if order.target else None
    before = ports_of(target.pid) if target is not None and target.pid else None
    root = reach.root(target.pid) if target is not None and target.pid else None
    expires = None if order.ttl_s is None else time.monotonic() + order.ttl_s
    store = create(order.output, force=order.force, max_bytes=order.max_store)
    ingest = Ingest(store)
    kept = False
    try:
        # From the first signal to a target until it is left, one Ctrl-C only asks.
        with Syntax() as syntax, Stop(terminal.say) as stop:
            syntax.begin()
            try:
                observed = _open(order, target, syntax, ingest, store, stop)
            except TargetGone as gone:
                kept = True
                _gone_early(order, target, syntax, store, gone)
                raise
            kept = True
            try:
                store.put_process(observed.process)
                store.audit(f"{observed.process.how}: {observed.process.pid}")
                seen = _watch(
                    observed,
                    store,
                    order,
                    terminal,
                    stop,
                    _limits(order, _inspector(target, before, observed), expires),
                )
                live = _keep(observed, store, order, seen)
            finally:
                leave(observed)
            seen.cut = observed.cut_off()
            store.audit("detached")
            asked, begun = order.kept(), ingest.begun
            recording = understand(store, seen, syntax, asked, root, live, begun)
            audited = store.audited()
    finally:
        store.close()
        if not kept:
            order.output.unlink(missing_ok=True)
    return Recorded(recording, seen, audited)


def instrument(syntax: Syntax, source: FunctionSource) -> Rewrite | Refusal:
    """Rewrite a function that V8 places by its own rules, or a whole file.

    For a method, V8 names its key or its parenthesis, not where its node starts.
    """
    if source.mode == "twin":
        kind: Literal["module", "commonjs"] = "module" if source.module else "commonjs"
        tree = syntax.try_parse(source.text, kind, source.script)
        if isinstance(tree, Refusal):
            return tree
        node = literal_at_offset(tree, source.start)
        if node is not None:
            source = replace(source, start=node.start)
    return rewrite(syntax, source)


def _open(
    order: Order,
    target: Target | None,
    syntax: Syntax,
    ingest: Ingest,
    store: Store,
    stop: Stop,
) -> Group | Launched:
    options = AttachOptions(
        overhead_percent=order.overhead_percent,
        mode=order.mode,
        ttl_s=order.ttl_s,
        files=tuple(order.trace),
        max_stall_ms=order.max_stall_ms,
        over=lambda: stop.asked,
        profile_us=INTERVAL_US,
    )
    if target is not None:
        rewriter = partial(instrument, syntax)
        return attach_all(
            target,
            options=options,
            rewrite=rewriter,
            on_block=ingest.take,
            on_audit=store.audit,
            on_process=store.put_process,
        )
    return launch(
        list(order.command),
        options=options,
        rewrite=partial(instrument, syntax),
        on_block=ingest,
        on_audit=store.audit,
        on_thread=ingest.take,
        on_process=store.put_process,
    )


def _gone_early(
    order: Order, target: Target | None, syntax: Syntax, store: Store, gone: TargetGone
) -> None:
    """Finish the store of a target that went away before its probe said what it is."""
    store.put_process(unmet(target, order.command))
    store.audit(f"the target went away while we attached: {gone.message}")
    understand(store, Seen(gone=True), syntax, order.kept(), None, {})
    gone.hint = gone.hint or f"what was seen until then is in {order.output}"


def _inspector(
    target: Target | None, before: set[int] | None, observed: Group | Launched
) -> frozenset[int]:
    """Return the ports that are not the app's but the inspector's."""
    if target is None:
        return frozenset()
    if before is not None:
        return frozenset(ports_of(observed.process.pid) - before)
    return frozenset() if target.port is None else frozenset({target.port})


def _limits(order: Order, inspector: frozenset[int], expires: float | None) -> Limits:
    return Limits(
        order.duration,
        order.max_stall_ms,
        order.trace,
        order.on_port,
        order.overhead_percent,
        inspector,
        expires,
    )


def _watch(
    observed: Group | Launched,
    store: Store,
    order: Order,
    terminal: Terminal,
    stop: Stop,
    limits: Limits,
) -> Seen:
    if order.capture_requests:
        with contextlib.suppress(TargetGone):  # then the watch will see it too
            observed.capture_requests(order.capture_requests)
    session = Session(observed, store, terminal, stop, limits)
    return session.run(watch if order.mode == "watch" else trace)


def leave(observed: Group | Launched) -> None:
    """Leave the target as it was; one that we started ends with the recording."""
    with contextlib.suppress(TargetGone):
        observed.detach()
    if isinstance(observed, Launched):
        for number in (signal.SIGTERM, signal.SIGKILL):
            observed.signal(number)
            if observed.wait(END_S) is not None:
                return


def _keep(
    observed: Group | Launched, store: Store, order: Order, seen: Seen
) -> dict[int, str]:
    """Write what is not in the blocks; return the texts that no file holds."""
    if seen.failure is not None and seen.failure.exit_code == exits.STORE:
        return {}
    scripts = observed.scripts()
    live = {s.number: s.text for s in scripts if s.text is not None}
    kept: dict[int, str] = {}
    if order.with_sources:
        kept = {s.number: observed.source(s.number) for s in scripts}
    store.put_scripts(replace(s, text=kept.get(s.number)) for s in scripts)
    store.put_functions(seen.met())
    if seen.profile:
        store.put_profile(seen.profile)
    left_out = observed.left_out() if isinstance(observed, Group) else []
    store.put_refusals([*seen.refusals.values(), *left_out])
    return live
