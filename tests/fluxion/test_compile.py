"""From a recording to a build: what is refused, what is written, where."""

from __future__ import annotations

import json

import pytest

from fluxion import exits
from fluxion.cli import main
from fluxion.compile import with_ports
from rewriter.syntax.process import BUNDLE, sidecar_path
from store.database import create
from tests.fluxion.recordings import TEXT, make_store, recording


@pytest.fixture
def store(tmp_path):
    return make_store(tmp_path)


def compiled(store, *options) -> int:
    return main(["compile", str(store), "-o", str(store.parent / "build"), *options])


def test_a_changed_source_is_an_error_with_both_hashes(store, capsys):
    (store.parent / "app.js").write_text("// newer\n")
    assert compiled(store) == exits.ERROR
    told = capsys.readouterr().err
    assert str(store.parent / "app.js") in told
    assert recording(store.parent).scripts[0].sha256 in told
    assert not (store.parent / "build").exists()


def test_another_root_is_taken_instead(store, tmp_path, capsys):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/app.js").write_text(TEXT)
    (store.parent / "app.js").unlink()
    assert compiled(store, "--root", str(tmp_path / "elsewhere")) == exits.DONE
    manifest = json.loads((store.parent / "build/manifest.json").read_text())
    assert manifest["entry"]["argv"][1] == str(tmp_path / "elsewhere/app.js")


def test_without_anything_to_move_the_build_runs_the_app_as_it_is(store, capsys):
    assert compiled(store) == exits.DONE
    assert "nothing moves" in capsys.readouterr().err
    manifest = json.loads((store.parent / "build/manifest.json").read_text())
    assert manifest["fluxions"] == []
    assert manifest["entry"]["ports"] == [8080]


@pytest.mark.parametrize("name", ["all", "no_such_id"])
def test_when_what_was_named_cannot_be_done_it_ends_with_6(store, name, capsys):
    assert compiled(store, "--only", name) == exits.NOTHING_DONE
    assert not (store.parent / "build").exists()
    assert f"fluxion plan {store}" in capsys.readouterr().err


def test_static_is_refused_in_words(store, capsys):
    assert compiled(store, "--static") == exits.USAGE
    assert "a build is made from a recording" in capsys.readouterr().err
    assert not (store.parent / "build").exists()


def test_an_existing_folder_is_refused(store, capsys):
    (store.parent / "build").mkdir()
    (store.parent / "build/x").write_text("mine")
    assert compiled(store) == exits.ERROR
    assert compiled(store, "--force") == exits.ERROR
    assert (store.parent / "build/x").read_text() == "mine"
    assert "not a build" in capsys.readouterr().err


def test_a_dry_run_writes_nothing(store, capsys):
    assert compiled(store, "--dry-run", "--json") == exits.DONE
    told = json.loads(capsys.readouterr().out)
    assert told["written"] is False
    assert "manifest.json" in told["files"]
    assert {"fluxions", "stays"} <= told.keys()
    assert not (store.parent / "build").exists()


def test_the_same_store_gives_the_same_build(store, tmp_path):
    for name in ("one", "two"):
        assert main(["compile", str(store), "-o", str(tmp_path / name)]) == exits.DONE
    contents = [
        {
            p.relative_to(tmp_path / n): p.read_bytes()
            for p in (tmp_path / n).rglob("*.*")
        }
        for n in ("one", "two")
    ]
    assert contents[0] == contents[1]


def test_what_was_parsed_once_is_not_parsed_again(store, tmp_path, capsys, monkeypatch):
    assert sidecar_path() == BUNDLE, "make bundles"
    monkeypatch.setenv("FLUXION_CACHE", str(tmp_path / "cache"))
    assert main(["plan", str(store)]) == exits.DONE
    first = capsys.readouterr().out
    entries = {entry.name for entry in (tmp_path / "cache").iterdir()}
    assert entries
    monkeypatch.setenv("PATH", "")  # where no parser could be started
    assert main(["plan", str(store)]) == exits.DONE
    assert capsys.readouterr().out == first
    assert {entry.name for entry in (tmp_path / "cache").iterdir()} == entries


def test_a_recording_that_was_killed_ends_with_5(tmp_path, capsys):
    value = recording(tmp_path)
    with create(tmp_path / "killed.db") as store:
        store.put_process(value.process)
    assert compiled(tmp_path / "killed.db") == exits.STORE
    assert "record again" in capsys.readouterr().err


def test_the_plan_has_the_documented_shape(store, capsys):
    assert main(["plan", str(store), "--json"]) == exits.DONE
    told = json.loads(capsys.readouterr().out)
    assert told.keys() == {"fluxions", "stays"}
    for stay in told["stays"]:
        assert {"function", "code", "reason", "evidence", "remedy"} <= stay.keys()


def test_ports_are_added_to_the_manifest():
    files = with_ports({"manifest.json": '{"entry": {"cwd": "/"}}', "a": "b"}, [1, 2])
    assert files["a"] == "b"
    assert json.loads(files["manifest.json"])["entry"]["ports"] == [1, 2]
