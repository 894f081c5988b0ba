"""Recordings of one app become one: what was counted in them is counted in it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest

from fluxion import exits
from fluxion.cli import main
from fluxion.sources import hash_of
from profiler.derive import derive
from store.abi import Event
from store.database import create, open_store
from store.facts import FunctionRef, Script
from store.recording import load
from tests.profiler.telling import PROCESS, Story, function

TEXT = "const app = require('express')();\napp.post('/x', save);\n"


def made(path, script: int, requests: int, *, text: str = TEXT, name: str = "app.js"):
    """A store of some requests, in which the app's script has that number."""
    file = str(path.parent / name)
    save = function(10, "save", end=90, script=script)
    later = function(40, "later", end=60, script=script)
    story = Story((save, later))
    story.records[0][-1] += requests  # each process began at another time
    story.cell(1, "argument", "0", of=save.ref)
    story.cell(2, "property", "body", base=1)
    for request in range(requests):
        run = story.enter(save, closure=1)
        story.tell(Event.WRITE, run, 50, 2)
        story.gave(run, 60, 10 + request, "setTimeout")
        story.exit(run)
        below = story.enter(later, closure=10 + request)
        story.tell(Event.READ, below, 45, 2)
        story.exit(below)
    story.tell(Event.COUNT, script, 10, requests + 3, requests, 3, 0)
    with create(path) as store:
        store.put_process(replace(PROCESS, pid=requests, cwd=str(path.parent)))
        known = Script(script, file, file, hash_of(text), len(text), "commonjs")
        store.put_scripts([known])
        store.put_functions(story.functions)
        for number, block in enumerate(story.blocks()):
            store.append_block(block, number)
        store.finish(2.0, {"events": 10, "dropped": 3})
        store.write_derived(derive(store.observed()))
    return path


def counts(path) -> Counter[object]:
    """What a store counts, by names that do not depend on the recording."""
    found: Counter[object] = Counter()
    one = load(path)
    for cost in one.costs:
        found["runs", cost.function.start] += cost.activations
        found["us", cost.function.start] += cost.total_us
    labels = {cell.number: cell.label for cell in one.cells}
    for effect in one.effects:
        key = (effect.operation, effect.function.start, labels[effect.cell])
        found[key] += effect.count
    for flow in one.flows:
        found["flow", flow.writer.start, flow.reader.start] += flow.count
    for call in one.calls:
        found["call", call.function.start, call.site] += call.count
    for edge in one.edges:
        found[edge.type, edge.source.start, edge.target.start] += edge.count
    for loss in one.losses:
        found["seen", loss.function.start] += loss.seen
        found["kept", loss.function.start] += loss.kept
    for point in one.ruptures:
        found[point.kind, point.function.start] += point.activations
    found["kept runs"] = len(one.activations)
    found["isolates"] = len(one.processes)
    found["seconds"] = round(one.seconds)
    return found


def test_what_is_merged_adds_up_and_every_reading_verb_takes_it(tmp_path, capsys):
    (tmp_path / "app.js").write_text(TEXT)
    stores = [
        made(tmp_path / "one.db", 1, 3),
        made(tmp_path / "two.db", 9, 4),
        made(tmp_path / "three.db", 1, 5),
    ]
    both = tmp_path / "both.db"
    assert main(["merge", *map(str, stores), "-o", str(both), "--json"]) == exits.DONE
    told = json.loads(capsys.readouterr().out)
    assert (told["isolates"], told["events"], told["dropped"]) == (3, 30, 9)
    assert counts(both) == sum(map(counts, stores), Counter())
    found = load(both)
    assert [one.pid for one in found.processes] == [3, 4, 5]
    assert {one.ref for one in found.functions} == {
        FunctionRef(1, 10),
        FunctionRef(1, 40),
    }
    for verb in ("report", "chains", "effects", "plan", "doctor"):
        assert main([verb, str(both), "--json"]) == exits.DONE
        assert json.loads(capsys.readouterr().out)
    ndjson = str(tmp_path / "both.ndjson")
    assert main(["export", str(both), "-f", "ndjson", "-o", ndjson]) == exits.DONE
    again = tmp_path / "again.db"
    assert main(["merge", str(both), str(stores[0]), "-o", str(again)]) == exits.DONE
    assert counts(again) == counts(both) + counts(stores[0])


def refused(capsys, *line) -> str:
    assert main([str(word) for word in line]) == exits.STORE
    return capsys.readouterr().err


def test_recordings_of_other_apps_or_versions_are_refused(tmp_path, capsys):
    one = made(tmp_path / "one.db", 1, 3)
    other = made(tmp_path / "other.db", 1, 3, text="other()\n", name="other.js")
    newer = made(tmp_path / "newer.db", 1, 3, text=TEXT + "more()\n")
    out = tmp_path / "out.db"
    assert "not of one app" in refused(capsys, "merge", one, other, "-o", out)
    assert "app.js is not the same" in refused(capsys, "merge", one, newer, "-o", out)
    assert not out.exists()
    assert "already exists" in refused(capsys, "merge", one, one, "-o", newer)
    told = refused(capsys, "merge", one, newer, "-o", newer, "--force")
    assert "one of the stores" in told
    assert load(newer).costs


def test_a_recording_without_all_of_its_raw_records_is_refused(tmp_path, capsys):
    one = made(tmp_path / "one.db", 1, 3)
    thin = tmp_path / "thin.db"
    with create(thin) as store, open_store(one) as source:
        store.put_process(PROCESS)
        store.put_scripts(source.observed().scripts)
        for number in range(3):
            store.append_block(b"", number)
        store.drop_block(1)
    told = refused(capsys, "merge", one, thin, "-o", tmp_path / "out.db")
    assert "has not all of its raw records" in told


def test_one_store_is_not_enough(tmp_path, capsys):
    one = made(tmp_path / "one.db", 1, 3)
    line = ["merge", str(one), "-o", str(tmp_path / "out.db")]
    assert main(line) == exits.USAGE
    assert "two stores" in capsys.readouterr().err


@pytest.mark.parametrize("how", ["--help"])
def test_it_says_how(how, capsys):
    with pytest.raises(SystemExit):
        main(["merge", how])
    assert "fluxion merge one.db two.db -o both.db" in capsys.readouterr().out
