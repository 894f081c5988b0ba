"""``fluxion record``: attach or launch, watch, keep, and say what was seen.

In: a target. Out: a store. Whatever ends the recording (the time, Ctrl-C, the end of
the target, a full disk), the target is left as it was found and the store is finished
with what was seen until then.
"""

from __future__ import annotations

import shlex
import subprocess
import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from agent.attach import AttachOptions, attach
from agent.target import resolve
from fluxion import exits
from fluxion.observe import Seen, Watch
from fluxion.show import rupture_lines
from fluxion.sources import unchanged_texts
from fluxion.stop import Stop
from fluxion.views import report_rows
from profiler.derive import derive
from rewriter.sites import sites
from rewriter.syntax.client import Syntax
from rewriter.trace import rewrite
from store.database import create
from store.errors import FluxionError, TargetGone, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from agent.attach import Attached
    from fluxion.terminal import Terminal
    from store.database import Store
    from store.facts import Recording

SHOWN = 5


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
    max_store: int = 500_000_000
    with_sources: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a recording came to."""

    recording: Recording
    seen: Seen

    def json(self, output: Path) -> dict[str, Any]:
        """Return the documented keys."""
        status = self.seen.status
        return {
            "store": str(output),
            "seconds": round(self.seen.seconds, 3),
            "events": status.events if status else 0,
            "dropped": status.dropped if status else 0,
            "overhead_percent": status.overhead_percent if status else 0.0,
            "callbacks": len(self.recording.ruptures),
            "scripts": len(self.recording.scripts),
        }


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
        arguments.max_store,
        arguments.with_sources,
        arguments.force,
    )
    done = record(order, terminal)
    if arguments.json:
        terminal.json(done.json(order.output))
    for line in closing_lines(done, order):
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
    store = create(order.output, force=order.force, max_bytes=order.max_store)
    kept = False
    try:
        with Syntax() as syntax:
            opened = _opener(order, target, syntax, store)
            with opened() as attached:
                kept = True
                store.put_process(attached.process)
                store.audit(f"attached to {attached.process.pid}")
                seen = _watch(attached, store, order, terminal)
                _keep(attached, store, order, seen)
            store.audit("detached")
            recording = _understand(store, seen, syntax)
    finally:
        store.close()
        if not kept:
            order.output.unlink(missing_ok=True)
    return Recorded(recording, seen)


def _opener(
    order: Order, target: Any, syntax: Syntax, store: Store
) -> Callable[[], Attached]:
    options = AttachOptions(overhead_percent=order.overhead_percent)

    def keep(block: bytes) -> None:
        store.append_block(block, time.time_ns())

    if target is None:
        from agent.launch import launch  # noqa: PLC0415

        return partial(
            launch,
            list(order.command),
            options=options,
            rewrite=partial(rewrite, syntax),
            on_block=keep,
        )
    return partial(
        attach,
        target,
        options=options,
        rewrite=partial(rewrite, syntax),
        on_block=keep,
    )


def _watch(attached: Attached, store: Store, order: Order, terminal: Terminal) -> Seen:
    if order.capture_requests:
        attached.capture_requests(order.capture_requests)
    with Stop(terminal.say) as stop:
        watch = Watch(attached, store, terminal, stop, order.duration)
        load = _start_load(order, attached, stop)
        try:
            return watch.run(order.trace, order.max_stall_ms)
        finally:
            if load is not None:
                load.terminate()
                load.wait()


def _start_load(
    order: Order, attached: Attached, stop: Stop
) -> subprocess.Popen[bytes] | None:
    del attached, stop
    if order.on_port is None:
        return None
    return subprocess.Popen(shlex.split(order.on_port))


def _keep(attached: Attached, store: Store, order: Order, seen: Seen) -> None:
    """Write what is not in the blocks."""
    if seen.failure is not None and seen.failure.exit_code == exits.STORE:
        return
    scripts = attached.scripts()
    if order.with_sources:
        scripts = [replace(s, text=attached.source(s.number)) for s in scripts]
    store.put_scripts(scripts)
    store.put_functions(seen.functions.values())
    if seen.profile:
        store.put_profile(seen.profile)
    store.put_refusals(seen.refusals.values())


def _understand(store: Store, seen: Seen, syntax: Syntax) -> Recording:
    """Derive everything from what is in the store."""
    status = seen.status
    store.finish(
        seen.seconds,
        {
            "events": status.events if status else 0,
            "dropped": status.dropped if status else 0,
            "overhead_percent": status.overhead_percent if status else 0.0,
            "ports": sorted(seen.ports),
            "ended": "target gone" if seen.gone else "finished",
        },
    )
    observed = store.observed()
    plain = derive(observed)
    texts = unchanged_texts(plain)
    recording = derive(store.observed(), texts)
    found = sites(recording, texts, syntax)
    recording = replace(recording, ruptures=tuple(found))
    store.write_derived(recording)
    return recording


def closing_lines(done: Recorded, order: Order) -> Iterator[str]:
    """Yield what was seen, and what to do next."""
    rows = report_rows(done.recording)
    yield (
        f"recorded {done.seen.seconds:.0f} s into {order.output}: "
        f"{len(done.recording.ruptures)} callbacks, "
        f"{len(done.recording.activations):,} activations"
    )
    yield from rupture_lines(rows["ruptures"], SHOWN)
    yield f"next: fluxion plan {order.output}"
    yield f"      fluxion compile {order.output} -o build/"


__all__ = ["FluxionError", "Order", "Recorded", "record", "run"]
