from __future__ import annotations

from rewriter.syntax.client import Syntax
from tests.rewriter.trace.harness import told


def reads(heard: list[list[object]]) -> list[object]:
    told = {"read", "opaque", "took"}
    return [event[1] for event in heard if event[0] in told]


def test_what_is_taken_out_is_read(syntax: Syntax):
    text = (
        "function f(o) { const { a, b: c = 1, ...d } = o; let [e, , g] = "
        "o.l; ({ h: o.i } = o) } f({ l: [1, 2, 3] })"
    )
    assert reads(told(syntax, text)) == [
        {"a": 1, "b": 1, "...": 1},
        "l",
        [1, 0, 1],
        {"h": 1},
    ]


def test_what_lies_deeper_is_read_and_a_computed_key_is_opaque(syntax: Syntax):
    text = "function f(o) { const { a: { b }, [o.k]: c } = o } f({ a: {}, k: 'a' })"
    assert reads(told(syntax, text)) == [
        "k",
        "computed key of a pattern",
        {"a": {"b": 1}},
    ]


def test_patterns_of_parameters_and_loops_are_taken(syntax: Syntax):
    text = (
        "function f({ a, b: [c] }, [d]) { for (const { e } of [d]); }"
        "f({ b: [] }, [{ e: 1 }])"
    )
    heard = told(syntax, text)
    assert reads(heard) == [{"a": 1, "b": [1]}, [1]]
    assert ["items"] in heard


def test_items_of_loops_and_spreads_are_read(syntax: Syntax):
    text = (
        "function f(o) { for (const x of o) x; for (const k in o) k; "
        "[...o]; ({ ...o }) } f([1])"
    )
    heard = told(syntax, text)
    assert reads(heard) == [0, "*", "*"]
    assert heard.count(["items"]) == 2


def test_variables_of_others_are_written(syntax: Syntax):
    text = "let a, b; function f(o) { [a, { b }] = o; for (a of o) a } f([1, {}])"
    heard = [e[:2] for e in told(syntax, text) if e[0] == "writeCapture"]
    assert heard == [["writeCapture", n] for n in ("a", "b", "a", "a")]
