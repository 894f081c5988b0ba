"""Requires and the uses of what they return."""

from __future__ import annotations

import pytest

from rewriter.modules import Spot

B = "exports.f = function () {}; exports.T = [1]"


def uses(world, text):
    made = world({"/app/a.js": text, "/app/b.js": B})
    return [(u.kind, u.name) for u in made.program.uses(2) if u.spot.module.number == 1]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("const b = require('./b'); b.f(); b.T", [("value", "f"), ("value", "T")]),
        ("const { f, T: t } = require('./b')", [("alias", "f"), ("alias", "T")]),
        ("require('./b').f()", [("value", "f")]),
        ("require('./b')", []),
        ("var b; b = require('./b'); b.f", [("value", "f")]),
        ("const b = require('./b'); b.f = 1", [("write", "f")]),
        ("const b = require('./b'); delete b.f", [("write", "f")]),
        ("const b = require('./b'); b[k()] = 1", [("write", None)]),
        ("const b = require('./b'); b[k()]", [("all", None)]),
        ("const { ...rest } = require('./b')", [("all", None)]),
        ("const b = require('./b'); patch(b)", [("escape", None)]),
        ("const b = require('./b'); console.log(b)", [("all", None)]),
        ("const b = require('./b'); const c = { ...b }", [("all", None)]),
        ("const b = require('./b'); let c = b; c.f()", [("value", "f")]),
        ("let b = require('./b'); b = 1; b.f", [("escape", None)]),
        ("module.exports = require('./b')", [("escape", None)]),
        (
            (
                "const b = (function () { try { return require('./b') }"
                " catch (e) { return require('./b') } })(); b.f"
            ),
            [("value", "f"), ("value", "f")],
        ),
        ("const g = () => require('./b'); g().f", [("escape", None)]),
    ],
)
def test_what_is_done_with_a_module(world, text, found) -> None:
    assert uses(world, text) == found


def test_requires_and_their_targets(world) -> None:
    made = world(
        {
            "/app/a.js": "require('./b'); require('fs'); require(x); require('none');"
            "typeof require; require.resolve('x'); run(require)",
            "/app/b.js": "",
        }
    )
    found = made.program.requires(made.program.modules[1])
    assert [(r.specifier, r.target) for r in found] == [
        ("./b", 2),
        ("fs", "fs"),
        (None, None),
        ("none", None),
        (None, None),
    ]


def test_who_patches_an_export_is_told(world) -> None:
    text = "const b = require('./b'); setTimeout(() => { b.f = 1 })"
    made = world({"/app/a.js": text, "/app/b.js": B})
    assert isinstance(made.program.patched(2, "f"), Spot)
    assert made.program.patched(2, "T") is None


def test_a_module_that_sets_its_own_export_later_patches_it(world) -> None:
    text = B + "; setTimeout(() => { exports.f = 1 })"
    made = world({"/app/a.js": "require('./b').f()", "/app/b.js": text})
    assert made.program.patched(2, "f") is not None


def test_what_an_unreadable_file_requires_may_be_patched(world) -> None:
    made = world({"/app/a.js": "", "/app/b.js": B, "/app/c.js": "a b require('./b')"})
    assert made.program.patched(2, "f") == "/app/c.js"
