"""The activations on a timeline, as Perfetto and Chrome's trace viewers read it.

In: a Recording. Out: the text of a trace of Chrome's trace events: a track for each
isolate, an event for each activation, and an arrow from the one that handed a callback
over to the one that ran, with the number of the latter. Nothing is folded: these are
runs, not stacks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from profiler.formats.named import Asked, Names, inert
from store.facts import Activation, Process, Recording

CATEGORY = "callback"
"""Readers bind an arrow's ends to events of its category, track and time."""

LONGEST_TITLE = 200

Event = dict[str, Any]


def trace(recording: Recording, asked: Asked) -> str:
    """Return the text of the file."""
    events = [*_tracks(recording), *_runs(recording)]
    value = {
        "displayTimeUnit": "ms",
        "otherData": {"writer": f"fluxion-agent@{asked.version}"},
        "traceEvents": events,
    }
    return json.dumps(value, separators=(",", ":")) + "\n"


def _tracks(recording: Recording) -> Iterator[Event]:
    """Yield the names of tracks; a thread's id is the number of its isolate."""
    told: set[int] = set()
    for process in isolates(recording):
        track = {"ph": "M", "ts": 0, "pid": process.pid, "tid": process.number}
        name = {"name": process_title(process)}
        if process.pid not in told:
            yield {"name": "process_name", **track, "args": name}
        told.add(process.pid)
        yield {"name": "thread_name", **track, "args": {"name": thread_title(process)}}


def _runs(recording: Recording) -> Iterator[Event]:
    """Yield each activation, behind it the ends of arrows that begin or end with it.

    Much may happen in one microsecond: an arrow belongs to the event before it.
    """
    names = Names(recording, fold=False)
    kinds = {r.function: r.kind for r in recording.ruptures}
    pids = {p.number: p.pid for p in isolates(recording)}
    order = in_order(recording.activations)
    known = {run.number: run for run in order}
    led: dict[int, list[int]] = {}
    for run in order:
        if _is_arrow(run, known):
            led.setdefault(run.cause, []).append(run.number)
    for run in order:
        named = names.function(run.function)
        track = {"ts": run.started_us, "pid": pids.get(run.process, 0)}
        track["tid"] = run.process
        kind = kinds.get(run.function, "internal")
        # speedscope takes events for one function only if all of their facts agree.
        facts = {"at": named.where, "kind": kind, "outcome": run.outcome}
        event = {"name": named.title, "cat": CATEGORY, "ph": "X", **track}
        yield event | {"dur": run.ended_us - run.started_us, "args": facts}
        arrow = {"name": "hands over", "cat": CATEGORY, **track}
        if run.cause in known and _is_arrow(run, known):
            yield arrow | {"ph": "f", "bp": "e", "id": run.number}
        for number in led.get(run.number, ()):
            yield arrow | {"ph": "s", "id": number}


def _is_arrow(run: Activation, known: dict[int, Activation]) -> bool:
    """Tell whether an activation's cause is there, and came before it."""
    cause = known.get(run.cause)
    return cause is not None and came_before(cause, run)


def came_before(first: Activation, then: Activation) -> bool:
    """Tell which of two activations was entered first."""
    return (first.started_us, first.number) < (then.started_us, then.number)


def in_order(activations: Sequence[Activation]) -> list[Activation]:
    """Return activations in the order of entry, an outer one before an inner one."""
    return sorted(activations, key=lambda run: (run.started_us, run.number))


def isolates(recording: Recording) -> tuple[Process, ...]:
    """Return every isolate."""
    return recording.processes or (recording.process,)


def process_title(process: Process) -> str:
    """Return what a process is called: its command line."""
    words = " ".join(process.argv[1:]) or process.entry or "node"
    return inert(words, LONGEST_TITLE)


def thread_title(process: Process) -> str:
    """Return what a thread is called."""
    if process.thread:
        return f"worker thread {process.thread} (isolate {process.number})"
    role = "" if process.role == "main" else f"{process.role}, "
    return f"main thread ({role}isolate {process.number})"
