"""Chrome DevTools' trace engine reads our trace: tracks, runs, nesting, arrows."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given

from profiler.formats.named import Asked
from profiler.formats.trace import trace
from profiler.labels import shown
from store.facts import Activation, FunctionRef
from tests.profiler.formats.making import FUNCTIONS, base, is_inert, timelines
from tests.profiler.telling import PROCESS

ASKED = Asked()
MAPPED = FunctionRef(1, 20)


def key(run):
    """How the reader tells runs apart: by track and time."""
    return [run.process, run.started_us]


@given(timelines())
def test_devtools_sees_every_run_in_its_place(readers, recording):
    names = {f.ref: shown(f.name, 200) or "(anonymous)" for f in recording.functions}
    names[MAPPED] = "wrote"
    text = trace(recording, ASKED)
    assert text.isascii()
    read = readers.read("devtools_trace", text)
    seen = {tuple(one["key"]): (one["name"], one["dur"]) for one in read["runs"]}
    assert seen == {
        tuple(key(run)): (names[run.function], run.ended_us - run.started_us)
        for run in recording.activations
    }
    runs = {run.number: run for run in recording.activations}
    above = {tuple(one): parent for one, parent in read["above"]}
    assert above == {
        tuple(key(run)): key(runs[run.parent]) if run.parent else None
        for run in recording.activations
    }
    assert sorted(read["flows"]) == sorted(
        [key(runs[run.cause]), key(run)]
        for run in recording.activations
        if run.cause in runs
    ), "an arrow leads from who handed over to who ran"


@given(timelines())
def test_speedscope_sees_the_time_of_each_isolate(readers, recording):
    found = {}
    for profile in readers.read("speedscope", trace(recording, ASKED)):
        found[profile["name"]] = sum(frame["self"] for frame in profile["frames"])
    outer = [run for run in recording.activations if not run.parent]
    assert sorted(found.values()) == sorted(
        sum(run.ended_us - run.started_us for run in outer if run.process == process)
        for process in (1, 2)
    )
    assert all("isolate" in name for name in found)


def test_tracks_are_named_and_facts_are_told(readers):
    worker = replace(PROCESS, number=2, thread=7, parent=1, role="thread")
    child = replace(PROCESS, number=3, pid=99, parent=1, role="cluster")
    run = Activation(1, MAPPED, 1, 0, 0, 1, 10, 30, "throw", process=2)
    recording = base(activations=(run,), processes=(PROCESS, worker, child))
    read = readers.read("devtools_trace", trace(recording, ASKED))
    assert read["threads"] == [
        [1, 1, "process_name", "/app/server.js"],
        [1, 1, "thread_name", "main thread (isolate 1)"],
        [1, 2, "thread_name", "worker thread 7 (isolate 2)"],
        [99, 3, "process_name", "/app/server.js"],
        [99, 3, "thread_name", "main thread (cluster, isolate 3)"],
    ]
    (one,) = read["runs"]
    assert one["facts"] == {
        "at": "src/server.ts:4:2",
        "kind": "internal",
        "outcome": "throw",
    }


def test_an_arrow_follows_its_run_when_much_happens_at_once():
    first, second = FUNCTIONS[0].ref, FUNCTIONS[2].ref
    recording = base(
        activations=(
            Activation(1, first, 1, 0, 0, 1, 5, 5, "value"),
            Activation(2, second, 2, 0, 1, 2, 5, 5, "value"),
            Activation(3, first, 1, 0, 3, 3, 5, 5, "value"),
        )
    )
    events = json.loads(trace(recording, ASKED))["traceEvents"]
    assert [(e["ph"], e.get("id")) for e in events if e["ph"] != "M"] == [
        *(("X", None), ("s", 2)),
        *(("X", None), ("f", 2)),
        ("X", None),
    ]


@given(timelines())
def test_nothing_in_it_is_hostile(recording):
    hostile = replace(
        recording,
        process=replace(recording.process, argv=("node", "\x1b[31m\ud800")),
        processes=(),
    )
    told = json.loads(trace(hostile, ASKED))
    names = [event["args"].get("name", "") for event in told["traceEvents"][:2]]
    assert all(map(is_inert, names))
    assert "␛[31m" in names[0]
