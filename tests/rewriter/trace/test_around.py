from __future__ import annotations

import pytest

from rewriter.syntax.client import Syntax
from tests.rewriter.trace.harness import loaded, told


def test_what_has_no_effect_stays_as_it_is(syntax: Syntax):
    text = "class A { a = 1; b = () => 1; c = function () {}; static d = `x` }"
    made = loaded(syntax, text).text
    assert "a = 1;" in made
    assert "b = (" in made
    assert ".around(" not in made


def test_names_are_given_as_before(syntax: Syntax):
    told(
        syntax,
        "function f(g = () => o.p, h = class {}) { return [g.name, h.name] }"
        "const o = {};"
        "class A { a = () => 1; #b = function () {}; static c = class {}; m() {"
        " return [this.a.name, this.#b.name, A.c.name] } }"
        "log(f(), f.length, new A().m())",
    )


def test_this_super_and_new_target_mean_the_same(syntax: Syntax):
    told(
        syntax,
        "class A { get g() { return this.v } }"
        "class B extends A { v = 1; w = [this.v, super.g, new.target];"
        " m(x = [this.v, super.g, arguments.length]) { return x } }"
        "function F(x = [new.target === F, arguments[1]]) { this.x = x }"
        "log(new B().w, new B().m(), new F(undefined, 2).x)",
    )


def test_what_throws_is_thrown(syntax: Syntax):
    heard = told(
        syntax,
        "function t() { throw new Error('t') } class A { x = t() }"
        "function f(x = t()) {}"
        "function g() { try { new A() } catch (e) { log(e.message) }"
        " try { f() } catch (e) { log(e.message) } } g()",
    )
    assert [e[1] for e in heard if e[0] == "threw"] == ["t", "new A", "t", "f"]


def test_fields_on_an_object_of_others_are_writes(syntax: Syntax):
    heard = told(
        syntax,
        "class B { constructor(o) { return o } }"
        "class S extends B { q = 2; #p = 1; e; f = () => 1; [`k`] = 3; static s = 4 }"
        "class T { q = 2 }"
        "function f(o) { new S(o); new T() } f({})",
    )
    assert [e[1] for e in heard if e[0] == "write"] == ["q", "#p", "e", "f"]
    assert ["opaque", "a computed field"] in heard


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("class A {}", "none"),
        ("class A { constructor() {} }", "own"),
        ("class A extends Object { constructor() { super() } }", "own"),
        ("with (o) { (class { constructor() {} }) }", "alone"),
    ],
)
def test_a_class_says_how_it_is_made(syntax: Syntax, text: str, word: str):
    assert f"/*$x_{word}*/" in loaded(syntax, text).text
