"""``fluxion profile``: sample a live target's CPU or heap, with nothing patched.

In: a target. Out: a table by callback, or a file that other tools open. Ctrl-C ends the
sampling, and what was seen until then is written; the target is left as it was found.
"""

from __future__ import annotations

import json
import os
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from agent import reach
from agent.heap import INTERVAL
from agent.target import resolve
from fluxion import exits, formats
from fluxion.burnt import header, rows_of, table
from fluxion.export import STDOUT, check_stdout, resource_of, tell, writer
from fluxion.inert import inert
from fluxion.profiled import profiled
from fluxion.sampled import Sampled, Wanted, sample
from fluxion.stop import Stop
from fluxion.write import check_file, write_file
from profiler.callbacks import MOST_CPU, MOST_HEAP, Callbacks, shares
from profiler.chained import Ways, chained, known_share
from profiler.formats.named import Asked, Names
from profiler.heap import as_profile
from rewriter.syntax.client import Syntax
from store.database import open_store
from store.errors import StoreError, TargetGone, UsageError

if TYPE_CHECKING:
    import argparse

    from fluxion.formats import Format
    from fluxion.profiled import Profiled
    from fluxion.terminal import Terminal
    from profiler.callbacks import Burnt
    from store.facts import Recording

RATE = 100.0


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made of a target."""

    wanted: Wanted
    chosen: Format | None
    """None: a table."""
    fold: bool

    @property
    def deepest(self) -> int:
        """How many frames of a stack are certainly all."""
        return MOST_HEAP if self.wanted.heap else MOST_CPU


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Sample, then write what was asked for."""
    order = ordered(arguments, terminal)
    seen = None if arguments.seen is None else _recording(arguments)
    target = resolve(arguments.target)
    root = reach.root(target.pid) if target.pid else None
    with Stop(terminal.say) as stop:
        sampled = sample(target, order.wanted, stop, terminal)
    if not sampled.text:
        if sampled.gone:
            raise TargetGone("the target went away before anything was sampled")
        return exits.INTERRUPTED
    text = as_profile(sampled.text) if order.wanted.heap else sampled.text
    with Syntax() as syntax:
        found = profiled(
            *(text, sampled.process, sampled.seconds, syntax), root=root, seen=seen
        )
    _write(arguments, terminal, order, sampled, found, seen)
    if sampled.gone:
        raise TargetGone(
            "the target went away while it was sampled",
            "what was seen until then was "
            + ("shown" if order.chosen is None else "written"),
        )
    return exits.DONE


def ordered(arguments: argparse.Namespace, terminal: Terminal) -> Order:
    """Return what is asked for; UsageError where it does not fit together."""
    output = arguments.output
    ends_so = output is not None and formats.by_ending(output, (formats.HEAP,))
    heap = arguments.heap or ends_so or arguments.format == formats.HEAP.name
    if heap and arguments.rate is not None:
        raise UsageError("--rate is of the CPU", "--heap-interval is of the heap")
    if not heap and arguments.heap_interval is not None:
        raise UsageError("--heap-interval is of the heap", "add --heap")
    wanted = Wanted(
        bool(heap),
        arguments.duration,
        arguments.rate or RATE,
        arguments.heap_interval or INTERVAL,
        arguments.max_stall,
    )
    chosen = None
    if output is not None:
        chosen = _chosen(arguments, formats.OF_HEAP if heap else formats.OF_CPU)
        if str(output) == STDOUT:
            check_stdout(chosen, terminal, json=arguments.json)
        else:
            check_file(output, force=arguments.force)
    elif arguments.format is not None:
        raise UsageError("a format is of a file", "give one with -o, or -o -")
    return Order(wanted, chosen, not arguments.show_all)


def _chosen(arguments: argparse.Namespace, among: tuple[Format, ...]) -> Format:
    name, output = arguments.format, arguments.output
    chosen = (
        formats.by_ending(output, among) if name is None else formats.named(name, among)
    )
    if chosen is None:
        what = f"the name {output.name!r}" if name is None else f"{name!r}"
        names = ", ".join(one.name for one in among)
        raise UsageError(
            f"{what} tells no format of such a profile", f"give one with -f: {names}"
        )
    return chosen


def _recording(arguments: argparse.Namespace) -> Recording:
    with closing(open_store(arguments.seen)) as store:
        if not store.is_derived():
            raise StoreError(
                f"{store.path} was not finished: its recording was killed",
                "record again",
            )
        return store.recording()


def _write(
    arguments: argparse.Namespace,
    terminal: Terminal,
    order: Order,
    sampled: Sampled,
    found: Profiled,
    seen: Recording | None,
) -> None:
    """Write the table or the file, and say what is to be known of it."""
    ways = None if seen is None else Ways(seen)
    callbacks = Callbacks(found.returned, fold=order.fold, deepest=order.deepest)
    rows = callbacks.rows()
    if order.chosen is None:
        _show(arguments, terminal, order, sampled, found, rows, ways)
    else:
        content = exported(order, found, ways)
        if str(arguments.output) == STDOUT:
            terminal.raw(content)
        else:
            size = write_file(arguments.output, [content], force=arguments.force)
            if arguments.json:
                terminal.json(_facts(arguments, order, sampled, found, rows, size))
            tell(arguments, terminal, order.chosen, size)
    for line in _words(order, sampled, found):
        terminal.say(line)
    if ways is None:
        terminal.say("by callback only; --with STORE shows what led to each")
        return
    share = known_share(found.returned, callbacks, ways)
    terminal.say(
        f"{found.matched} scripts are those of {arguments.seen}; what led to a "
        f"callback is known for {share:.0%} of what callbacks took"
    )


def exported(order: Order, found: Profiled, ways: Ways | None) -> bytes:
    """Return a file's content."""
    assert order.chosen is not None
    recording, steps = found.recording, found.steps
    if ways is not None:
        # Below each callback's chain nothing has its time any more.
        callbacks = Callbacks(found.returned, fold=False, deepest=order.deepest)
        recording, steps = chained(found.returned, callbacks, ways), ()
    asked = Asked(
        fold=order.fold,
        version=version("fluxion-agent"),
        resource=tuple(resource_of(os.environ).items()),
        unit="bytes" if order.wanted.heap else "microseconds",
        steps=steps,
    )
    made: str | bytes = writer(order.chosen)(recording, asked)
    return made.encode() if isinstance(made, str) else made


def _show(
    arguments: argparse.Namespace,
    terminal: Terminal,
    order: Order,
    sampled: Sampled,
    found: Profiled,
    rows: tuple[Burnt, ...],
    ways: Ways | None,
) -> None:
    names = Names(found.returned, fold=order.fold)
    told = rows_of(rows, names, ways)
    if arguments.json:
        facts = _facts(arguments, order, sampled, found, rows)
        terminal.json({**facts, "callbacks": told})
        return
    heap, count = order.wanted.heap, _samples(order, sampled, found)
    what = "allocated" if heap else "CPU"
    terminal.data(header(sampled.process, sampled.seconds, count, what))
    terminal.data("")
    terminal.data("\n".join(table(told, heap=heap)))


def _facts(
    arguments: argparse.Namespace,
    order: Order,
    sampled: Sampled,
    found: Profiled,
    rows: tuple[Burnt, ...],
    size: int | None = None,
) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "pid": sampled.process.pid,
        "node": inert(sampled.process.node, 40),
        "seconds": round(sampled.seconds, 3),
        "samples": _samples(order, sampled, found),
        "unit": "bytes" if order.wanted.heap else "microseconds",
        "total": shares(rows),
        "stopped_ms": sampled.stopped_ms,
    }
    if size is not None and order.chosen is not None:
        written = {"output": str(arguments.output), "format": order.chosen.name}
        facts = {**written, "bytes": size, **facts}
    return facts


def _samples(order: Order, sampled: Sampled, found: Profiled) -> int:
    if not order.wanted.heap:
        return len(found.steps)
    samples = json.loads(sampled.text).get("samples")
    return len(samples) if isinstance(samples, list) else 0


def _words(order: Order, sampled: Sampled, found: Profiled) -> list[str]:
    what = "heap" if order.wanted.heap else "CPU"
    whose = f"the {what} of the main thread of process {sampled.process.pid}"
    said = [f"{whose}; starting held it up for {sampled.stopped_ms:.0f} ms"]
    if found.changed:
        names = ", ".join(inert(one, 80) for one in found.changed[:3])
        said.append(
            f"changed since the process began, so not read ({len(found.changed)}): "
            f"{names}"
        )
    return [*said, *(inert(note, 300) for note in found.notes[:3])]
