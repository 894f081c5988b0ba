"""Which methods of classes an expression can be."""

from __future__ import annotations

import pytest

from rewriter.methods import possible
from rewriter.modules import Spot, function_name

B = "exports.C = class { m () { return function made () {} } }"
C = "class C { m () {} make () { return () => in1 } static s () {} f = () => {} }\n"
IN1 = "function in1 () {}\n"


def meaning(world, text, b=B):
    """Return the names that the callee of the last statement's call can have."""
    made = world({"/app/a.js": text, "/app/b.js": b})
    module = made.program.modules[1]
    call = module.statements[-1].the("expression")
    found = possible(made.program, Spot(module, call.the("callee")))
    return [function_name(f.node) for f in found.functions], found.exact


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (C + "new C().m()", ["m"]),
        (C + "const c = new C()\nc.m()", ["m"]),
        (C + "const c = new C()\nc.m.bind(c)()", ["m"]),
        (C + "const c = new C(), n = c.m\nn()", ["m"]),
        (C + "C.s()", ["s"]),
        (C + "new C().f()", ["f"]),
        (C + "class D extends C { o () {} }\nnew D().m()", ["m"]),
        (C + "class D extends C { m () { return () => {} } }\nnew D().m()", ["m"]),
        ("const b = require('./b')\nnew b.C().m()()", ["made"]),
        ("const { C } = require('./b'); const f = new C().m()\nf()", ["made"]),
        ("const C = class { make () { return () => {} } }\nnew C().make()()", [""]),
        (C + "class E { go () { return new C() } }\nnew C().make().bind(1)()", [""]),
    ],
)
def test_methods_of_classes_are_followed_and_never_certain(world, text, names) -> None:
    assert meaning(world, IN1 + text) == (names, False)


def test_this_is_an_instance_of_the_class_around(world) -> None:
    text = (
        "class C { constructor () { const go = () => { app.use(this.m.bind(this)) } }"
        " m () {} }"
    )
    made = world({"/app/a.js": text})
    module = made.program.modules[1]
    (use,) = (
        call
        for call in module.tree.of_type("CallExpression")
        if "app.use" in module.tree.slice(call.start, call.end)[:7]
    )
    found = possible(made.program, Spot(module, use.all("arguments")[0]))
    assert [function_name(f.node) for f in found.functions] == ["m"]


@pytest.mark.parametrize(
    "text",
    [
        C + "new C().s()",
        C + "C.m()",
        C + "new C()[k]()",
        "class C { get m () { return () => {} } }\nnew C().m()",
        "class C extends C {}\nnew C().m()",
        "class C { async make () { return () => {} } }\nnew C().make()()",
        "class C { m () { return new C().m() } }\nnew C().m()()",
        "function f (C) { return new C() }\nf().m()",
        "this.m()",
    ],
)
def test_what_cannot_be_followed_has_no_meaning(world, text) -> None:
    assert meaning(world, text) == ([], False)


def test_what_is_certain_stays_so(world) -> None:
    assert meaning(world, "const f = () => {}\nf()") == (["f"], True)
