"""What a caller does after the call: followed with what the call now gives."""

from __future__ import annotations

import pytest

from rewriter.after import After
from rewriter.modules import Spot


def followed(world, text, value="undefined", *, resets=True):
    """Follow the call `hit(...)`; return the caller's value and what noticed."""
    made = world(text)
    module = made.program.modules[1]
    call = next(
        c for c in module.tree.of_type("CallExpression") if c.raw.startswith("hit(")
    )
    result, noticed = After(made.program, resets).follow(Spot(module, call), value)
    return result, noticed.raw if noticed is not None else None


@pytest.mark.parametrize(
    "body",
    [
        "hit()",
        "return hit()",
        "if (x) { hit() } else { other.call() }",
        "hit(); return",
        "const r = hit(); if (r) r.then(go)",
        "const r = wrap(hit()); if (r) { console.log(1) }",
        "hit(); let n = 1; n = 2",
        "try { hit() } catch (e) { next(e) }",
        "hit(); return 5",
        "hit() || undefined",
        "switch (x) { case 1: hit() }",
        "const r = hit(); if (r !== undefined) log(r)",
        "const r = hit(); return r instanceof Promise ? r.x : 1",
        "sync = 0; hit(); sync = 0",
        "hit(); function later () { other() }",
    ],
)
def test_nothing_notices(world, body) -> None:
    text = (
        "function wrap (r) { if (isP(r)) return r }"
        "const isP = o => !!o && typeof o.then === 'function';"
        f"function outer (sync) {{ function f (x) {{ {body} }} return () => ++sync }}"
    )
    assert followed(world, text)[1] is None


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("hit(); log.push(1)", "log.push(1)"),
        ("hit(); return o.x", "o.x"),
        ("hit(); go()", "go()"),
        ("for (const x of l) hit()", "for (const x of l) hit()"),
        ("while (1) { hit() }", "while (1) { hit() }"),
        ("try { hit() } finally { x = 1 }", "try { hit() } finally { x = 1 }"),
        ("o.x = hit()", "o.x = hit()"),
        ("const { a } = hit()", "{ a } = hit()"),
        ("hit(); total = 1", "total = 1"),
        ("hit(); if (total) return", "total"),
        ("hit(); throw new Error('x')", "throw new Error('x')"),
        ("await hit()", "await hit()"),
        ("switch (x) { case 1: hit(); case 2: go() }", "go()"),
        ("list.push(hit())", "list.push"),
        ("hit(); delete o.x", "delete o.x"),
        ("hit(); o.x++", "o.x++"),
    ],
)
def test_what_notices_is_told(world, body, what) -> None:
    text = f"let total = 0; async function f (x, o) {{ {body} }} total = 2"
    found = followed(world, text)[1]
    assert found is not None
    assert what in found or found in what


def test_closures_are_only_reset_when_nobody_calls_back(world) -> None:
    text = "function o (n) { function f () { hit(); n = 0 } return () => ++n }"
    assert followed(world, text, resets=True)[1] is None
    assert followed(world, text, resets=False)[1] == "n = 0"


@pytest.mark.parametrize(
    ("body", "ok"),
    [
        ("hit()", True),
        ("return hit()", True),
        ("const r = hit(); return r", False),
        ("if (hit()) go()", False),
        ("wrap(hit())", False),
        ("void 0, hit()", False),
    ],
)
def test_a_missing_value_may_only_be_dropped_or_handed_on(world, body, ok) -> None:
    result, noticed = followed(world, f"function f () {{ {body} }}", "gone")
    assert (noticed is None) is ok
    if ok:
        assert result == ("gone" if "return" in body else "undefined")


@pytest.mark.parametrize(
    ("body", "ok"),
    [
        ("hit().then(go, stop)", True),
        ("const r = hit(); if (typeof r.then === 'function') r.then(go)", True),
        ("const r = hit(); if (!(r instanceof Promise)) go()", True),
        ("const r = hit(); if (r) r.then(go).catch(stop)", True),
        ("await hit(); log.push(1)", True),
        ("const v = await hit(); o.x = v", True),
        ("hit(); log.push(1)", False),
        ("o.p = hit()", False),
    ],
)
def test_a_promise_waits_for_all_of_it(world, body, ok) -> None:
    text = f"async function f (o) {{ {body} }}"
    assert (followed(world, text, "promise")[1] is None) is ok
