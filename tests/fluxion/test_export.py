"""Exports from the command line: which, where to, and what is in the way."""

from __future__ import annotations

import io
import json
import stat
import unicodedata
from dataclasses import replace
from typing import Any

import pytest

from fluxion import exits
from fluxion.cli import main
from fluxion.export import resource_of
from fluxion.formats import FORMATS, NAMES
from store import abi
from store.abi import Event
from store.database import create
from store.facts import Frame
from store.packing import pack
from tests.fluxion.recordings import EVIL, LATER, recording
from tests.readers.reading import Readers

READERS = {
    "cpuprofile": ("devtools_cpuprofile", "speedscope"),
    "speedscope": ("schema", "speedscope"),
    "trace": ("devtools_trace", "speedscope"),
    "pprof": ("pprof", "speedscope"),
    "collapsed": ("speedscope",),
    "dot": ("graphviz",),
    "mermaid": ("mermaid",),
    "otlp": ("ndjson",),
    "ndjson": ("ndjson",),
}


def make(root, *, derived=True, **more):
    """Write a store whose names are hostile, with a profile in it."""
    path = root / "app.db"
    value = recording(root)
    frames = (
        Frame(1, 0, 0, "(root)", "", 0, 0, None, 0, 900),
        Frame(2, 1, 1, EVIL, f"file://{root}/app.js", 4, 5, LATER, 900, 900),
    )
    value = replace(value, frames=frames, **more)
    with create(path) as store:
        store.put_process(value.process)
        store.put_scripts(value.scripts)
        store.put_functions(value.functions)
        store.append_block(pack([int(Event.START), abi.VERSION, 1, 5, 7]), 1)
        store.append_block(pack([int(Event.NOTE), EVIL]), 2)
        if derived:
            store.finish(value.seconds, {})
            store.write_derived(value)
    return path


@pytest.fixture(scope="module")
def readers():
    with Readers() as found:
        yield found


@pytest.fixture
def store(tmp_path):
    return make(tmp_path)


def export(*words):
    return main(["export", *map(str, words)])


@pytest.mark.parametrize("one", FORMATS, ids=lambda one: one.name)
def test_every_format_is_written_and_read_back(one, store, tmp_path, readers, capsys):
    output = tmp_path / f"out{one.endings[0]}"
    assert export(store, "-o", output) == exits.DONE
    content = output.read_bytes()
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines()[0] == f"wrote {len(content):,} bytes to {output}"
    assert f"opens in {one.opened_by}" in told.err
    assert ("are folded" in told.err) == one.folds
    assert stat.S_IMODE(output.stat().st_mode) == 0o600, "as private as the recording"
    for reader in READERS[one.name]:
        assert readers.read(reader, content)


@pytest.mark.parametrize("name", sorted({*NAMES} - {"pprof"}))
def test_nothing_hostile_is_in_any_of_them(name, store, capsysbinary):
    assert export(store, "-f", name, "-o", "-") == exits.DONE
    text = capsysbinary.readouterr().out.decode("utf-8")
    assert all(unicodedata.category(c) != "Cc" for c in text if c != "\n")
    assert "evil" in text


def test_nothing_hostile_is_in_what_is_no_text(store, readers, capsysbinary):
    assert export(store, "-f", "pprof", "-o", "-") == exits.DONE
    profile = readers.read("pprof", capsysbinary.readouterr().out)
    (sample,) = profile["samples"]
    assert sample["stack"][0][:2] == ["evil␛[31m␊name", "app.js"]


def test_names_are_the_users_and_packages_are_folded_unless_told(tmp_path, capsys):
    value = recording(tmp_path)
    url = f"file://{tmp_path}/node_modules/pkg/x.js"
    frames = (
        Frame(1, 0, 0, "(root)", "", 0, 0, None, 0, 2),
        Frame(2, 1, 0, "inner", url, 4, 5, None, 2, 2),
    )
    store = tmp_path / "app.db"
    with create(store) as opened:
        opened.put_process(value.process)
        opened.put_scripts(value.scripts)
        opened.put_functions(value.functions)
        opened.write_derived(replace(value, frames=frames))
    assert export(store, "-f", "collapsed", "-o", "-") == exits.DONE
    assert capsys.readouterr().out == "pkg (node_modules/pkg) 2\n"
    assert export(store, "-f", "collapsed", "-o", "-", "--show-all") == exits.DONE
    assert capsys.readouterr().out == "inner (node_modules/pkg/x.js:4:5) 2\n"


def test_an_existing_file_stays_unless_forced(store, tmp_path, capsys):
    output = tmp_path / "out.dot"
    output.write_text("precious")
    assert export(store, "-o", output) == exits.ERROR
    assert "already exists" in capsys.readouterr().err
    assert output.read_text() == "precious"
    assert export(store, "-o", output, "--force") == exits.DONE
    assert output.read_text().startswith("digraph")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["app.db", "out.dot"]


def test_the_recording_is_never_replaced(store, tmp_path, capsys):
    before = store.read_bytes()
    link = tmp_path / "also.dot"
    link.hardlink_to(store)
    for output in (store, link):
        assert export(store, "-f", "dot", "-o", output, "--force") == exits.USAGE
        assert "is the recording itself" in capsys.readouterr().err
    assert store.read_bytes() == before


def test_an_unknown_format_is_told_with_the_list(store, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        export(store, "-f", "svg", "-o", tmp_path / "x")
    assert ended.value.code == exits.USAGE
    told = capsys.readouterr().err
    assert all(name in told for name in NAMES)
    assert export(store, "-o", tmp_path / "x.json") == exits.USAGE
    told = capsys.readouterr().err
    assert "'x.json' does not tell the format" in told
    assert all(name in told for name in NAMES)


def test_json_says_what_was_written(store, tmp_path, capsys):
    output = tmp_path / "x.mmd"
    assert export(store, "-o", output, "--json") == exits.DONE
    told = json.loads(capsys.readouterr().out)
    size = output.stat().st_size
    assert told == {"output": str(output), "format": "mermaid", "bytes": size}
    assert export(store, "-f", "dot", "-o", "-", "--json") == exits.USAGE


def test_bytes_do_not_go_to_a_terminal(store, capsys, monkeypatch):
    class Screen(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdout", Screen(io.BytesIO()))
    assert export(store, "-f", "pprof", "-o", "-") == exits.USAGE
    assert export(store, "-f", "dot", "-o", "-") == exits.DONE


@pytest.mark.parametrize("one", FORMATS, ids=lambda one: one.name)
def test_a_recording_that_has_nothing_of_it_says_so(one, tmp_path, capsys):
    empty: dict[str, Any] = {"activations": (), "ruptures": (), "edges": ()}
    store = tmp_path / "app.db"
    with create(store) as opened:
        value = replace(recording(tmp_path), frames=(), **empty)
        opened.put_process(value.process)
        opened.write_derived(value)
    output = tmp_path / "x"
    code = export(store, "-f", one.name, "-o", output)
    told = capsys.readouterr().err
    if one.needs == "blocks":
        assert code == exits.DONE
        assert output.read_bytes() == b""
        return
    assert code == exits.NOTHING_DONE
    assert not output.exists()
    wanted = {"profile": "has no CPU profile", "runs": "no activation"}
    assert wanted.get(one.needs, "no callback") in told
    hint = "--mode watch" if one.needs == "profile" else f"fluxion doctor {store}"
    assert hint in told.partition("hint:")[2]


@pytest.mark.parametrize("one", FORMATS, ids=lambda one: one.name)
def test_of_a_killed_recording_the_raw_records_are_left(one, tmp_path, capsys):
    store = make(tmp_path, derived=False)
    output = tmp_path / "x"
    code = export(store, "-f", one.name, "-o", output)
    if one.needs == "blocks":
        assert code == exits.DONE
        lines = output.read_text().splitlines()
        events = [json.loads(line)["event"] for line in lines]
        assert events == ["start", "block", "note", "block"]
    else:
        assert code == exits.STORE
        assert "-f ndjson" in capsys.readouterr().err


@pytest.mark.parametrize("content", [None, b"", b"no database"])
def test_what_is_no_store_ends_with_5(content, tmp_path, capsys):
    path = tmp_path / "x.db"
    if content is not None:
        path.write_bytes(content)
    assert export(path, "-o", tmp_path / "x.dot") == exits.STORE
    assert "hint: " in capsys.readouterr().err
    assert not (tmp_path / "x.dot").exists()


def test_the_environment_names_the_service(store, tmp_path, monkeypatch):
    assert resource_of({}) == {}
    monkeypatch.setenv("OTEL_SERVICE_NAME", "shop")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "team=blue%2Cred, a = b ,bad,=x")
    assert export(store, "-o", tmp_path / "x.otlp.json") == exits.DONE
    (line,) = (tmp_path / "x.otlp.json").read_text().splitlines()
    resource = json.loads(line)["resourceSpans"][0]["resource"]["attributes"]
    told = {one["key"]: one["value"].get("stringValue") for one in resource}
    assert told["service.name"] == "shop"
    assert told["team"] == "blue,red"
    assert told["a"] == "b"
    assert "bad" not in told


@pytest.mark.parametrize("name", NAMES)
def test_the_same_store_gives_the_same_bytes(name, store, tmp_path):
    for at in ("one", "two"):
        assert export(store, "-f", name, "-o", tmp_path / at) == exits.DONE
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
