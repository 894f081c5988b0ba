"""Which functions an expression can be."""

from __future__ import annotations

import pytest

from rewriter.modules import Spot, function_name
from rewriter.values import literals, namespace, resolve

B = "exports.f = function f () {}; exports.make = () => function made () {}"


def meaning(world, text, b=B):
    """Return the names that the callee of the last statement's call can have."""
    made = world({"/app/a.js": text, "/app/b.js": b})
    module = made.program.modules[1]
    call = module.statements[-1].the("expression")
    found = resolve(made.program, Spot(module, call.the("callee")))
    return [function_name(f.node) for f in found.functions], found.exact


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("function f () {}\nf()", ["f"]),
        ("const f = () => {}\nf()", ["f"]),
        ("const g = function f () {}; const h = g\nh()", ["f"]),
        ("const { f } = require('./b')\nf()", ["f"]),
        ("const b = require('./b')\nb.f()", ["f"]),
        ("require('./b').f()", ["f"]),
        ("const b = require('./b'); const g = b.make()\ng()", ["made"]),
        ("function make () { return function in1 () {} }\nmake()()", ["in1"]),
        ("const o = { m () {} }\no.m()", ["m"]),
        ("const o = (() => ({ m () {} }))()\no.m()", ["m"]),
        ("function f () {}; const g = f.bind(null)\ng()", ["f"]),
        ("function f () {}; function g () {}; const h = x ? f : g\nh()", ["f", "g"]),
        (
            "function f () {}; function g () {}; let h = f; if (x) h = g\nh()",
            ["f", "g"],
        ),
        ("var f = null; f = function late () {}\nf()", ["late"]),
        ("(0, function last () {})()", ["last"]),
    ],
)
def test_certain_meanings(world, text, names) -> None:
    assert meaning(world, text) == (names, True)


@pytest.mark.parametrize(
    "text",
    [
        "none()",
        "function f (g) { g() }\nf.x()",
        "let f = () => {}; f = load()\nf()",
        "const { f } = require('./b'); require('./b').f = 1\nf()",
        "const b = require('./b'); patch(b)\nb.f()",
        "const o = { m () {} }; o.m = load()\no.m()",
        "const o = { m () {}, ...other }\no[k]()",
        "class C { m () {} }; const c = new C()\nc.m()",
        "const f = cond && (() => {})\nf()",
        "async function make () { return () => {} }\nmake()()",
    ],
)
def test_what_can_be_something_else_is_not_exact(world, text) -> None:
    assert not meaning(world, text)[1]


def test_a_module_through_another_that_only_hands_it_on(world) -> None:
    made = world(
        {
            "/app/a.js": "const b = require('./b')\nb.f()",
            "/app/b.js": "const c = require('./c'); exports.f = c.f",
            "/app/c.js": "exports.f = function deep () {}",
        }
    )
    module = made.program.modules[1]
    call = module.statements[-1].the("expression")
    found = resolve(made.program, Spot(module, call.the("callee")))
    assert [function_name(f.node) for f in found.functions] == ["deep"]
    assert namespace(made.program, Spot(module, call.the("callee").the("object"))) == 2


def test_object_literals_are_lost_when_a_property_is_set(world) -> None:
    made = world("const o = { a: 1 }\no.x")
    module = made.program.modules[1]
    spot = Spot(module, module.statements[-1].the("expression").the("object"))
    found = literals(made.program, spot)
    assert found is not None
    assert [s.node.raw for s in found] == ["{ a: 1 }"]
    made = world("const o = { a: 1 }; o.b = 2\no.x")
    module = made.program.modules[1]
    spot = Spot(module, module.statements[-1].the("expression").the("object"))
    assert literals(made.program, spot) is None
