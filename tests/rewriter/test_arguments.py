"""How arguments travel, and what is done with the result of stateful code."""

from __future__ import annotations

import pytest

from rewriter.arguments import Arguments, kept_result
from rewriter.modules import LITERALS, plain
from store.facts import Refusal


def asked(world, body, callee="function heavy (a, b) { return 1 }", shape=""):
    made = world(f"{callee}\nfunction host (p, res) {{ {body} }}")
    host = made.function("/app/a.js", "function host")
    call = next(
        c
        for c in host.module.tree.of_type("CallExpression", within=host.node)
        if c.raw.startswith("heavy(")
    )
    if shape:
        made.shape(host.ref, f"call:{call.start}:arg:0", shape)
    return made, host, call, made.function("/app/a.js", "function heavy")


def modes(world, body, *, lasting=False, **more):
    made, host, call, callee = asked(world, body, **more)
    found = Arguments(made.program, host, call, callee).modes(
        made.recording, lasting=lasting
    )
    return found.code if isinstance(found, Refusal) else found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("heavy()", ()),
        ("heavy(1, 'a' + p)", ("primitive", "primitive")),
        ("heavy(p)", ("readonly",)),
        ("heavy({ a: p.x })", ("readonly",)),
        ("heavy({ a: 1 })", ("dead",)),
        ("const o = { a: 1 }; heavy(o)", ("dead",)),
        ("const o = { a: 1 }; heavy(o); go(o.a + 1)", ("readonly",)),
        ("heavy(function () {})", ("callback",)),
        ("heavy((e, v) => { res.end(v) })", ("callback",)),
        ("heavy(...p)", "FX032"),
        ("heavy(v => v + 1)", "FX032"),
        ("heavy(function () { return this.x })", "FX032"),
        ("heavy(function () { go(this) })", "FX032"),
        ("heavy(async () => { go() })", "FX032"),
    ],
)
def test_modes(world, body, found) -> None:
    assert modes(world, body) == found


WRITES = "function heavy (a) { a.n = 1; return 1 }"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("heavy(p)", "FX030"),
        ("const o = { n: 0 }; heavy(o)", ("dead",)),
        ("const o = { n: 0 }; heavy(o); go(o.n + 1)", ("value",)),
        ("const o = { n: 0 }; later(() => o.n); heavy(o)", "FX030"),
        ("heavy(p.x)", "FX030"),
    ],
)
def test_arguments_that_are_written(world, body, found) -> None:
    assert modes(world, body, callee=WRITES) == found


def test_a_result_that_holds_an_argument(world) -> None:
    callee = "function heavy (a) { return [a] }"
    assert modes(world, "heavy(p)", callee=callee) == "FX030"
    assert modes(world, "const o = {}; heavy(o)", callee=callee) == ("dead",)


def test_a_shape_that_was_seen_becomes_a_guard(world) -> None:
    callee = "function heavy (a) { return [a] }"
    assert modes(world, "heavy(p)", callee=callee, shape="number") == ("primitive",)
    assert modes(world, "heavy(p)", callee=callee, shape="{a:number}") == "FX030"


def test_work_that_lasts_needs_arguments_that_nobody_changes(world) -> None:
    assert modes(world, "heavy(p)", lasting=True) == "FX030"
    assert modes(world, "heavy(p + 1)", lasting=True) == ("primitive",)
    assert modes(world, "const o = {}; heavy(o)", lasting=True) == ("dead",)
    assert modes(world, "const o = {}; heavy(o); o.x", lasting=True) == "FX030"


def test_a_callee_that_reads_its_arguments_object(world) -> None:
    callee = "function heavy (a) { return arguments.length }"
    assert modes(world, "heavy(p)", callee=callee) in {"FX030", "FX032"}


@pytest.mark.parametrize(
    "body",
    [
        "heavy()",
        "const v = heavy(); res.end(v)",
        "const v = heavy(); res.end('' + v); if (v > 1) res.end()",
        "heavy((e, v) => { if (e) res.end('' + e); else res.end(v, 'binary') })",
        "const v = heavy(); if (v === null) res.end(v.x)",
    ],
)
def test_a_result_that_is_only_looked_at(world, body) -> None:
    _, host, call, _ = asked(world, body)
    functions = [n for n in map(plain, call.all("arguments")) if n.type in LITERALS]
    assert kept_result(host, call, functions, frozenset({"res"})) is None


@pytest.mark.parametrize(
    "body",
    [
        "last = heavy()",
        "const v = heavy(); v.n = 1",
        "const v = heavy(); v.push(1)",
        "const v = heavy(); list.push(v)",
        "const v = heavy(); if (v === last) go()",
        "const v = heavy(); later(() => v)",
        "const { a } = heavy(); res.end(a)",
        "heavy((e, v) => { last = v })",
        "heavy((e, { v }) => { res.end(v) })",
        "let v = heavy(); v = 2",
        "go([heavy()])",
    ],
)
def test_a_result_that_is_kept_or_changed(world, body) -> None:
    _, host, call, _ = asked(world, body)
    functions = [n for n in map(plain, call.all("arguments")) if n.type in LITERALS]
    found = kept_result(host, call, functions, frozenset({"res"}))
    assert found is not None
    assert found.code == "FX022"


def test_a_callback_that_throws_into_a_try_stays(world) -> None:
    made = world(
        "function heavy (n, cb) { try { cb(n) } catch (e) { cb(0) } }\n"
        "setTimeout(function hot () { let s = ''\n"
        "try { heavy(5, (x) => { s += x; throw new Error(s) }) } catch (e) { s = '' }\n"
        "console.log(s) }, 1)"
    )
    made.callback("/app/a.js", "function hot")
    made.spine(("/app/a.js", "function hot"), ("/app/a.js", "function heavy"))
    assert made.stay().refusal.code == "FX032"
