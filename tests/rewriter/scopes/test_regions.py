from __future__ import annotations

import pytest

from rewriter.scopes import analyse
from rewriter.syntax.client import Syntax


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("function f() {}", ["function"]),
        ("function f(a = 1) {}", ["function", "function-body"]),
        ("function f({ [k]: a }) {}", ["function", "function-body"]),
        ("function f({ a }, [b], ...c) {}", ["function"]),
        ("(function f() {})", ["function-name", "function"]),
        ("x => x", ["function"]),
        (
            "class A { x = 1; static {} m() {} }",
            "class class-field static-block function",
        ),
        ("try {} catch (e) {}", ["block", "catch", "block"]),
        ("for (let i;;) {}", ["for", "block"]),
        ("for (var i;;) {}", ["block"]),
        ("for (const x of y) z", ["for"]),
        ("switch (a) { case 1: b }", ["switch"]),
        ("switch (a) {}", []),
        ("with (a) b", ["with"]),
        ("if (a) function f() {}", ["block", "function"]),
    ],
)
def test_scopes_in_source_order(syntax: Syntax, text: str, kinds: list[str] | str):
    scopes = analyse(syntax.parse(text, "commonjs")).all
    wanted = kinds.split() if isinstance(kinds, str) else kinds
    assert [scope.kind for scope in scopes] == ["global", "module", *wanted]


def test_scopes_lie_in_each_other(syntax: Syntax):
    text = "function f(a = () => 1) { for (let i;;) { class A { m() {} } } }"
    for scope in analyse(syntax.parse(text, "module")).all:
        assert scope.first < scope.last
        if scope.parent is not None:
            assert scope.parent.first <= scope.first
            assert scope.last <= scope.parent.last
