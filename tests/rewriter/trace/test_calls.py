from __future__ import annotations

from rewriter.syntax.client import Syntax
from tests.rewriter.trace.harness import told


def of(heard: list[list[object]], *kinds: str) -> list[list[object]]:
    return [event for event in heard if event[0] in kinds]


def test_calls_with_arguments_and_functions_handed_over(syntax: Syntax):
    text = (
        "function f(o, g) { o.on('x', function () {}, () => 1); g?.(1); "
        "new Map([[1, 2]]) } f({ on() {} }, (x) => x)"
    )
    assert of(told(syntax, text), "call") == [
        ["call", "o.on", 3, 2],
        ["call", "g", 1, 0],
        ["call", "new Map", 1, 0],
    ]


def test_a_short_cut_calls_nothing(syntax: Syntax):
    text = "function f(o) { o?.a(); o?.b.c(); return o?.[g()] } f(null)"
    assert of(told(syntax, text), "call", "read", "readCapture") == []


def test_a_call_that_throws_has_ended(syntax: Syntax):
    text = (
        "function g() { throw 1 } function f() { try { g() } catch (e) {} "
        "} f(); try { (() => g())() } catch {}"
    )
    assert of(told(syntax, text), "call", "done", "threw") == [
        ["call", "g", 0, 0],
        ["threw", "g"],
        ["call", "g", 0, 0],
        ["threw", "g"],
    ]


def test_what_cannot_be_followed_is_opaque(syntax: Syntax):
    text = "function f(t) { import('fs'); delete t?.(); delete v } var v; f(() => 1)"
    assert [e[1] for e in of(told(syntax, text), "opaque")] == [
        "import()",
        "delete",
    ]


def test_tags_and_what_a_class_extends_are_called(syntax: Syntax):
    text = (
        "class A {} class B extends A { constructor(x) { super(x, 1) } }"
        "function f(t) { t`x${1}`; new B(2) } f((s, x) => s.raw + x)"
    )
    heard = of(told(syntax, text), "call")
    assert heard == [
        ["call", "t", 2, 0],
        ["call", "new B", 1, 0],
        ["call", "super", 2, 0],
    ]
