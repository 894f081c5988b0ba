from __future__ import annotations

import pytest

from rewriter.syntax.client import Syntax
from tests.rewriter.trace.harness import loaded, told


def test_a_statement_does_not_go_on_with_the_line_before(syntax: Syntax):
    made = loaded(syntax, "function f(o) {\n  let a = o\n  o.b = a\n}").text
    assert "\n  ;($" in made


@pytest.mark.parametrize(
    "statement",
    ["if (o) o.a = 1", "for (;;) o.a = 1", "while (0) o.a()", "x: o.a = 1"],
)
def test_but_a_body_stays_a_body(syntax: Syntax, statement: str):
    made = loaded(syntax, f"function f(o) {{ {statement} }}").text
    assert ";($" not in made.split("try{")[1]


def test_a_return_keeps_its_line_breaks(syntax: Syntax):
    text = (
        "function f(o) { return ( // a\n o.b // c\n) }\nfunction g() { return // d\n}"
    )
    assert loaded(syntax, text).text.count("\n") == text.count("\n")


def test_await_in_loops_ends_the_activation_once(syntax: Syntax):
    text = (
        "async function f(xs) { for await (const x of xs) log(x); for "
        "(const x of xs) await x } module.exports = f([1, 2])"
    )
    heard = [e for e in told(syntax, text) if e[0] == "exit"]
    assert heard == [["exit", 2]]
