"""Whether code writes through what it is given."""

from __future__ import annotations

import pytest

from rewriter.taint import HOLDS, NONE, PART, Taint


def judged(world, text, index=0):
    made = world(text)
    module = made.program.modules[1]
    function = next(n for n in module.tree.functions() if n.one("id") is not None)
    spot = made.function("/app/a.js", "function f")
    assert function is not None
    taint = Taint(made.program)
    taint.watch(spot, index)
    return taint.run(), taint.returns(spot)


@pytest.mark.parametrize(
    "text",
    [
        "function f (p) { return p.a + p.b[0] }",
        "function f (p) { const o = {}; o.x = p.a; o.y = 1; return 1 }",
        "function f (p) { return g(p) } function g (q) { return q.length }",
        "function f (p) { const d = new Uint32Array(p.buffer); return d[0] }",
        "function f (p) { let s = 0; for (const x of p) s += x; return s }",
        "function f (p) { p = {}; p = 1; return p }",
        "function f (p) { return p.map(x => x + 1).join() }",
        "function f (p) { const l = []; l.push(p); return l.length }",
        "function f (p) { return Math.max(p.a, p.b) }",
        (
            "function f (p) { const o = make(); o.put(p) }"
            "function make () { return { put (x) { return x.length } } }"
        ),
        "function f ({ a, b }) { return a + b.c }",
        "function f (p) { return String(p).trim() }",
        "function f (p) { return [...p].length + { ...p }.x }",
    ],
)
def test_only_reads(world, text) -> None:
    assert judged(world, text)[0] is None


@pytest.mark.parametrize(
    "text",
    [
        "function f (p) { p.x = 1 }",
        "function f (p) { p.a.b = 1 }",
        "function f (p) { p.n++ }",
        "function f (p) { delete p.x }",
        "function f (p) { p.sort() }",
        "function f (p) { const q = p.a; q.x = 1 }",
        "function f (p) { const l = [p]; l[0].x = 1 }",
        "function f (p) { const o = { p }; o.p.x = 1 }",
        "function f (p) { const { a } = p; a.x = 1 }",
        "function f ({ a }) { a.x = 1 }",
        "function f (p) { g(p) } function g (q) { q.x = 1 }",
        "function f (p) { g(1, p) } function g (...q) { q[1].x = 1 }",
        "function f (p) { const d = new Uint8Array(p.buffer); d[0] = 1 }",
        "function f (p) { for (const x of p) x.y = 1 }",
        "function f (p) { p.forEach(x => { x.y = 1 }) }",
        "function f (p) { p.map(g) } function g (x) { x.y = 1 }",
        "function f (p, cb) { p.forEach(cb) }",
        "function f (p) { unknown(p) }",
        "function f (p) { p.custom() }",
        "function f (p) { Object.assign(p, {}) }",
        "function f (p) { new Thing(p) } class Thing { constructor (q) { q.x = 1 } }",
        "function f (p) { arguments[0].x = 1 }",
        "function f (p) { g(...p) } function g (q) { q.x = 1 }",
        "function f (p) { [p.x] = [1] }",
        "function f (p) { for (p.x of [1]) ; }",
        "function f (p) { top.push(p) } const top = []",
        "function f (p) { throw p }",
        "function f (p) { return () => { p.x = 1 } }",
        "function f (p) { tag`${p}` }",
        "function f (p) { const q = id(p); q.x = 1 } function id (x) { return x }",
        "function f (p) { (p || {}).x = 1 }",
        "function f (p) { [1].reduce((a, b) => { a.x = b }, p) }",
        "function f (p) { Array.from(p, o => { o.x = 1 }) }",
        "function f (p) { setTimeout(() => { p.x = 1 }) }",
    ],
)
def test_may_write(world, text) -> None:
    assert judged(world, text)[0] is not None


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("function f (p) { return p }", PART),
        ("function f (p) { return p.a }", PART),
        ("function f (p) { return { p } }", HOLDS),
        ("function f (p) { return p.length }", NONE),
        ("function f (p) { return p.a + 1 }", NONE),
        ("function f (p) { return g(p) } function g (q) { return [q] }", HOLDS),
        ("function f (p) { return new Uint8Array(4) }", NONE),
    ],
)
def test_what_comes_back(world, text, level) -> None:
    assert judged(world, text) == (None, level)


def test_only_the_watched_parameter_counts(world) -> None:
    text = "function f (p, q) { q.x = 1; return p.a }"
    assert judged(world, text, 0)[0] is None
    assert judged(world, text, 1)[0] is not None
