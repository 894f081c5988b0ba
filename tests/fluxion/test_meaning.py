"""A recording that ends is finished, and what it means stands in its store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.observation import AgentStatus
from agent.proc import Scheduled
from fluxion.meaning import thinned, understand
from fluxion.observe import Seen
from fluxion.sources import hash_of
from rewriter.syntax.client import Syntax
from store.database import create, open_store
from store.facts import Recording, Script
from store.recording import load
from tests.profiler.telling import PROCESS, Story, function

TEXT = """\
const app = require('express')();
app.post('/x', function save (req, res) {
  setTimeout(function later () { res.end() }, 1)
});
"""
SAVE = function(TEXT.index("function save"), "save", end=TEXT.rindex("}") + 1, line=2)
LATER = function(
    TEXT.index("function later"), "later", end=TEXT.index("}, 1") + 1, line=3
)
ASKED = {"mode": "trace", "max_overhead": 2.0}


@pytest.fixture
def syntax():
    with Syntax() as found:
        yield found


def finished(store_path, syntax, seen, *, live: dict[int, str]) -> Recording:
    """A store with a request in it, finished."""
    path = str(store_path.parent / "app.js")
    script = Script(1, path, path, hash_of(TEXT), len(TEXT), "commonjs")
    story = Story((SAVE, LATER))
    save = story.enter(SAVE, closure=1, stack="")
    story.gave(save, TEXT.index("setTimeout"), 2, "setTimeout")
    story.exit(save)
    story.ran(LATER, closure=2, stack="")
    with create(store_path) as store:
        store.put_process(replace(PROCESS, cwd=str(store_path.parent)))
        store.put_scripts([script])
        store.put_functions([SAVE, LATER])
        for number, block in enumerate(story.blocks()):
            store.append_block(block, number)
        return understand(store, seen, syntax, ASKED, None, live)


def registrars(recording: Recording) -> set[str]:
    return {one.registrar for one in recording.ruptures}


def test_what_is_returned_is_what_the_store_holds(tmp_path, syntax):
    (tmp_path / "app.js").write_text(TEXT)
    status = AgentStatus(9, 1, 0.5, 80.0, alive=True)
    seen = Seen(seconds=2.0, status=status, ports={8081, 8080}, cut=(3,))
    seen.before, seen.after = Scheduled(1000, 0), Scheduled(7_001_000, 1_000_000)
    store = tmp_path / "app.db"
    recording = finished(store, syntax, seen, live={})
    assert load(store) == recording
    assert recording.waited == 0.125
    assert {one.function for one in recording.activations} == {SAVE.ref, LATER.ref}
    assert "app.post" in registrars(recording), (
        "found in the source, which is unchanged"
    )
    with open_store(store) as opened:
        told = opened.status()
    assert (told["events"], told["dropped"], told["ports"]) == (9, 1, [8080, 8081])
    assert (told["ended"], told["cut"], told["mode"]) == ("finished", [3], "trace")


def test_a_text_that_no_file_holds_is_read_as_well(tmp_path, syntax):
    recording = finished(tmp_path / "a.db", syntax, Seen(), live={1: TEXT})
    assert "app.post" in registrars(recording)
    recording = finished(tmp_path / "b.db", syntax, Seen(), live={})
    assert "app.post" not in registrars(recording)


def test_a_target_that_went_away_is_said(tmp_path, syntax):
    finished(tmp_path / "a.db", syntax, Seen(gone=True), live={})
    with open_store(tmp_path / "a.db") as opened:
        assert opened.status()["ended"] == "target gone"


def test_a_store_whose_raw_records_made_room_says_so(tmp_path, syntax):
    assert thinned(0) == ()
    assert "17 blocks" in thinned(17)[0]
    path = tmp_path / "app.db"
    with create(path) as store:
        store.put_process(PROCESS)
        for number in range(3):
            store.append_block(b"", number)
        store.drop_block(1)
        recording = understand(store, Seen(), syntax, ASKED, None, {})
    assert recording.notes[:1] == thinned(1)
