"""How a function can be entered."""

from __future__ import annotations

import pytest

from rewriter.entries import callers, uses_of


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("function f () {} f(1); f(2)", ["f(1)", "f(2)"]),
        ("const f = function () {}; f(1)", ["f(1)"]),
        ("function f () {} exports.f = f", ["b.f(3)"]),
        ("function f () {}", []),
        ("function f () {} go(f)", None),
        ("function f () {} const o = { f }", None),
        ("function f () {} exports.f = f; exports[k] = 1", None),
        ("function f () {} f = 1; f()", None),
        ("go(function f () {})", None),
    ],
)
def test_the_calls_of_a_function(world, text, calls) -> None:
    user = "const b = require('./a'); b.f(3)"
    made = world({"/app/a.js": text, "/app/b.js": user if "exports" in text else ""})
    found = callers(made.program, made.function("/app/a.js", "function"))
    assert (None if found is None else [s.node.raw for s in found]) == calls


def test_a_method_of_an_object_may_be_called_by_anybody(world) -> None:
    made = world("const o = { f () {} }; o.f()")
    assert callers(made.program, made.function("/app/a.js", "() {}")) is None


def test_everywhere_a_function_is_named(world) -> None:
    made = world(
        {
            "/app/a.js": "function f () {} exports.g = f; go(f)",
            "/app/b.js": "const { g } = require('./a'); g(); run(g)",
        }
    )
    module = made.program.modules[1]
    found = uses_of(made.program, module, module.scopes.top.variables["f"])
    assert sorted(str(s) for s in found) == [
        "/app/a.js:1:30",
        "/app/a.js:1:36",
        "/app/b.js:1:31",
        "/app/b.js:1:40",
    ]
    assert uses_of(made.program, module, None) == []
