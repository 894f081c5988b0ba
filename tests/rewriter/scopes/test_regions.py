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


def test_a_scope_ends_with_what_makes_it(syntax: Syntax):
    text = "class A { x = 1; [this.y] = 2; z = this } with (a) ; switch (b) { case 1: }"
    scopes = analyse(syntax.parse(text, "commonjs"))
    used = [s.uses_this for s in scopes.all if s.kind == "class-field"]
    assert used == [False, False, True]
    assert scopes.top.uses_this
    assert scopes.of(next(scopes.tree.of_type("SwitchStatement"))).kind == "switch"
    (b,) = (u.node for u in scopes.references() if u.node.name == "b")
    assert scopes.of(b) is scopes.top


def test_the_name_of_a_class_stands_outside_of_it(syntax: Syntax):
    tree = syntax.parse("class A extends B {} (class C extends D {})", "commonjs")
    scopes = analyse(tree)
    kinds = {n.name: scopes.of(n).kind for n in tree.of_type("Identifier")}
    assert kinds == {"A": "module", "B": "class", "C": "module", "D": "class"}


def test_a_scope_without_a_name_in_it_ends_too(syntax: Syntax):
    scopes = analyse(syntax.parse("with (a) ; this; class A { x = 1 }", "commonjs"))
    (around,) = [s for s in scopes.all if s.kind == "with"]
    assert scopes.top.uses_this
    assert not around.uses_this
    (field,) = scopes.tree.of_type("PropertyDefinition")
    assert scopes.of(field).kind == "class"
