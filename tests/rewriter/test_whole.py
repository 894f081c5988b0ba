"""Whole callbacks that run on recorders."""

from __future__ import annotations

import pytest

from rewriter.cuts import Cuts, Found
from rewriter.whole import judge
from store.facts import Cell, Effect, FunctionRef


def judged(world, text, *, mark="function cb", more=""):
    made = world(f"{more}\nfunction reg (req, next, k) {{ go({text}) }}")
    made.callback("/app/a.js", mark)
    spot = made.function("/app/a.js", mark)
    cuts = Cuts(made.program, made.recording)
    return judge(cuts, made.recording.ruptures[0], spot, 1000)


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        (
            "function cb (err, b) { if (err) return next(err); req.body = b; next() }",
            {"req", "next"},
        ),
        ("function cb (v) { req.set('a', 1).end(v) }", {"req"}),
        ("function cb (v) { const s = v + 1; next(s) }", {"next"}),
        ("function cb () {}", set()),
    ],
)
def test_calls_and_sets_are_logged(world, text, handles) -> None:
    found = judged(world, text)
    assert isinstance(found, Found), found
    assert found.shape == "callback"
    assert {c.name for c in found.cut.captures if c.fate == "handle"} == handles
    assert not found.cut.stateful


def test_parameters_that_act_are_handles(world) -> None:
    found = judged(world, "function cb (res, v) { res.end(v) }")
    assert isinstance(found, Found)
    assert found.cut.arguments == ("handle", "value")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("function cb () { if (req.get('x')) next() }", "FX020"),
        ("function cb () { const v = req.count(); next(v) }", "FX020"),
        ("function cb () { next(k) }", "FX021"),
        ("function cb () { k = 1 }", "FX020"),
        ("function cb () { console.log(1) }", "FX010"),
        ("function cb () { setTimeout(() => {}, 1) }", "FX019"),
        ("function cb () { total++ }", "FX020"),
        ("function cb () { next(this) }", "FX060"),
        ("async function cb () { next() }", "FX0"),
        ("function cb ({ a }) { next(a) }", "FX043"),
        ("function cb () { later(() => next()) }", "FX0"),
        ("function cb () { req[name()] = 1 }", "FX0"),
    ],
)
def test_what_cannot_be_logged(world, text, code) -> None:
    mark = "async function cb" if text.startswith("async") else "function cb"
    more = "let total = 0; const later = f => f()"
    found = judged(world, text, mark=mark, more=more)
    assert not isinstance(found, Found), found.cut
    assert found.code.startswith(code), found


def test_a_request_cannot_travel_but_need_not_when_unused(world) -> None:
    made = world("http.createServer(function cb (req, res) { res.end(req.url) })")
    made.callback("/app/a.js", "function cb", handed="http.createServer")
    cuts = Cuts(made.program, made.recording)
    spot = made.function("/app/a.js", "function cb")
    found = judge(cuts, made.recording.ruptures[0], spot, 1000)
    assert not isinstance(found, Found)
    assert found.code == "FX060"
    made = world("http.createServer(function cb (req, res) { res.end('x') })")
    made.callback("/app/a.js", "function cb", handed="http.createServer")
    cuts = Cuts(made.program, made.recording)
    spot = made.function("/app/a.js", "function cb")
    found = judge(cuts, made.recording.ruptures[0], spot, 1000)
    assert isinstance(found, Found), found
    assert found.cut.arguments == ("handle", "handle")


def test_who_else_was_seen_at_the_cell_is_told(world) -> None:
    made = world(
        "function reg (db) { go(function cb () { return db.get() }); "
        "go(function other () { db.put() }) }"
    )
    made.callback("/app/a.js", "function cb")
    spot = made.function("/app/a.js", "function cb")
    other: FunctionRef = made.function("/app/a.js", "function other").ref
    made.see(
        cells=(Cell(7, "capture", 0, "db", "db"),),
        effects=(Effect(other, 7, "write", 5, 1, 9, ()),),
    )
    cuts = Cuts(made.program, made.recording)
    # its answer is returned, so db cannot be a handle whose results are unused
    found = judge(cuts, made.recording.ruptures[0], spot, 1000)
    if not isinstance(found, Found):
        assert any("write db 5 times" in text for text in found.evidence)
