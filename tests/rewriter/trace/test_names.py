from __future__ import annotations

from rewriter.syntax.client import Syntax
from rewriter.trace.names import (
    class_of,
    function_name,
    gives_name,
    is_anonymous_definition,
    is_constructor,
    is_method,
    unused_prefix,
)


def test_names_are_those_that_javascript_gives(syntax: Syntax):
    named = {
        "function a() {}": ["a"],
        "const b = () => {}; let c; c = function () {}; c ||= () => {}": [
            "b",
            "c",
            "c",
        ],
        "({ d() {}, 'e f': () => {}, get g() {}, 5() {} })": ["d", "e f", "g", "5"],
        "({ [h]: () => {}, ['i']() {} })": ["", "i"],
        "class I { constructor() {} #j() {} static k = () => {} }": ["I", "#j", "k"],
        "(function l() {}); (() => {}); m(() => {})": ["l", "", ""],
        "const [n = () => {}] = []; o.p = () => {}": ["n", ""],
        "const q = (() => {})": ["q"],
    }
    for text, names in named.items():
        tree = syntax.parse(text, "commonjs")
        assert [function_name(f) for f in tree.functions()] == names


def test_kinds(syntax: Syntax):
    text = (
        "class A { constructor() {} m() {} f = () => 1 }"
        " ({ g() {}, h: function () {} }); (() => 1)"
    )
    tree = syntax.parse(text, "commonjs")
    functions = list(tree.functions())
    assert [is_constructor(f) for f in functions] == [True] + [False] * 5
    assert [is_method(f) for f in functions] == [True, True, False, True, False, False]
    assert [class_of(f) is not None for f in functions] == [True] * 3 + [False] * 3
    assert [gives_name(f) for f in functions] == [True] * 5 + [False]
    assert all(is_anonymous_definition(f) for f in functions)


def test_our_names_are_not_theirs(syntax: Syntax):
    assert unused_prefix(syntax.parse("var a", "script")) == "$x_"
    assert unused_prefix(syntax.parse("var $x_, $x1_b", "script")) == "$x2_"
