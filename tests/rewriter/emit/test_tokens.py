from __future__ import annotations

import pytest

from rewriter.emit.tokens import (
    arrow_body_start,
    body_start,
    call_position,
    is_directive,
    next_token,
    opening,
)


@pytest.mark.parametrize(
    ("text", "opened", "named"),
    [
        ("f(1)", 1, 0),
        ("a.b.c (1)", 6, 4),
        ("a['b'](1)", 6, 6),
        ("(0, a.b)(1)", 8, 8),
        ("(f)(1)", 3, 3),
        ("f /* ( */ // (\n (1)", 16, 0),
        ("f()()", 3, 3),
        ("a[(1)](2)", 6, 6),
    ],
)
def test_where_a_call_stands(syntax, text, opened, named):
    call = next(syntax.parse(text, "commonjs").of_type("CallExpression"))
    assert opening(call) == opened
    assert call_position(call) == named


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("function f () { 'use strict'; x }", 29),
        ("function f () { 'a'\n'b'\n x }", 23),
        ("function f () { ('no') }", 15),
        ("function f (a = '{') {}", 22),
    ],
)
def test_where_a_body_begins(syntax, text, start):
    function = next(syntax.parse(text, "commonjs").functions())
    assert body_start(function) == start


@pytest.mark.parametrize(
    "text",
    ["a=>x", "(a, b) => x", "() /* => */ => (x)", "async () => x", "async a => x",
     "(a = '=>') => x", "({ a }, ...b) => x"],
)  # fmt: skip
def test_where_the_body_of_an_arrow_begins(syntax, text):
    arrow = next(syntax.parse(text, "commonjs").functions())
    at = arrow_body_start(arrow)
    assert text[at - 2 : at] == "=>"
    assert text[at:].strip(" ()") == "x"


def test_directives_and_blanks(syntax):
    body = syntax.parse("'use strict'\n;('x')\n1", "commonjs").root.all("body")
    assert [is_directive(statement) for statement in body] == [True, False, False]
    assert next_token(" /* a */ // b\n\u00a0 x", 0) == 16
