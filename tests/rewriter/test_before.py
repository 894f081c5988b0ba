"""What a host may do before its heavy call."""

from __future__ import annotations

import pytest

from rewriter.before import Before, loop_around
from rewriter.constants import Constants

HEAD = (
    "const url = require('url'); const list = []; let total = 0; const K = [1, 2];\n"
    "function heavy (n) { return n }\nfunction pure (n) { return n + 1 }\n"
    "function begin () { total++ }\nsetInterval(() => { list.push(total) }, 5)\n"
)


def judged(world, body, *, kind="function", held=("req", "res")):
    made = world(HEAD + f"{kind} host (req, res, p) {{ {body}\n}}")
    host = made.function("/app/a.js", f"{kind} host")
    call = next(
        c
        for c in host.module.tree.of_type("CallExpression", within=host.node)
        if c.raw.startswith("heavy(")
    )
    before = Before(made.program, Constants(made.program), host, call, frozenset(held))
    found = before.judge()
    return found.code if found is not None else None


@pytest.mark.parametrize(
    "body",
    [
        "heavy(1)",
        "const n = 1; let m = n + 1; m++; heavy(m)",
        "res.on('close', () => { total++ }); heavy(1)",
        "res.statusCode = 200; res.setHeader('a', 'b').on('x', begin); heavy(1)",
        "const t = req.body.toString('utf8').trim(); if (t === '') return; heavy(t)",
        "if (p) { total++; return } heavy(1)",
        "if (p) { throw new Error('x') } heavy(1)",
        "const o = {}; o.x = 1; for (const k in o) o[k] = 2; heavy(o)",
        "const l = []; l.push(1); l.sort(); heavy(l)",
        "const q = url.parse(req.url, true).query; heavy(q)",
        "heavy(K[0] + Math.max(1, 2) + K.length)",
        "const v = pure(1); heavy(v)",
        "total = heavy(1)",
        "const v = heavy(1); total++; list.push(v)",
        "res.end(String(heavy(1)))",
        "try { heavy(1) } catch (e) { total++ }",
        "const { url: u } = req.query; heavy(u)",
    ],
)
def test_nothing_half_done(world, body) -> None:
    assert judged(world, body) is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("total = 1; heavy(1)", "FX040"),
        ("console.log('start'); heavy(1)", "FX040"),
        ("res.write('start'); heavy(1)", "FX040"),
        ("res.on('x', () => { total++ }); res.emit('x'); heavy(1)", "FX040"),
        ("res.mark = () => { total++ }; res.mark(); heavy(1)", "FX040"),
        ("res.setHeader = () => { total++ }; heavy(1)", "FX040"),
        ("const o = { toString () { total++ } }; heavy(`${o}`)", "FX040"),
        ("const o = {}; o.valueOf = () => total++; heavy(+o)", "FX040"),
        ("total++; heavy(1)", "FX040"),
        ("list.push(1); heavy(1)", "FX040"),
        ("list[0] = 1; heavy(1)", "FX040"),
        ("delete p.x; heavy(1)", "FX040"),
        ("p.x = 1; heavy(1)", "FX040"),
        ("req.app.busy = true; heavy(1)", "FX040"),
        ("begin(); total += heavy(1)", "FX041"),
        ("begin(); const v = heavy(1); total += v", "FX040"),
        ("[1].forEach(begin); heavy(1)", "FX040"),
        ("[1].forEach(() => { total++ }); heavy(1)", "FX040"),
        ("(() => { total++ })(); heavy(1)", "FX040"),
        ("p.start(); heavy(1)", "FX040"),
        ("go(); heavy(1)", "FX040"),
        ("new Thing(); heavy(1)", "FX040"),
        ("tag`x`; heavy(1)", "FX040"),
        ("fs.writeFileSync('x', 'y'); heavy(1)", "FX040"),
        ("this.busy = true; heavy(1)", "FX040"),
        ("({ x: total } = p); heavy(1)", "FX040"),
        ("for (total of [1]) ; heavy(1)", "FX040"),
        ("Array.from([1], begin); heavy(1)", "FX040"),
        ("if (p) total++; heavy(1)", "FX040"),
        ("const n = total; heavy(n)", "FX041"),
        ("heavy(total)", "FX041"),
        ("heavy(list.length)", "FX041"),
        ("const n = p.count; heavy(1)", "FX041"),
        ("const { count } = p; heavy(1)", "FX041"),
        ("for (const x of p) pure(x); heavy(1)", "FX041"),
        ("const l = [...list]; heavy(1)", "FX041"),
        ("const k = Object.keys(p); heavy(1)", "FX041"),
        ("total += heavy(1)", "FX041"),
        ("const t = req.app.locals.total; heavy(t)", "FX041"),
        ("const t = this.total; heavy(t)", "FX041"),
        ("const v = list.map(x => x); heavy(v)", "FX040"),
        ("for (;;) { heavy(1) }", "FX042"),
        ("do { heavy(1) } while (p)", "FX042"),
    ],
)
def test_half_done(world, body, code) -> None:
    assert judged(world, body) == code


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("total++; await p; heavy(1)", None),
        ("total++; const x = await p; heavy(1)", None),
        ("await p; total++; heavy(1)", "FX040"),
        ("total++; if (p) await p; heavy(1)", "FX040"),
        ("total++; for await (const x of p) pure(1); heavy(1)", "FX040"),
        ("total++; { await p; heavy(1) }", None),
    ],
)
def test_a_turn_begins_after_an_await(world, body, code) -> None:
    assert judged(world, body, kind="async function") == code


def test_parameters_that_are_not_held_are_shared(world) -> None:
    assert judged(world, "const u = req.url; heavy(u)", held=()) == "FX041"
    assert judged(world, "res.statusCode = 1; heavy(1)", held=()) == "FX040"


def test_loops(world) -> None:
    made = world("for (;;) { go(() => x) }")
    module = made.program.modules[1]
    call = next(iter(module.tree.of_type("CallExpression")))
    literal = next(iter(module.tree.functions()))
    assert loop_around(call, None) is not None
    assert loop_around(literal.the("body"), literal) is None
