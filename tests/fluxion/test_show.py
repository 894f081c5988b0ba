"""A recording on one screen; every hostile name inert."""

from __future__ import annotations

import json
import unicodedata

import pytest

from fluxion import exits
from fluxion.cli import main
from tests.fluxion.recordings import make_store

SHOWING = ["report", "chains", "effects"]


@pytest.fixture
def store(tmp_path):
    return make_store(tmp_path)


def shown(capsys, *line) -> str:
    assert main([str(word) for word in line]) == exits.DONE
    return capsys.readouterr().out


@pytest.mark.parametrize("verb", SHOWING)
def test_nothing_hostile_reaches_the_terminal(verb, store, capsys):
    told = shown(capsys, verb, store)
    assert "evil␛[31m␊name" in told
    assert all(unicodedata.category(c) != "Cc" for c in told if c != "\n")


@pytest.mark.parametrize("verb", SHOWING)
def test_json_is_one_object_on_one_line(verb, store, capsys):
    told = shown(capsys, verb, store, "--json")
    assert told.count("\n") == 1
    assert isinstance(json.loads(told), dict)


def test_the_report_fits_one_screen(store, capsys):
    told = shown(capsys, "report", store)
    assert len(told.splitlines()) <= 40
    assert "start    saveBody  app.js:2:3  ran 7 times" in told
    assert "handed over app.js:2:3 by app.post" in told
    assert "2 of 10 dropped" in told
    assert told.index("300 ms") < told.index("0.50 ms"), "the dearest first"


def test_chains_are_trees(store, capsys):
    assert shown(capsys, "chains", store).splitlines() == [
        ">> saveBody  app.js:2:3  1",
        "  -> evil␛[31m␊name  app.js:4:5  3",
    ]
    (chain,) = json.loads(shown(capsys, "chains", store, "--json"))["chains"]
    assert chain["kind"] == "start"
    assert chain["leads_to"][0]["kind"] == "post"


def test_effects_say_who_writes_and_who_reads(store, capsys):
    told = shown(capsys, "effects", store, "--cell", "req.body")
    lines = [line.split()[:2] for line in told.splitlines() if line[:2] == "  "]
    assert lines[:2] == [["read", "req.body"], ["write", "req.body"]]
    assert "req.body: saveBody" in told


def test_a_cell_that_nobody_touched_ends_with_6(store, capsys):
    assert main(["effects", str(store), "--cell", "nope"]) == exits.NOTHING_DONE
    assert "no cell is called 'nope'" in capsys.readouterr().err


@pytest.mark.parametrize("verb", [*SHOWING, "plan"])
@pytest.mark.parametrize("content", [None, b"", b"no database", b"SQLite format 3\0"])
def test_what_is_no_store_ends_with_5(verb, content, tmp_path, capsys):
    path = tmp_path / "x.db"
    if content is not None:
        path.write_bytes(content)
    assert main([verb, str(path)]) == exits.STORE
    told = capsys.readouterr().err
    assert told.startswith("error: ")
    assert "hint: " in told
