"""Calls of the program's own code before the heavy call."""

from __future__ import annotations

import pytest

from tests.rewriter.programs import HEAVY, Case
from tests.rewriter.test_cuts import seen

DRAW = (
    "let font = null\nconst cache = {}\n"
    "exports.load = () => { font = ['f'] }\n"
    "exports.draw = t => { cache[t] = font; return { n: 1, t } }\n"
    "exports.count = () => Object.keys(cache).length\n"
)


def planned(syntax, top, body, draw=DRAW):
    text = f"const d = require('./d')\nlet frames = 0\n{top}\n"
    text += f"setTimeout(function hot () {{ {body} }}, 1)"
    case = Case("e", "", "", {"/app/a.js": HEAVY + text, "/app/d.js": draw})
    plan = seen(case, syntax).plan()
    return "moved" if plan.fluxions else plan.stays[0].refusal.code


PLAIN = "const p = d.draw('x'); const v = heavy(p.n); frames += v"


@pytest.mark.parametrize(
    "top",
    [
        "d.load()",
        "setInterval(() => d.draw('y'), 5)",
        "setInterval(() => frames++, 5)",
        "setInterval(() => console.log(frames), 5); setInterval(() => d.count(), 5)",
    ],
)
def test_state_that_the_remainder_never_meets(syntax, top) -> None:
    assert planned(syntax, top, PLAIN) == "moved"


@pytest.mark.parametrize(
    "top",
    [
        "setInterval(() => console.log(d.count(), frames), 5)",
        (
            "let s = 0; setInterval(() => { s = d.count() }, 5); "
            "setInterval(() => console.log(s, frames), 5)"
        ),
        "setInterval(() => fetch('http://x/' + d.count()), 5)",
        (
            "const http = require('http'); "
            "http.createServer((q, r) => r.end(String(d.count()))).listen(0)"
        ),
    ],
)
def test_somebody_who_could_tell(syntax, top) -> None:
    assert planned(syntax, top, PLAIN) == "FX040"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("d.draw('x'); const v = heavy(1); frames += v + d.count()", "FX040"),
        ("const p = d.draw('x'); const v = heavy(1); frames += v + p.n", "FX041"),
        ("const p = d.draw('x'); const v = heavy(1); go(() => p)", "FX041"),
        ("d.draw(frames); const v = heavy(1); frames += v", "FX041"),
        ("d.draw(() => 1); const v = heavy(1); frames += v", "FX040"),
        ("d[frames](1); const v = heavy(1); frames += v", "FX040"),
    ],
)
def test_halves_that_are_not_apart(syntax, body, code) -> None:
    assert planned(syntax, "", body) == code


def test_calls_without_state_need_no_region(syntax) -> None:
    draw = "exports.draw = t => ({ n: t.length }); exports.count = () => 1"
    body = "const p = d.draw('x'); const v = heavy(p.n); frames += v"
    assert planned(syntax, "d.count()", body, draw) == "moved"
    draw = "const net = require('net'); exports.draw = t => net.connect(1)"
    assert planned(syntax, "", PLAIN, draw) == "FX040"
