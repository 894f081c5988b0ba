"""`chains --static`: a file with what it requires, and a recording."""

from __future__ import annotations

import json
import unicodedata

import pytest

from fluxion import exits
from fluxion.cli import main
from fluxion.static import MOST_BYTES
from tests.conftest import ROOT
from tests.fluxion.recordings import make_store

GIF_CHAT = ROOT / "examples/gif-chat"
PAPER = (
    "var app = require('express')(), fs = require('fs');\n"
    "app.get('/', function handler(req, res) {\n"
    "  fs.readFile(__filename, function reply(err, data) { res.send(data); });\n"
    "});\n"
)


def told(capsys, *line) -> dict:
    assert main(["chains", *map(str, line), "--static", "--json"]) == exits.DONE
    return json.loads(capsys.readouterr().out)


def names(rows):
    return {(row["kind"], row["name"] or row["made_by"]) for row in rows}


def test_the_papers_example(tmp_path, monkeypatch, capsys):
    (tmp_path / "app.js").write_text(PAPER)
    monkeypatch.chdir(tmp_path)
    assert main(["chains", "app.js", "--static"]) == exits.DONE
    assert capsys.readouterr().out.splitlines() == [
        "  start    handler  app.js:2:14",
        "           handed over app.js:2:1 by app.get, as app.get",
        "  post     reply  app.js:3:27",
        "           handed over app.js:3:3 by fs.readFile, as fs.*",
        "2 rupture points of the list, 2 with their function; files read: 1",
    ]


def test_of_the_papers_app_the_list_misses_what_factories_make(capsys):
    rows = told(capsys, GIF_CHAT / "server.js")
    assert rows["files"] == 6
    assert ("start", "bodyParser(1 * 1024 * 1024)") in names(rows["points"])
    functions = {r["name"] for r in rows["points"] if r["definition"] is not None}
    assert "saveBody" not in functions, "it is what bodyParser returns"
    assert not any("body-parser" in r["registration"]["file"] for r in rows["points"])


def test_the_app_itself_names_what_takes_callbacks(tmp_path, capsys):
    (tmp_path / "own.toml").write_text(
        '[[rupture]]\nname = "getRawBody"\nkind = "post"\n'
    )
    rows = told(capsys, GIF_CHAT / "server.js", "--config", tmp_path / "own.toml")
    (found,) = [r for r in rows["points"] if r["callee"] == "getRawBody"]
    assert found["definition"]["file"].endswith("lib/body-parser.js")


def test_local_files_are_followed_and_packages_are_not(tmp_path, capsys):
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "a.js").write_text("import './b.cjs'; import 'c'; import './gone.js';")
    (tmp_path / "b.cjs").write_text("require('./a.js'); require('./t'); go.on('x', f);")
    (tmp_path / "t.ts").write_text("let a: number")
    (tmp_path / "node_modules/c").mkdir(parents=True)
    (tmp_path / "node_modules/c/index.js").write_text("go.on('x', f);")
    rows = told(capsys, tmp_path / "a.js")
    assert rows["files"] == 2
    assert names(rows["points"]) == {("start", "f")}
    reasons = {r["file"].rpartition("/")[2]: r["reason"] for r in rows["refused"]}
    assert set(reasons) == {"gone.js", "t.ts"}
    assert "is not JavaScript" in reasons["t.ts"]


def test_a_module_is_known_by_its_syntax_too(tmp_path, capsys):
    (tmp_path / "a.js").write_text("import fs from 'fs'; fs.stat(p, () => 1);")
    assert names(told(capsys, tmp_path / "a.js")["points"]) == {("post", "")}


@pytest.mark.parametrize(
    ("name", "text", "code", "words"),
    [
        ("gone.js", None, exits.ERROR, "cannot be read"),
        ("torn.js", "app.get(", exits.NOTHING_DONE, "torn.js:1:9: cannot be parsed"),
        ("typed.ts", "let a: number", exits.NOTHING_DONE, "is not JavaScript"),
        ("typed.js", "let a: number = 1", exits.NOTHING_DONE, "TypeScript"),
        ("huge.js", "/" * (MOST_BYTES + 1), exits.NOTHING_DONE, "8,000,000 bytes"),
        ("other.txt", "words", exits.STORE, "is not a fluxion store"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name(
    tmp_path, capsys, name, text, code, words
):
    if text is not None:
        (tmp_path / name).write_text(text)
    assert main(["chains", str(tmp_path / name), "--static"]) == code
    said = capsys.readouterr()
    assert words in said.err
    assert said.out == ""


def test_nothing_hostile_reaches_the_terminal(tmp_path, capsys):
    text = "const f\\u{63} = function () {}; x['\x1b[31m'].on('\x1b[31m', fc);"
    text += "".join(
        f"require('./{name}');" for name in ("\\ud800", "\\0", "\\x1b[31m", "n" * 9999)
    )
    text += "x.on('a', b(`\x1b[31m`)); x.on('a', " + "b" * 10_000 + ");"
    (tmp_path / "a.js").write_text(text)
    for more in ([], ["--json"]):
        assert main(["chains", str(tmp_path / "a.js"), "--static", *more]) == exits.DONE
        out = capsys.readouterr().out
        assert all(unicodedata.category(c) != "Cc" for c in out if c != "\n")
        assert more or len(out) < 2000


def test_the_list_beside_a_recording(tmp_path, capsys):
    rows = told(capsys, make_store(tmp_path))
    assert (rows["found"], rows["files"]) == ([], 1)
    assert rows["missed"][0]["function"]["name"] == "saveBody"
    assert rows["missed"][1]["why"] == "no call was seen to hand it over"


def test_a_source_that_changed_is_not_compared(tmp_path, capsys):
    store = make_store(tmp_path)
    (tmp_path / "app.js").write_text("other")
    rows = told(capsys, store)
    assert rows["files"] == 0
    assert rows["refused"][0]["reason"] == "it is gone, or not as it was recorded"


def test_config_belongs_to_static(tmp_path, capsys):
    line = ["chains", str(make_store(tmp_path)), "--config", "x.toml"]
    assert main(line) == exits.USAGE
    assert "--static" in capsys.readouterr().err
