"""What code can reach by the names in it."""

from __future__ import annotations

import pytest

from rewriter.modules import Spot
from rewriter.reach import Walk, exported, idle

B = (
    "const T = [1]; function f () { return T } "
    "exports.f = f; exports.g = () => h; let h"
)


def reached(world, text, *, cut="", b=B):
    made = world({"/app/a.js": text, "/app/b.js": b})
    module = made.program.modules[1]
    gone = []
    if cut:
        gone = [made.node("/app/a.js", cut, "Identifier")]
    last = module.statements[-1]
    return Walk(made.program, gone).run([Spot(module, last)])


def names(reach):
    return {variable.name for variable in reach.bindings}


def test_through_names_exports_and_bodies(world) -> None:
    found = reached(world, "const b = require('./b')\nfunction run () { b.f() } run")
    assert {"T", "f"} <= names(found)
    assert "h" not in names(found)
    assert (2, "f") in found.exports


def test_all_exports_when_the_object_goes_anywhere(world) -> None:
    found = reached(world, "const b = require('./b')\ngo(b)")
    assert {"T", "f", "h"} <= names(found)
    assert "go" in found.globals


def test_a_cut_edge_is_gone(world) -> None:
    text = "const { f } = require('./b')\nuse(f)"
    assert "T" in names(reached(world, text))
    assert "T" not in names(reached(world, text, cut="f)"))


def test_values_of_captured_variables_are_reached(world) -> None:
    made = world(
        "let T; function o () { let x = () => T; return function f () { x() } }"
    )
    spot = made.function("/app/a.js", "function f")
    found = Walk(made.program).run([spot])
    assert [v.name for v in found.captured] == ["x"]
    assert names(found) == {"T"}


def test_requires_that_cannot_be_followed_are_told(world) -> None:
    found = reached(world, "go(require, require(x), require('fs'), require('none'))")
    assert set(found.unknown.values()) == {
        "require is handed on",
        "a name that is computed",
        "none",
    }
    assert set(found.builtins) == {"fs"}


def test_own_exports_are_reached(world) -> None:
    found = reached(world, "let T; exports.m = () => T\nexports.m()")
    assert names(found) == {"T"}


@pytest.mark.parametrize(
    "text",
    [
        "function f () { go() }",
        "const f = () => go()",
        "const x = require('./b')",
        "const { x } = require('./b'), y = require('fs').z",
        "'use strict'",
        "require('./b')",
        "exports.x = 1",
        "module.exports = { go }",
        "const o = { a: 1, f () {}, g: x }",
        "const l = [1, () => 2, new Map()]",
        "let x",
        "class C { m () {} }",
    ],
)
def test_what_only_matters_when_it_is_named(world, text) -> None:
    made = world({"/app/a.js": text, "/app/b.js": ""})
    module = made.program.modules[1]
    assert idle(made.program, module, module.statements[0])


@pytest.mark.parametrize(
    "text",
    [
        "go()",
        "const x = go()",
        "x = 1",
        "class C { static x = go() }",
        "const o = { [go()]: 1 }",
        "const l = [...go()]",
        "if (x) exports.y = 1",
        "const x = new Thing()",
        "const [a] = go()",
    ],
)
def test_what_runs(world, text) -> None:
    made = world(text)
    module = made.program.modules[1]
    assert not idle(made.program, module, module.statements[0])


def test_the_code_behind_an_export(world) -> None:
    module = world("exports.a = 1; exports.b = 2").program.modules[1]
    assert [n.raw for n in exported(module, "a")] == ["1"]
    assert [n.raw for n in exported(module, "*")] == ["1", "2"]
    module = world("patch(exports); exports.a = 1").program.modules[1]
    assert len(list(exported(module, "a"))) == 2
