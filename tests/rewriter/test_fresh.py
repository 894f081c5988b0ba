"""Which values are a host's own."""

from __future__ import annotations

import pytest

from rewriter.fresh import Fresh


def own(world, body, files=None, head=""):
    """Ask about the argument of `hit(x)` in a host."""
    made = world(
        {"/app/a.js": head + f"function host (p, q) {{ {body} }}", **(files or {})}
    )
    host = made.function("/app/a.js", "function host")
    call = next(
        c
        for c in host.module.tree.of_type("CallExpression", within=host.node)
        if c.raw.startswith("hit(")
    )
    fresh = Fresh(made.program, host)
    fresh.cut = call
    return fresh.own(call.all("arguments")[0])


URL = "const url = require('url');"


@pytest.mark.parametrize(
    "body",
    [
        "hit(1)",
        "hit('a' + p)",
        "hit(`${p}`)",
        "hit({ a: 1, b: [2] })",
        "const o = {}; o.x = 1; hit(o)",
        "const o = {}; for (const k in p) o[k] = 1; hit(o)",
        "const o = { a: [1] }; if (o.a[0] === 1) o.b = 2; hit(o)",
        "const o = url.parse('x', true).query; o.a = true; hit(o)",
        "const o = []; o.push(1); hit(o)",
        "hit(Buffer.from('x'))",
        "hit(JSON.parse(p))",
        "const a = { n: 1 }; const o = {}; o.x = a.n; hit(o)",
    ],
)
def test_own(world, body) -> None:
    assert own(world, body, head=URL)


@pytest.mark.parametrize(
    "body",
    [
        "hit(p)",
        "hit(p.x)",
        "hit({ p })",
        "const o = {}; o.x = p; hit(o)",
        "const o = {}; save(o); hit(o)",
        "const o = {}; shared.push(o); hit(o)",
        "const o = { a: {} }; const y = o.a; shared.push(y); hit(o)",
        "const o = {}; later(() => o); hit(o)",
        "const o = {}; q.x = o; hit(o)",
        "const o = load(); hit(o)",
        "let o = {}; o = p; hit(o)",
        "const o = { a: {} }; shared.push(o.a); hit(o)",
        "const o = [{}]; for (const x of o) shared.push(x); hit(o)",
        "const o = {}; return [hit(o), o]",
        "hit([...p])",
        "hit({ ...p })",
        "hit(shared)",
        "const o = []; o.push(p); hit(o)",
        "const o = { a: {} }; const z = Array.from([o.a]); shared.push(z); hit(o)",
    ],
)
def test_not_own(world, body) -> None:
    assert not own(world, body, head="const shared = [];")


def test_a_parameter_is_own_when_every_caller_gives_its_own(world) -> None:
    body = "const o = {}; o.x = q.size; hit(o)"
    assert own(world, body, head="function run () { host(1, { size: 2 }) };")
    assert not own(world, body, head="function run (s) { host(1, s) };")
    assert not own(
        world, body, head="function run () { host(1, { size: 2 }) }; go(host);"
    )


def test_a_parameter_of_an_exported_function(world) -> None:
    body = "const o = {}; o.x = q.size; hit(o)"
    head = "exports.host = host;"
    good = {"/app/b.js": "const a = require('./a'); a.host(1, { size: 2 })"}
    assert not own(world, body, files=good, head=head)  # its caller is the top level
    good = {"/app/b.js": "const a = require('./a'); () => a.host(1, { size: 2 })"}
    assert own(world, body, files=good, head=head)
    bad = {"/app/b.js": "const a = require('./a'); () => a.host(1, load())"}
    assert not own(world, body, files=bad, head=head)
