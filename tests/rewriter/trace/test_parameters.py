from __future__ import annotations

import pytest

from rewriter.syntax.client import Syntax
from tests.rewriter.trace.harness import loaded, told


def test_arguments_of_an_arrow_are_named(syntax: Syntax):
    made = loaded(syntax, "const f = (a, b = 1, ...c) => a; const g = ([a]) => a").text
    assert "void 0,[a,b,...c])" in made
    assert "void 0,[void 0])" in made


def test_what_patterns_take_is_told_at_entry(syntax: Syntax):
    heard = told(syntax, "function f({ a }, [b] = []) {} f({}); ((({ a }) => a))({})")
    assert [e[1] for e in heard if e[0] == "took"] == [{"a": 1}, [1]]
    assert ["opaque", "destructured parameter"] in heard


def test_what_a_closure_keeps_is_written(syntax: Syntax):
    text = "function f(a, b = {}, ...c) { return () => [a, b, c] } f(1)"
    heard = [e[1] for e in told(syntax, text) if e[0] == "writeCapture"]
    assert heard == ["b", "c"]


@pytest.mark.parametrize(
    ("body", "aliased"),
    [
        ("arguments[0] = 1; return () => a", True),
        ("g(arguments); return () => a", True),
        ("return [() => a, arguments[0], arguments.length]", False),
        ("g(...arguments); return () => a", False),
        ("[arguments[0]] = [1]; return () => a", True),
        ("({ p: arguments[0] = 2 } = {}); return () => a", True),
        ("[...arguments[0]] = [1]; return () => a", True),
        ("for (arguments[0] of [1]); return () => a", True),
        ("for (arguments[0] in { p: 1 }); return () => a", True),
        ("return [() => a, [arguments[0]], { p: arguments[0] }]", False),
        ("arguments[0] = 1; return a", False),
        ("'use strict'; arguments[0] = 1; return () => a", False),
    ],
)
def test_arguments_that_may_change_a_captured_parameter(
    syntax: Syntax, body: str, aliased: bool
):
    heard = told(syntax, f"function g() {{}} function f(a) {{ {body} }} f(1)")
    assert (["opaque", "arguments"] in heard) == aliased


def test_an_arrow_may_change_them_later(syntax: Syntax):
    text = "let w; function f(a) { w = () => { arguments[0]++ }; return () => a } f(1);"
    assert told(syntax, text).count(["opaque", "arguments"]) == 1
    assert told(syntax, text + "w()").count(["opaque", "arguments"]) == 2
    looks = "let w; function f(a) { w = () => arguments[0]; return () => a } f(1); w()"
    assert ["opaque", "arguments"] not in told(syntax, looks)
