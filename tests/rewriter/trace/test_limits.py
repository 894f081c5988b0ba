from __future__ import annotations

import pytest

from rewriter.scopes import analyse
from rewriter.syntax.client import Syntax
from rewriter.trace.limits import REASONS, obstacle
from rewriter.trace.rules import RULES
from rewriter.trace.writer import Writer


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("function f() {}", None),
        ("class A { constructor() {} }", None),
        ("class A extends B { constructor() { super() } }", None),
        ("with (o) { (() => 1)() }", "FX072"),
        ("function f() { var a; function a() {} }", "FX073"),
        ("function f() { for (var a of b); function a() {} }", "FX073"),
        ("function f() { function a() {} function a() {} }", None),
        ("function f() { 'use strict'; function a() {} function a() {} }", "FX073"),
        ("function f() { { var a } function a() {} }", "FX073"),
        ("function f() { { function a() {} } function a() {} }", "FX073"),
        ("function f(a) { function a() {} }", None),
        ("function f(a) { arguments; function a() {} }", "FX073"),
        ("function f(a) { 'use strict'; arguments; function a() {} }", None),
        ("function f() { eval(''); function a() {} }", "FX073"),
        ("async function f() { await using a = b }", "FX075"),
    ],
)
def test_obstacles(syntax: Syntax, text: str, code: str | None):
    tree = syntax.parse(text, "commonjs")
    writer = Writer(tree, analyse(tree), 1, RULES)
    found = obstacle(writer, next(tree.functions()))
    assert (found.code if found else None) == code


def test_every_reason_has_a_remedy():
    assert all(row.title and row.explanation and row.remedy for row in REASONS.values())
