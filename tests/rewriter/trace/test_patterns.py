from __future__ import annotations

from rewriter.syntax.client import Syntax
from tests.rewriter.trace.harness import told


def reads(heard: list[list[object]]) -> list[object]:
    return [event[1] for event in heard if event[0] in {"read", "opaque"}]


def test_what_is_taken_out_is_read(syntax: Syntax):
    text = (
        "function f(o) { const { a, b: c = 1, ...d } = o; let [e, , g] = "
        "o.l; ({ h: o.i } = o) } f({ l: [1, 2, 3] })"
    )
    assert reads(told(syntax, text)) == ["a", "b", "rest of a pattern", "l", 0, 2, "h"]


def test_what_lies_deeper_is_opaque(syntax: Syntax):
    text = "function f(o) { const { a: { b }, [o.k]: c } = o } f({ a: {}, k: 'a' })"
    assert reads(told(syntax, text)) == [
        "k",
        "a",
        "nested pattern",
        "computed key of a pattern",
    ]


def test_items_of_loops_and_spreads_are_read(syntax: Syntax):
    text = (
        "function f(o) { for (const x of o) x; for (const k in o) k; "
        "[...o]; ({ ...o }) } f([1])"
    )
    assert reads(told(syntax, text)) == [0, "*", 0, "*"]


def test_variables_of_others_are_written(syntax: Syntax):
    text = "let a, b; function f(o) { [a, { b }] = o; for (a of o) a } f([1, {}])"
    heard = [e[:2] for e in told(syntax, text) if e[0] == "writeCapture"]
    assert heard == [["writeCapture", n] for n in ("a", "b", "a", "a")]
