"""Whether the state of a slice is private to it."""

from __future__ import annotations

import pytest

from rewriter.constants import Constants
from rewriter.modules import Spot
from rewriter.slices import Slice, build
from rewriter.state import State, remaining, state_of


def judged(world, files, call="heavy("):
    """Judge the state behind the first call of `heavy`."""
    made = world(files)
    module = made.program.modules[1]
    node = next(
        c for c in module.tree.of_type("CallExpression") if c.raw.startswith(call)
    )
    path = next(p for p, t in made.files.items() if "function heavy" in t)
    found = build(made.program, made.function(path, "function heavy"))
    assert isinstance(found, Slice), found
    cut = [Spot(module, node.the("callee"))]
    return state_of(made.program, Constants(made.program), found, cut), made, found, cut


STATE = "let n = 0; function heavy () { return ++n }\n"


def test_none(world) -> None:
    state, *_ = judged(world, "function heavy () { return 1 }\ngo(() => heavy())")
    assert state == State((), frozenset(), (), ())


def test_private(world) -> None:
    state, *_ = judged(world, STATE + "go(() => heavy())")
    assert isinstance(state, State)
    assert state.cells == ("n (/app/a.js)",)


@pytest.mark.parametrize(
    "user",
    [
        "go(() => { heavy(); n })",
        "go(() => heavy()); go(() => heavy())",
        "go(() => heavy()); setInterval(() => { n = 0 }, 5)",
        "go(() => heavy()); const o = { heavy }; go(o)",
        "go(() => heavy()); function reset () { n = 0 } go(reset)",
        "go(() => heavy()); class C { static x = heavy } ",
    ],
)
def test_shared(world, user) -> None:
    state, *_ = judged(world, STATE + user)
    assert not isinstance(state, State)
    assert state.code == "FX020"
    assert "`n`" in state.reason
    assert len(state.evidence) == 3


def test_code_that_nobody_names_does_not_share(world) -> None:
    user = "go(() => heavy()); function dead () { n = 0 } const d2 = () => n"
    assert isinstance(judged(world, STATE + user)[0], State)


LIB = (
    "let n = 0; function heavy () { return ++n } function reset () { n = 0 }\n"
    "module.exports = { heavy, reset, version: 1 }"
)


def test_exports_that_nobody_uses_are_dead(world) -> None:
    files = {
        "/app/a.js": "const { heavy } = require('./b'); const b = require('./b');"
        "go(() => heavy(), b.version)",
        "/app/b.js": LIB,
    }
    state, *_ = judged(world, files)
    assert isinstance(state, State)
    assert state.dead == ((2, "heavy"), (2, "reset"))
    assert state.importers == ((2, 1),)


@pytest.mark.parametrize("use", ["b.reset()", "go(b)", "b[k]()", "exports.all = b"])
def test_exports_that_are_used_share(world, use) -> None:
    files = {
        "/app/a.js": "const { heavy } = require('./b'); const b = require('./b');"
        f"go(() => heavy()); go(() => {{ {use} }})",
        "/app/b.js": LIB,
    }
    state, *_ = judged(world, files)
    assert not isinstance(state, State)
    assert state.code == "FX020"


def test_an_object_that_only_an_export_holds(world) -> None:
    files = {
        "/app/a.js": "const { heavy } = require('./b'); go(() => heavy())",
        "/app/b.js": "exports.cache = new Map()\n"
        "exports.heavy = function heavy () { return exports.cache.size }",
    }
    state, *_ = judged(world, files)
    assert isinstance(state, State)
    assert state.cells == ("exports.cache (/app/b.js)",)
    files["/app/a.js"] += "; const b = require('./b'); go(() => b.cache)"
    state, *_ = judged(world, files)
    assert not isinstance(state, State)
    assert "exports.cache" in state.reason


def test_what_the_code_that_stays_can_reach(world) -> None:
    _, made, found, cut = judged(world, STATE + "const m = 1; go(() => heavy(m))")
    reach = remaining(made.program, found, cut)
    assert {v.name for v in reach.bindings} == {"m"}
    reach = remaining(made.program, found, [])
    assert {v.name for v in reach.bindings} == {"m", "heavy", "n"}
