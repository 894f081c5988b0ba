"""The activations as OpenTelemetry spans.

In: a Recording. Out: lines of OTLP's JSON, as its file exporter writes them and a
collector reads them. A chain is a trace, an activation a span. Its parent is the
activation on whose stack it ran, else the one that handed it over; where it has both,
it is linked to the latter. What was not kept of a chain leaves its trace with several
roots.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from profiler.formats.named import LONGEST_NAME, Asked, Names, inert
from profiler.formats.trace import came_before, in_order, isolates
from store.facts import Activation, Process, Recording

LONGEST_LINE = 500_000
"""A collector takes lines up to 1 MiB; a new one is begun behind so many characters."""

INTERNAL, ERROR = 1, 2
LATEST_NS = 2**63 - 1
LONGEST_WORDS = 1000


def otlp(recording: Recording, asked: Asked) -> str:
    """Return the text of the file."""
    chains = Chains(recording)
    names = Names(recording, fold=False)
    kinds = {r.function: r.kind for r in recording.ruptures}
    spans: dict[int, list[str]] = {}
    for run in chains.runs:
        kind = kinds.get(run.function, "internal")
        span = _json(_span(recording, chains, run, names, kind))
        spans.setdefault(run.process, []).append(span)
    processes = {process.number: process for process in isolates(recording)}
    lines: list[str] = []
    for number, found in spans.items():
        process = processes.get(number, replace(recording.process, number=number))
        lines += _lines(found, process, asked)
    return "".join(lines)


def _lines(spans: list[str], process: Process, asked: Asked) -> Iterator[str]:
    """Yield messages, each with some spans of one isolate, and what it is."""
    resource = _json({"attributes": _resource(process, asked)})
    scope = _json({"name": "fluxion-agent", "version": asked.version})
    some: list[str] = []
    room = LONGEST_LINE
    for last, span in enumerate(spans, 1 - len(spans)):
        some.append(span)
        room -= len(span)
        if room < 0 or last == 0:
            yield (
                f'{{"resourceSpans":[{{"resource":{resource},"scopeSpans":'
                f'[{{"scope":{scope},"spans":[{",".join(some)}]}}]}}]}}\n'
            )
            some, room = [], LONGEST_LINE


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


class Chains:
    """Which activations belong together, and who is whose parent."""

    def __init__(self, recording: Recording) -> None:
        """Follow each activation to where its chain begins."""
        identity = recording.process
        self._seed = (
            f"{recording.zero_ns} {identity.pid} {identity.started_ns}".encode()
        )
        self.runs = in_order(recording.activations)
        self.known = {run.number: run for run in self.runs}
        self._first: dict[int, int] = {}
        for run in self.runs:
            above = self.parent(run)
            # Below an activation that was not kept, its number names the chain.
            lost = run.parent or run.cause or run.number
            self._first[run.number] = (
                lost if above is None else self._first[above.number]
            )

    def parent(self, run: Activation) -> Activation | None:
        """Return the activation below which one is shown."""
        return self._before(run.parent, run) or self._before(run.cause, run)

    def linked(self, run: Activation) -> Activation | None:
        """Return the activation that handed one over, where it is not the parent."""
        cause = self._before(run.cause, run)
        return None if cause is self.parent(run) else cause

    def trace_id(self, run: Activation) -> str:
        """Return 32 hexadecimal digits for the chain of an activation."""
        return self._digest(f"chain {self._first[run.number]}", 16)

    def span_id(self, run: Activation) -> str:
        """Return 16 hexadecimal digits for an activation."""
        return self._digest(f"run {run.number}", 8)

    def _before(self, number: int, run: Activation) -> Activation | None:
        """Return an activation that was entered before another: so there is no ring."""
        found = self.known.get(number)
        return found if found is not None and came_before(found, run) else None

    def _digest(self, what: str, size: int) -> str:
        return hashlib.blake2b(self._seed + what.encode(), digest_size=size).hexdigest()


def _span(
    recording: Recording, chains: Chains, run: Activation, names: Names, kind: str
) -> dict[str, Any]:
    named = names.function(run.function)
    span: dict[str, Any] = {
        "traceId": chains.trace_id(run),
        "spanId": chains.span_id(run),
        "name": named.title,
        "kind": INTERNAL,
        "startTimeUnixNano": _nanos(recording, run.started_us),
        "endTimeUnixNano": _nanos(recording, run.ended_us),
        "attributes": [
            *_attribute("code.function.name", named.name),
            *_attribute("code.file.path", named.file),
            *_attribute("code.line.number", named.line),
            *_attribute("code.column.number", named.column),
            *_attribute("fluxion.kind", kind),
            *_attribute("fluxion.outcome", run.outcome),
            *_attribute("fluxion.activation", run.number),
            *_attribute("fluxion.turn", run.turn),
        ],
    }
    above, cause = chains.parent(run), chains.linked(run)
    if above is not None:
        span["parentSpanId"] = chains.span_id(above)
    if cause is not None:
        span["links"] = [
            {
                "traceId": chains.trace_id(cause),
                "spanId": chains.span_id(cause),
                "attributes": list(_attribute("fluxion.link", "handed over by")),
            }
        ]
    if run.outcome == "throw":
        span["status"] = {"code": ERROR}
    return span


def _nanos(recording: Recording, at_us: int) -> str:
    return str(min(max(recording.zero_ns + at_us * 1000, 0), LATEST_NS))


def _resource(process: Process, asked: Asked) -> list[dict[str, Any]]:
    entry = process.entry.rpartition("/")[2]
    found: dict[str, str | int] = {
        "service.name": inert(entry, LONGEST_NAME) or "unknown_service:node",
        "process.pid": process.pid,
        "process.command_line": inert(" ".join(process.argv), LONGEST_WORDS),
        "process.runtime.name": "nodejs",
        "process.runtime.version": inert(process.node, LONGEST_NAME),
        "thread.id": process.thread,
        "fluxion.isolate": process.number,
        **{
            inert(key, LONGEST_NAME): inert(value, LONGEST_WORDS)
            for key, value in asked.resource
        },
    }
    return [one for key, value in found.items() for one in _attribute(key, value)]


def _attribute(key: str, value: str | int) -> Iterator[dict[str, Any]]:
    """Yield one attribute, or nothing where nothing is known."""
    if isinstance(value, int):
        yield {"key": key, "value": {"intValue": str(value)}}
    elif value:
        yield {"key": key, "value": {"stringValue": value}}
