from __future__ import annotations

import pytest

from rewriter.emit.access import literal_span, reach


def marked(syntax, text):
    """The function whose body is marked by `'HERE'`."""
    tree = syntax.parse(text, "commonjs")
    found = [f for f in tree.functions() if "HERE" in f.raw]
    return min(found, key=lambda f: f.end - f.start)


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("function f () { 'HERE' }", "f"),
        ("const f = () => { 'HERE' }", "f"),
        ("let a, f = function g () { 'HERE' }", "f"),
        ("exports.f = function () { 'HERE' }", "exports.f"),
        ("module.exports = () => { 'HERE' }", "module.exports"),
        ("exports = module.exports = function () { 'HERE' }", "exports"),
        ("module.exports = { a: 1, f () { 'HERE' } }", "module.exports.f"),
        ("const lib = { deep: { 'f-g': () => { 'HERE' } } }", "lib.deep['f-g']"),
        ("class C { static f () { 'HERE' } }", "C.f"),
        ("class C { f () { 'HERE' } }", "C.prototype.f"),
        ("A.prototype.f = function () { 'HERE' }", "A.prototype.f"),
        ("this.f = function () { 'HERE' }", "this.f"),
    ],
)
def test_a_name_leads_to_a_function(syntax, text, expression):
    access = reach(marked(syntax, text))
    assert access is not None
    assert (access.expression, access.within) == (expression, None)


def test_a_function_within_a_function_is_reached_from_there(syntax):
    text = "(function (root) { function f () { 'HERE' } root.f = f })(this)"
    tree = syntax.parse(text, "commonjs")
    access = reach(list(tree.functions())[1])
    assert access is not None
    assert access.expression == "f"
    assert access.within is not None
    assert access.within.type == "FunctionExpression"


@pytest.mark.parametrize(
    "text",
    [
        "setTimeout(function () { 'HERE' })",
        "const { f = () => { 'HERE' } } = {}",
        "x[y] = () => { 'HERE' }",
        "const o = { get f () { return 'HERE' } }",
        "const o = { [k] () { 'HERE' } }",
        "class C { #f () { 'HERE' } }",
        "class C { constructor () { 'HERE' } }",
        "if (a) { const f = () => { 'HERE' } }",
        "new class { f () { 'HERE' } }()",
        "f ||= () => { 'HERE' }",
    ],
)
def test_what_no_name_leads_to(syntax, text):
    assert reach(marked(syntax, text)) is None


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("x = function () { 'HERE' }", "function () { 'HERE' }"),
        ("x = { async f (a) { 'HERE' } }", "async f (a) { 'HERE' }"),
        ("class C { static /**/ f () { 'HERE' } }", None),
        ("class C { static f () { 'HERE' } }", "f () { 'HERE' }"),
        ("x = { f: () => { 'HERE' } }", "() => { 'HERE' }"),
    ],
)
def test_the_text_of_a_function(syntax, text, span):
    literal = marked(syntax, text)
    start, end = literal_span(literal)
    assert span is None or text[start:end] == span
