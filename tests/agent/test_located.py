"""Which file a live function was written in, told by its text and its place."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from agent.located import Located, Sighting, Spot
from agent.positions import Lines
from store.facts import Function
from tests.agent.live import attached, functions, get, named_files

LONG = "function handler(request, response) { response.end(String(request.url)); }"
SHORT = "(a) => a"


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def seen(text: str, function: str, script: str = "70", opening: int | None = None):
    """A function as a probe tells of it: V8 places it at its parenthesis."""
    at = units(text[: text.index(function)])
    opening = function.index("(") if opening is None else opening
    line, column = Lines(text).place(at + opening)
    sha256 = hashlib.sha256(function.encode()).hexdigest()
    size = units(function)
    return Sighting(1, script, "", Spot(line, column, (0, opening), size, sha256))


def located(folder: Path, *loaded: Path, seen: list[Sighting]) -> Located:
    found = Located(folder, None, lambda after: [str(p) for p in loaded][after:])
    found.find(seen)
    found.go_on(10)
    return found


@pytest.mark.parametrize(
    "written",
    [
        LONG,
        f"#!/usr/bin/env node\n\n{LONG}\n",
        f"const a = 1;\r\nconst b = 2;\r{LONG}",
        f"const s = '\U0001f40b\U0001f40b'; {LONG}",
        f"const s = '\u2028';\n/* \u2029 */ {LONG}",
    ],
    ids=["plain", "hashbang", "CRLF and CR", "non-BMP", "U+2028"],
)
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "BOM"])
def test_the_file_of_a_function_by_its_text(tmp_path, written, mark):
    file = tmp_path / "app.js"
    file.write_bytes((mark + written).encode())
    home = located(tmp_path, file, seen=[seen(written, LONG)]).home("70")
    assert home is not None
    assert (home.path, home.text, home.kind) == (file, written, "commonjs")


def test_a_short_function_that_stands_in_two_files_proves_nothing(tmp_path):
    file = tmp_path / "app.js"
    written = "const id = (a) => a;\nconst other = (b) => b;\n"
    file.write_text(written)
    one = seen(written, "(a) => a", opening=0)
    two = seen(written, "(b) => b", opening=0)
    alone = located(tmp_path, file, seen=[one]).home("70")
    assert alone is not None
    assert alone.path == file
    copy = tmp_path / "copy.js"
    copy.write_text(written.replace("(b)", "(c)"))
    assert located(tmp_path, file, copy, seen=[one]).doubtful("70")
    both = located(tmp_path, file, copy, seen=[one, two]).home("70")
    assert both is not None
    assert both.path == file


def test_a_file_that_changed_is_not_the_scripts(tmp_path):
    file = tmp_path / "app.js"
    file.write_text(f"// one line more\n{LONG}")
    assert located(tmp_path, file, seen=[seen(LONG, LONG)]).home("70") is None
    file.write_text(LONG.replace("url", "URL"))
    assert located(tmp_path, file, seen=[seen(LONG, LONG)]).home("70") is None


def test_copies_are_told_apart_by_the_order_in_which_they_were_loaded(tmp_path):
    files = [tmp_path / f"{name}.js" for name in "zam"]
    for file in files:
        file.write_text(LONG)
    sightings = [seen(LONG, LONG, script) for script in ("91", "90", "100")]
    found = located(tmp_path, *files, seen=sightings)
    homes = [found.home(one) for one in ("90", "91", "100")]
    assert [home.path.name for home in homes if home is not None] == [
        "z.js",
        "a.js",
        "m.js",
    ]


def test_files_that_were_loaded_anew_do_not_hide_those_that_were_not(tmp_path):
    written = {name: LONG.replace("handler", name) for name in ("fresh", "kept")}
    files = [tmp_path / f"{name}.js" for name in written]
    for file in files:
        file.write_text(written[file.stem])
    # `fresh` was loaded first, and again after `kept`: only then it got its number.
    sightings = [
        seen(text, text, script)
        for text, script in ((written["fresh"], "90"), (written["kept"], "70"))
    ]
    found = located(tmp_path, *files, seen=sightings)
    homes = [found.home(one) for one in ("90", "70")]
    assert [home and home.path for home in homes] == files


def test_a_module_is_found_in_the_apps_own_folder_only(tmp_path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "node_modules" / "p").mkdir(parents=True)
    (tmp_path / "node_modules" / "p" / "p.js").write_text(LONG)
    assert located(tmp_path, seen=[seen(LONG, LONG)]).home("70") is None
    written = f"import 'node:fs';\n{LONG}"
    (tmp_path / "lib" / "routes.js").write_text(written)
    home = located(tmp_path, seen=[seen(written, LONG)]).home("70")
    assert home is not None
    assert (home.path.name, home.kind) == ("routes.js", "module")


SERVER = """
server.on('request', function answer(req, res) { res.end('answered ' + req.url); });
server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
"""
COMMONJS = f"const server = require('http').createServer();{SERVER}"
ESM = f"import http from 'node:http';\nconst server = http.createServer();{SERVER}"
MINIFIED = COMMONJS.replace("\n", "")
EVAL = f"eval({('const server = require(`http`).createServer();' + SERVER)!r});"


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("app.js", COMMONJS, "commonjs"),
        ("app.mjs", ESM, "module"),
        ("min.js", MINIFIED, "commonjs"),
        ("wide.js", f"\ufeff// \U0001f40b\r\n/* \U0001f40b */ {MINIFIED}", "commonjs"),
        ("eval.js", EVAL, "eval"),
    ],
)
def test_live_functions_have_the_place_that_a_debugger_would_tell(
    node_version, start_app, syntax, tmp_path, name, text, kind
):
    process, port = start_app(text, node=node_version, name=name)
    with attached(process.pid, syntax, mode="watch") as (found, records):
        literals: list[Function] = []
        while not found.resting:
            literals += functions(found.watch(0.2))
        assert get(port, "/x") == b"answered /x"
        [answer] = [one for one in literals if one.name == "answer"]
        script = found.scripts()[answer.ref.script - 1]
        assert script.kind == kind
        if kind != "eval":
            assert script.path == str(tmp_path / name)
            assert script.url == (tmp_path / name).as_uri()
        assert named_files(found, answer) == "function answer"
        found._sources.learn()
        if kind != "eval":
            [told] = [one for one in found.scripts() if one.path == script.path]
            assert told == script
    assert records.blocks


def test_a_file_changed_since_it_was_loaded_leaves_the_functions_own_text(
    start_app, syntax, tmp_path
):
    process, port = start_app(COMMONJS)
    (tmp_path / "app.js").write_text("// changed\n" + COMMONJS)
    with attached(process.pid, syntax, mode="watch") as (found, _):
        literals: list[Function] = []
        while not found.resting:
            literals += functions(found.watch(0.2))
        assert get(port, "/x") == b"answered /x"
        [answer] = [one for one in literals if one.name == "answer"]
        script = found.scripts()[answer.ref.script - 1]
        assert (script.url, script.path, script.kind) == ("", None, "eval")
        text = "function answer(req, res) { res.end('answered ' + req.url); }"
        assert script.sha256 == hashlib.sha256(text.encode()).hexdigest()
