"""What a worker loads."""

from __future__ import annotations

import pytest

from rewriter.slices import Slice, build


def sliced(world, files, mark, path="/app/a.js"):
    made = world(files)
    return made, build(made.program, made.function(path, mark))


def text_of(made, found, path="/app/a.js"):
    """Return what is kept of a file, without what is blanked."""
    number = made.numbers[path]
    file = next(f for f in found.files() if f.script == number)
    return " ".join(made.files[path][a:b] for a, b in file.keep)


def test_only_what_is_needed_is_kept(world) -> None:
    made, found = sliced(
        world,
        "const http = require('http'), T = [1], unused = load()\n"
        "function heavy (n) { return T[n] + help(n) }\n"
        "function help (n) { return n }\nfunction other () {}\n"
        "http.createServer(() => heavy(1)).listen(0)\n",
        "function heavy",
    )
    assert isinstance(found, Slice)
    kept = text_of(made, found)
    assert "T = [1]" in kept
    assert "function help" in kept
    assert "http" not in kept
    assert "load()" not in kept
    assert "other" not in kept
    assert found.size > 0


def test_statements_that_complete_a_binding_are_kept(world) -> None:
    made, found = sliced(
        world,
        "function F () {}\nF.prototype.m = function () { return 1 }\n"
        "const T = {}; T.a = 1; for (const k of ['b']) T[k] = 2\n"
        "function heavy () { return new F().m() + T.a }\nlog(1)\n",
        "function heavy",
    )
    kept = text_of(made, found)
    assert "F.prototype.m" in kept
    assert "T.a = 1" in kept
    assert "T[k] = 2" in kept
    assert "log(1)" not in kept


def test_other_files_by_the_exports_that_are_used(world) -> None:
    made, found = sliced(
        world,
        {
            "/app/a.js": "const { g } = require('./b');"
            "function heavy () { return g() }",
            "/app/b.js": "const fs = require('fs')\nfunction g () { return 1 }\n"
            "function bad () { fs.readFileSync('x') }\n"
            "module.exports = { bad, g, x: 1 }\n",
        },
        "function heavy",
    )
    kept = text_of(made, found, "/app/b.js")
    assert "module.exports = {" in kept
    assert "bad" not in kept
    files = {f.script: f for f in found.files()}
    assert files[1].imports == (("./b", 2),)
    assert not files[2].whole
    assert files[2].builtins == ()


def test_a_module_that_cannot_be_taken_apart_is_kept_whole(world) -> None:
    _, found = sliced(
        world,
        {
            "/app/a.js": "const b = require('./b')\n"
            "function heavy () { return b.list() }",
            "/app/b.js": "const all = { list: () => [] }\nmodule.exports = all\n",
        },
        "function heavy",
    )
    assert {f.script: f.whole for f in found.files()} == {1: False, 2: False}
    _made, found = sliced(
        world,
        {
            "/app/a.js": "const b = require('./b')\n"
            "function heavy () { return Object.keys(b).length }",
            "/app/b.js": "exports.a = 1\nexports.c = 2\n",
        },
        "function heavy",
    )
    assert {f.script: f.whole for f in found.files()} == {1: False, 2: True}


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ("function heavy () { return process.pid }", "FX010"),
        ("const fs = require('fs'); function heavy () { fs.x() }", "FX011"),
        ("const t = Date.now(); function heavy () { return t }", "FX012"),
        ("function heavy () { return require('none') }", "FX013"),
        ("function heavy (x) { return require(x) }", "FX013"),
        ("function heavy () { return eval('1') }", "FX015"),
        (
            {
                "/app/a.js": "const b = require('./b'); exports.k = 1;"
                "function heavy () { return b.g() }",
                "/app/b.js": "const a = require('./a'); exports.g = () => a.k",
            },
            "FX016",
        ),
        ("Math.x = 1; function heavy () { return Math.abs(1) }", "FX017"),
        (
            {
                "/app/a.js": "const b = require('./b');"
                "function heavy () { return b.g() }",
                "/app/b.js": "exports.g = () => 1",
                "/app/c.js": "require('./b').g = 2",
            },
            "FX018",
        ),
        (
            {
                "/app/a.js": "const b = require('./b.json');"
                "function heavy () { return b.g }",
                "/app/b.json": '{"g": 1}',
            },
            "FX014",
        ),
    ],
)
def test_refused_with_the_place(world, files, code) -> None:
    _, found = sliced(world, files, "function heavy")
    assert not isinstance(found, Slice)
    assert found.code == code
    assert found.evidence


def test_what_a_callback_refers_to_without_the_callback(world) -> None:
    made = world("const T = [1]; function reg (k) { go(function cb () { k(T[0]) }) }")
    spot = made.function("/app/a.js", "function cb")
    free = {v for v in spot.module.scopes.free(spot.node) if not isinstance(v, str)}
    found = build(made.program, spot, frozenset(free))
    assert isinstance(found, Slice)
    kept = text_of(made, found)
    assert "T = [1]" in kept
    assert "reg" not in kept
    refused = build(made.program, spot, frozenset())
    assert not isinstance(refused, Slice)
    assert refused.code == "FX021"
