from __future__ import annotations

import hashlib
import json

import pytest

from rewriter.emit.emitter import digest, prologue, top_of
from rewriter.flx import parse
from store.errors import FluxionError
from tests.rewriter.emit.handmade import Spec, files_of

APP = """#!/usr/bin/env node
'use strict'
const zlib = require('zlib')
const heavy = (text) => zlib.deflateSync(text)
require('http').createServer(function hot (req, res) { res.end(heavy(req.url)) })
"""
SPEC = Spec(
    "hot", call="heavy", callee="heavy", keep=("zlib",), builtins=("zlib",)
)  # fmt: skip


@pytest.fixture
def app(tmp_path):
    path = tmp_path / "so me app.js"
    path.write_text(APP)
    return path


def test_a_build_holds_what_the_manifest_names(app):
    files = files_of(app, SPEC)
    manifest = json.loads(files["manifest.json"])
    assert manifest["version"] == 1
    assert manifest["entry"]["argv"] == ["node", str(app)]
    (file,) = manifest["files"]
    (slice_,) = manifest["slices"]
    (fluxion,) = manifest["fluxions"]
    assert file["path"] == slice_["path"] == str(app)
    assert file["sha256"] == hashlib.sha256(APP.encode()).hexdigest()
    assert fluxion["slice"] == slice_["id"]
    assert slice_["builtins"] == ["zlib"]
    assert {file["overlay"], file["map"], slice_["overlay"]} <= set(files)
    expected = {"loader.cjs", "runtime/main.js", "runtime/worker.js", "app.flx"}
    assert expected <= set(files)


def test_lines_stay_and_the_map_is_one(app):
    files = files_of(app, SPEC)
    (file,) = json.loads(files["manifest.json"])["files"]
    overlay = files[file["overlay"]].decode()
    assert len(overlay.split("\n")) == len(APP.split("\n")) + 1
    assert overlay.startswith("#!/usr/bin/env node\n'use strict';const $fx=")
    assert overlay.endswith("\n;$fx.known(0,()=>heavy);")
    source_map = json.loads(files[file["map"]])
    assert source_map["version"] == 3
    assert source_map["sources"] == [str(app)]


def test_the_language_is_part_of_the_build(app):
    files = files_of(app, SPEC)
    assert parse(files["app.flx"].decode())


def test_the_same_plan_gives_the_same_bytes(app):
    assert files_of(app, SPEC) == files_of(app, SPEC)


def test_names_of_files_are_harmless(tmp_path):
    folder = tmp_path / "..,; $(x)\u202e"
    folder.mkdir()
    path = folder / "CON\n.js"
    path.write_text(APP)
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789_-./")
    for name in files_of(path, SPEC):
        assert set(name) <= allowed
        assert ".." not in name.split("/")


def test_a_name_that_the_file_uses_is_not_taken(tmp_path):
    path = tmp_path / "app.js"
    path.write_text(APP + "const $fx = 1, $fx_ = 2\n")
    files = files_of(path, SPEC)
    (file,) = json.loads(files["manifest.json"])["files"]
    assert b"const $fx__=globalThis" in files[file["overlay"]]


def test_a_host_that_cannot_be_suspended_is_an_error(tmp_path):
    path = tmp_path / "app.js"
    path.write_text("const heavy = (n) => n\nfunction* hot () { heavy(1) }\n")
    with pytest.raises(FluxionError, match="the host is a generator"):
        files_of(path, Spec("hot", call="heavy", callee="heavy"))


def test_a_slice_that_lacks_the_callee_is_an_error(tmp_path):
    path = tmp_path / "app.js"
    path.write_text(
        "setTimeout(function heavy () {})\nfunction hot () { heavy(1) }\n"
        "const x = { y () {} }"
    )
    with pytest.raises((FluxionError, AssertionError)):
        files_of(path, Spec("hot", call="heavy", callee="heavy"))


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("", 0),
        ("f()", 0),
        ("'use strict'", 12),
        ("#!x\n'use strict'; f()", 17),
        ("#!x", 3),
        ("// c\n'a'\n'b'\nf()", 12),
    ],
)
def test_the_runtime_is_named_after_directives(syntax, text, at):
    tree = syntax.parse(text, "commonjs")
    assert top_of(tree) == at
    code = text[:at] + prologue(tree, "$fx") + text[at:]
    if text != "#!x":
        syntax.parse(code, "commonjs")


def test_a_digest_is_of_the_bytes_on_disk():
    assert digest("\u00e9") == hashlib.sha256(b"\xc3\xa9").hexdigest()
