from __future__ import annotations

from rewriter.syntax.client import Syntax
from rewriter.trace.rules import RULES
from tests.rewriter.trace.harness import loaded, told


def test_rules_are_for_types_that_exist(syntax: Syntax):
    grammar = syntax.parse("", "script").grammar
    assert set(RULES) <= set(grammar.types)


def test_shorthand_properties_are_written_out(syntax: Syntax):
    made = loaded(syntax, "let a = 1; function f(b) { return { a, b } } a = 2").text
    assert "{ a:($x_a===0?a:$x_fx.readCapture(" in made
    assert ", b }" in made


def test_keys_of_classes_belong_to_the_function_around(syntax: Syntax):
    text = (
        "function f(o) { class A { [o.k]() {} static [o.l] = 1 } return A "
        "} f({ k: 'a', l: 'b' })"
    )
    heard = told(syntax, text)
    assert ["read", "k"] in heard
    assert ["read", "l"] in heard
