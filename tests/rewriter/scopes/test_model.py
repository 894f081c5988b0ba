from __future__ import annotations

import pytest

from rewriter.scopes import analyse
from rewriter.syntax.client import Syntax


@pytest.mark.parametrize(
    ("text", "assigned"),
    [
        ("const a = 1", False),
        ("var a = 1", False),
        ("var a", False),
        ("var a = 1; a = 2", True),
        ("var a; a++", True),
        ("let a = 1; [a] = []", True),
        ("var a = 1; var a = 2", True),
        ("function a() {} function a() {}", True),
        ("for (let a of x) {}", False),
        ("for (a of x) {} var a", True),
        ("{ function a() {} }", True),
        ("class a {} a = 1", True),
    ],
)
def test_assigned(syntax: Syntax, text: str, assigned: bool):
    scopes = analyse(syntax.parse(text, "commonjs"))
    found = [s.variables["a"] for s in scopes.all if "a" in s.variables]
    outermost = found[0]
    assert outermost.assigned is assigned


def test_default_of_a_parameter_is_no_assignment(syntax: Syntax):
    scopes = analyse(syntax.parse("function f(a = 1) {}", "commonjs"))
    (a,) = [s.variables["a"] for s in scopes.all if "a" in s.variables]
    assert not a.assigned
    assert [(r.read, r.write, r.initial) for r in a.references] == [(False, True, True)]


def test_scope_of_a_node(syntax: Syntax):
    text = (
        "function f(a = b) { { let c } for (let d;;) d } class A { x = 1; static {} }"
    )
    tree = syntax.parse(text, "commonjs")
    scopes = analyse(tree)
    f = next(tree.functions())
    assert scopes.of(f).kind == "function"
    assert scopes.of(f.the("body")).kind == "function-body"
    assert scopes.of(f.the("id")) is scopes.top
    assert scopes.of(f.the("body")).function() is scopes.of(f)
    names = {n.name: scopes.of(n).kind for n in tree.of_type("Identifier")}
    assert names["b"] == "function"
    assert names["c"] == "block"
    assert names["d"] == "for"
    assert names["x"] == "class"
    (literal,) = tree.of_type("Literal")
    assert scopes.of(literal).kind == "class-field"
    assert scopes.of(tree.root) is scopes.top
    assert scopes.top.function() is scopes.top
    assert [s.kind for s in scopes.of(literal).up()] == [
        "class-field",
        "class",
        "module",
        "global",
    ]


def test_use(syntax: Syntax):
    tree = syntax.parse("a.b += c; d: e", "commonjs")
    scopes = analyse(tree)
    uses = {n.name: scopes.use(n) for n in tree.of_type("Identifier")}
    assert uses["a"] is not None
    assert uses["b"] is None
    assert uses["d"] is None
    assert uses["e"] is not None
    assert uses["e"].read


def test_strict(syntax: Syntax):
    text = (
        "function f() { 'use strict'; return () => 1 } function g() { 'x'; "
        "'use strict' } function h() { 1; 'use strict' } class A { m() {} }"
    )
    tree = syntax.parse(text, "commonjs")
    strict = [analyse(tree).of(f).strict for f in tree.functions()]
    assert strict == [True, True, True, False, True]
    assert analyse(syntax.parse("1", "module")).top.strict
