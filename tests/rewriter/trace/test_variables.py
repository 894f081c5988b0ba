from __future__ import annotations

from rewriter.syntax.client import Syntax
from tests.rewriter.trace.harness import told


def captures(heard: list[list[object]]) -> list[tuple[object, ...]]:
    return [tuple(event) for event in heard if str(event[0]).endswith("Capture")]


def test_captured_variables_with_their_declaration(syntax: Syntax):
    text = "let n = 0; function f() { n++; n = n + 1; return n } f()"
    assert captures(told(syntax, text)) == [
        ("readCapture", "n", 4),
        ("writeCapture", "n", 4),
        ("readCapture", "n", 4),
        ("writeCapture", "n", 4),
        ("readCapture", "n", 4),
    ]


def test_own_variables_only_if_others_see_them_change(syntax: Syntax):
    text = (
        "function f() { let a = 1, b = 2, c = 3; a++; const g = () => { "
        "b++; return c }; g(); return a + b + c } f()"
    )
    names = [(kind, name) for kind, name, _ in captures(told(syntax, text))]
    assert ("writeCapture", "b") in names
    assert ("readCapture", "c") in names
    assert not [name for _, name in names if name == "a"]
    assert names.count(("readCapture", "c")) == 1


def test_globals_and_what_node_passes(syntax: Syntax):
    text = (
        "globalThis.zz = 1; function f() { zz = zz + Math.abs(1); "
        "exports.q = __filename; return typeof nothing } f(); delete "
        "globalThis.zz"
    )
    assert captures(told(syntax, text)) == [
        ("readCapture", "zz", -1),
        ("writeCapture", "zz", -1),
        ("readCapture", "exports", 0),
        ("readCapture", "__filename", 0),
    ]


def test_a_built_in_that_is_replaced_is_written(syntax: Syntax):
    text = "const old = atob; (function () { atob = old; return atob })()"
    assert captures(told(syntax, text)) == [
        ("readCapture", "old", 6),
        ("writeCapture", "atob", -1),
    ]


def test_functions_that_are_only_called_are_no_cells(syntax: Syntax):
    text = "function g() {} function f() { g(); const h = g; h() } f()"
    assert captures(told(syntax, text)) == [("readCapture", "g", 9)]


def test_a_logical_assignment_writes_only_when_it_does(syntax: Syntax):
    text = "let a = 1, b; function f() { a ||= 2; b ??= 3 } f()"
    assert [e[:2] for e in captures(told(syntax, text))] == [
        ("readCapture", "a"),
        ("readCapture", "b"),
        ("writeCapture", "b"),
    ]
