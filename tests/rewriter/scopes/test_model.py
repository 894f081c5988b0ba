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
        ("const a = 1; a", False),
        ("var a; a; var a", True),
        ("var { a = 1 } = b; a", False),
        ("for (const a in b) a", False),
        ("function a() {} a()", False),
        ("let a; (a) => { a = 1 }", False),
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
    assert not uses["e"].write
    tree = syntax.parse("a = 1; let b = 2; c++", "commonjs")
    scopes = analyse(tree)
    found = [scopes.use(n) for n in tree.of_type("Identifier")]
    assert [u and (u.read, u.write, u.initial) for u in found] == [
        (False, True, False),
        (False, True, True),
        (True, True, False),
    ]


def test_strict(syntax: Syntax):
    text = (
        "function f() { 'use strict'; return () => 1 } function g() { 'x'; "
        "'use strict' } function h() { 1; 'use strict' } class A { m() {} }"
    )
    tree = syntax.parse(text, "commonjs")
    strict = [analyse(tree).of(f).strict for f in tree.functions()]
    assert strict == [True, True, True, False, True]
    assert analyse(syntax.parse("1", "module")).top.strict


def test_the_function_around_a_block_of_a_script(syntax: Syntax):
    scopes = analyse(syntax.parse("{ let a; (() => { { let b } })() }", "script"))
    kinds = {s.kind: s.function().kind for s in scopes.all if s.parent is not None}
    assert kinds == {"block": "function", "function": "function"}
    assert scopes.all[1].function() is scopes.all[0]


def test_what_is_run_as_a_function(syntax: Syntax):
    text = "class A { static { { let a } } b = () => { { let c } } } { let d }"
    scopes = analyse(syntax.parse(text, "module"))
    blocks = [s.function() for s in scopes.all if s.kind == "block"]
    assert [s.kind for s in blocks] == ["static-block", "function", "module"]
    (field,) = [s for s in scopes.all if s.kind == "class-field"]
    assert field.function() is field


@pytest.mark.parametrize("text", ["static { this }", "x = this", "m() { () => this }"])
def test_this_of_a_class_is_not_that_of_the_file(syntax: Syntax, text: str):
    scopes = analyse(syntax.parse(f"class A {{ {text} }}", "module"))
    assert not scopes.top.uses_this
    assert any(s.uses_this for s in scopes.all)


def test_what_nothing_uses_is_not_used(syntax: Syntax):
    tree = syntax.parse("function f(a) { return a }", "commonjs")
    scope = analyse(tree).of(next(tree.functions()))
    marks = [mark for mark in scope.__slots__ if mark.startswith("uses_")]
    assert len(marks) == 6
    assert not any(getattr(scope, mark) for mark in marks)


def test_taint_of_with_alone(syntax: Syntax):
    text = "function f(o, a) { a; with (o) { a; { let a; a } } a }"
    scopes = analyse(syntax.parse(text, "commonjs"))
    uses = [u.node for u in scopes.references() if u.node.name == "a"]
    assert [scopes.tainted(node) for node in uses] == [False, True, False, False]


def test_taint_of_eval_alone(syntax: Syntax):
    text = (
        "var a, b; function f() { eval(c); a; { let b; b } } "
        "function g() { 'use strict'; eval(c); a } a; function h(a = eval(c)) { b }"
    )
    scopes = analyse(syntax.parse(text, "commonjs"))
    uses = [u.node for u in scopes.references() if u.node.name in {"a", "b"}]
    assert [scopes.tainted(node) for node in uses] == [
        *(True, False, False, False),
        *(False, True),
    ]


@pytest.mark.parametrize(
    ("call", "direct"),
    [
        ("eval(a)", True),
        (r"\u0065val(a)", True),
        ("(eval)(a)", True),
        ("(0, eval)(a)", False),
        ("a.eval(a)", False),
        ("evil(a)", False),
        ("'eval'(a)", False),
        ("evaluate(a)", False),
        ("eval", False),
    ],
)
def test_which_eval_sees_the_names_around_it(syntax: Syntax, call: str, direct: bool):
    scopes = analyse(syntax.parse(f"function f() {{ {call} }}", "commonjs"))
    assert scopes.top.uses_eval is direct
    assert scopes.of(next(scopes.tree.functions())).uses_eval is direct


def test_a_var_of_a_static_block_stays_there(syntax: Syntax):
    text = "class A { static { { var a; a } } } a"
    scopes = analyse(syntax.parse(text, "commonjs"))
    inner, outer = (scopes.resolve(u.node) for u in scopes.references())
    assert inner is not None
    assert inner.scope.kind == "static-block"
    assert outer is None


def test_eval_in_a_block_declares_in_its_function(syntax: Syntax):
    text = "function f() { var a; { eval(c); a; b } }"
    scopes = analyse(syntax.parse(text, "commonjs"))
    uses = {u.node.name: scopes.tainted(u.node) for u in scopes.references()}
    assert (uses["a"], uses["b"]) == (False, True)


def test_uses_of_one_function(syntax: Syntax):
    tree = syntax.parse("a; function f() { b; c } d; e", "commonjs")
    scopes = analyse(tree)
    f = next(tree.functions())
    assert [u.node.name for u in scopes.references(f)] == ["b", "c"]
    assert [u.node.name for u in scopes.references()] == ["a", "b", "c", "d", "e"]
    assert scopes.use(tree.root) is None
    assert scopes.free(f) == ["b", "c"]
