"""Two live processes in one recording: kept apart, on one timeline, nothing lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fluxion.ingest import Ingest
from profiler.derive import derive
from rewriter.syntax.client import Syntax
from store.database import create
from store.recording import load
from tests.agent.live import APP, Load, Seen, attached, functions, get, named
from tests.conftest import SpawnNode


class Blocks(list[bytes]):
    """Blocks that go into a store, under the number of an isolate."""

    def __init__(self, ingest: Ingest, number: int) -> None:
        super().__init__()
        self._ingest, self._number = ingest, number

    def append(self, block: bytes) -> None:
        self._ingest.take(self._number, block)


def test_two_processes_are_one_recording(tmp_path: Path, spawn_node: SpawnNode) -> None:
    script, path = tmp_path / "app.js", tmp_path / "app.db"
    script.write_text(APP)
    servers = [
        spawn_node(script, flags=("--inspect-port=0",), line=r"port \d+")
        for _ in range(2)
    ]
    ports = [int(server.out[0].split()[1]) for server in servers]
    with Syntax() as syntax, create(path) as store:
        ingest = Ingest(store)
        one, two = Seen(), Seen()
        one.blocks, two.blocks = Blocks(ingest, 1), Blocks(ingest, 2)
        with (
            attached(servers[0].pid, syntax, seen=one) as (first, _),
            attached(servers[1].pid, syntax, seen=two) as (second, _),
        ):
            for number, app in enumerate((first, second), 1):
                store.put_process(replace(app.process, number=number))
                with Load(ports[number - 1], "/one", "/two"):
                    results = app.trace(named(app.walk(), "greet"), 10)
                found = functions(results)
                assert found, results
                store.put_scripts(app.scripts())
                store.put_functions(found)
            for _ in range(20):
                get(ports[0], "/one")
            earlier = second.status().kept
            for _ in range(20):
                get(ports[1], "/one")
            told = [app.status() for app in (first, second)]
        store.finish(1.0, {})
        store.write_derived(derive(store.observed()))
    recording = load(path)
    assert [one.pid for one in recording.processes] == [s.pid for s in servers]
    for number, status in enumerate(told, 1):
        losses = [loss for loss in recording.losses if loss.process == number]
        assert sum(loss.seen for loss in losses) == status.seen > 0
        assert sum(loss.kept for loss in losses) == status.kept
        runs = [run for run in recording.activations if run.process == number]
        assert len(runs) == status.kept
        starts = [run.started_us for run in runs]
        assert starts == sorted(starts)
        assert all(run.ended_us >= run.started_us for run in runs)
    started = [
        [run.started_us for run in recording.activations if run.process == number]
        for number in (1, 2)
    ]
    assert max(started[0]) < min(started[1][earlier:], default=2**62)
    assert max(started[1][:earlier], default=0) < max(started[0])
    hits = [cell for cell in recording.cells if cell.label == "hits"]
    assert len(hits) == 1
    effect = next(e for e in recording.effects if e.cell == hits[0].number)
    assert effect.processes == (1, 2)
    assert effect.count >= sum(status.kept for status in told)
    assert not [note for note in recording.notes if "lost" in note]
