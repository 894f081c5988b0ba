"""OpenTelemetry's own protocol buffers take our spans: chains, parents, links."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace

from google.protobuf.json_format import ParseDict
from hypothesis import given
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status, TracesData

from profiler.formats.named import Asked
from profiler.formats.otlp import LONGEST_LINE, otlp
from profiler.labels import shown
from store.facts import Activation, FunctionRef
from tests.profiler.formats.making import FUNCTIONS, base, is_inert, timelines
from tests.profiler.telling import ZERO_NS

IDS = {"traceId": 32, "spanId": 16, "parentSpanId": 16}
ASKED = Asked(version="1.2", resource=(("service.name", "shop"), ("team", "blue")))


def parsed(text):
    """Read each line; only the ids are not as protobuf's JSON has them, but hex."""
    return [ParseDict(json.loads(line, object_hook=plain), TracesData())
            for line in text.splitlines()]  # fmt: skip


def plain(value):
    for name, digits in IDS.items():
        if name in value:
            assert re.fullmatch(f"[0-9a-f]{{{digits}}}", value[name])
            value[name] = base64.b64encode(bytes.fromhex(value[name])).decode()
    return value


def spans(text):
    """All spans by activation, each with its resource."""
    found = {}
    for data in parsed(text):
        for part in data.resource_spans:
            for scoped in part.scope_spans:
                assert scoped.scope.name == "fluxion-agent"
                for span in scoped.spans:
                    number = attributes(span)["fluxion.activation"]
                    assert number not in found
                    found[number] = span
    return found


def attributes(holder):
    return {
        one.key: getattr(one.value, one.value.WhichOneof("value"))
        for one in holder.attributes
    }


@given(timelines())
def test_every_run_is_a_span_at_its_time(recording):
    text = otlp(recording, ASKED)
    assert text.isascii()
    found = spans(text)
    names = {f.ref: shown(f.name, 200) or "(anonymous)" for f in recording.functions}
    names[FunctionRef(1, 20)] = "wrote"
    assert found.keys() == {run.number for run in recording.activations}
    for run in recording.activations:
        span = found[run.number]
        assert is_inert(span.name)
        assert span.name == names[run.function]
        assert span.start_time_unix_nano == ZERO_NS + run.started_us * 1000
        assert span.end_time_unix_nano == ZERO_NS + run.ended_us * 1000
        assert span.kind == Span.SPAN_KIND_INTERNAL
        threw = span.status.code == Status.STATUS_CODE_ERROR
        assert threw == (run.outcome == "throw")
        assert attributes(span)["fluxion.outcome"] == run.outcome


@given(timelines())
def test_a_chain_is_a_trace(recording):
    found = spans(otlp(recording, ASKED))
    runs = {run.number: run for run in recording.activations}
    chains: dict[int, int] = {}
    for run in recording.activations:
        span = found[run.number]
        above = runs.get(run.parent) or runs.get(run.cause)
        wanted = found[above.number].span_id if above else b""
        assert span.parent_span_id == wanted
        links = [link.span_id for link in span.links]
        has_both = run.parent in runs and run.cause in runs and run.parent != run.cause
        assert links == ([found[run.cause].span_id] if has_both else [])
        # Two roots below one activation that was not kept are still of one chain.
        first = chains[above.number] if above else run.parent or run.cause or run.number
        chains[run.number] = first
    traces = {number: found[number].trace_id for number in found}
    assert len(set(traces.values())) == len(set(chains.values()))
    by_chain = {chains[number]: trace for number, trace in traces.items()}
    assert all(by_chain[chains[number]] == trace for number, trace in traces.items())


def test_ids_differ_between_spans_and_recordings_and_stay_the_same():
    runs = tuple(
        Activation(n, FUNCTIONS[0].ref, 1, 0, 0, n, n, n + 1, "value")
        for n in range(1, 40)
    )
    recording = base(activations=runs)
    one = spans(otlp(recording, ASKED))
    other = spans(otlp(replace(recording, zero_ns=5), ASKED))
    every = [span.span_id for span in (*one.values(), *other.values())]
    assert len(set(every)) == len(every)
    assert otlp(recording, ASKED) == otlp(recording, ASKED)


def test_what_was_recorded_is_the_resource():
    run = Activation(1, FunctionRef(1, 20), 1, 0, 0, 1, 10, 30, "throw", process=4)
    recording = base(activations=(run,))
    (data,) = parsed(otlp(recording, ASKED))
    told = attributes(data.resource_spans[0].resource)
    assert told["service.name"] == "shop"
    assert told["team"] == "blue"
    assert told["fluxion.isolate"] == 4, "of a store that does not describe it"
    (data,) = parsed(otlp(recording, Asked()))
    told = attributes(data.resource_spans[0].resource)
    assert told["service.name"] == "server.js"
    (span,) = data.resource_spans[0].scope_spans[0].spans
    code = {k: v for k, v in attributes(span).items() if k.startswith("code.")}
    assert code == {
        "code.function.name": "wrote",
        "code.file.path": "src/server.ts",
        "code.line.number": 4,
        "code.column.number": 2,
    }


def test_no_line_is_longer_than_a_collector_takes():
    ref = FunctionRef(3, 7)
    long = replace(FUNCTIONS[0], ref=ref, name="\U000e0001" * 10_000)
    runs = tuple(
        Activation(n, ref, 1, n - 2, n - 1, n, n, n + 1, "throw")
        for n in range(1, 1001)
    )
    text = otlp(base(functions=(long,), activations=runs), ASKED)
    lines = text.splitlines()
    assert len(lines) > 1
    assert max(map(len, lines)) < 2**20
    assert min(map(len, lines[:-1])) > LONGEST_LINE / 2
    assert len(spans(text)) == len(runs)


def test_numbers_beyond_reason_are_still_spans():
    run = Activation(1, FUNCTIONS[0].ref, 1, 1, 1, 2**62, -(2**62), 2**62, "open")
    (span,) = spans(otlp(base(activations=(run,)), ASKED)).values()
    assert span.start_time_unix_nano == 0
    assert span.parent_span_id == b""
