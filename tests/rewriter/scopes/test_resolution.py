from __future__ import annotations

import pytest

from rewriter.scopes import analyse
from rewriter.syntax.client import Syntax
from rewriter.syntax.tree import Kind


def test_a_hoisted_function_is_written_where_it_stands(syntax: Syntax):
    scopes = analyse(syntax.parse("f; { function f() {} } f()", "commonjs"))
    outer = scopes.top.variables["f"]
    assert outer.annex_b
    assert outer.assigned
    assert [(r.node.start, r.read, r.write) for r in outer.references] == [
        (0, True, False),
        (14, False, True),
        (23, True, False),
    ]


def test_arguments_belong_to_the_function_around(syntax: Syntax):
    text = (
        "function f() { return () => arguments } arguments;"
        " class A { m() { arguments } }"
    )
    tree = syntax.parse(text, "commonjs")
    scopes = analyse(tree)
    found = [scopes.resolve(u.node) for u in scopes.references()]
    assert [v.scope.node.type if v else None for v in found] == [
        "FunctionDeclaration",
        "Program",
        "FunctionExpression",
    ]
    assert scopes.top.uses_arguments


@pytest.mark.parametrize(
    ("text", "kind", "of"),
    [
        ("arguments", "commonjs", "Program"),
        ("arguments", "script", None),
        ("() => arguments", "module", None),
        ("() => arguments", "commonjs", "Program"),
    ],
)
def test_arguments_of_a_file(syntax: Syntax, text: str, kind: Kind, of: str | None):
    scopes = analyse(syntax.parse(text, kind))
    found = [scopes.resolve(use.node) for use in scopes.references()]
    assert {v.scope.node.type if v else None for v in found} == {of}


def test_a_name_means_the_nearest_declaration(syntax: Syntax):
    text = "let a; { let a; { a } } a; function f(a) { a }"
    scopes = analyse(syntax.parse(text, "commonjs"))
    found = [scopes.resolve(u.node) for u in scopes.references()]
    assert [v.scope.kind for v in found if v] == ["block", "module", "function"]


def test_all_uses_of_arguments_mean_one_variable(syntax: Syntax):
    text = "function f() { arguments; () => arguments }"
    scopes = analyse(syntax.parse(text, "commonjs"))
    (found,) = {scopes.resolve(u.node) for u in scopes.references()}
    assert found is not None
    assert (found.name, found.kind, len(found.uses)) == ("arguments", "arguments", 2)
    assert found.scope.variables["arguments"] is found
    assert found.declarations == []
    assert found.scope.uses_arguments
    assert not scopes.top.uses_arguments


def test_arguments_that_is_declared_is_that(syntax: Syntax):
    text = "function f(arguments) { arguments } () => { let arguments; arguments }"
    scopes = analyse(syntax.parse(text, "commonjs"))
    found = [scopes.resolve(u.node) for u in scopes.references()]
    assert [v.kind if v else None for v in found] == ["parameter", "let"]


def test_a_class_is_bound_outside_and_inside(syntax: Syntax):
    tree = syntax.parse("class A { m() { A } } A; (class B { m() { B } }); B", "script")
    scopes = analyse(tree)
    found = [scopes.resolve(u.node) for u in scopes.references()]
    assert [v and (v.kind, v.scope.kind) for v in found] == [
        ("class", "class"),
        ("class", "global"),
        ("class", "class"),
        None,
    ]
    outer = scopes.resolve(next(n for n in tree.of_type("Identifier")))
    assert outer is found[1]
    assert not any(v.assigned for v in found if v)


def test_super_needs_this(syntax: Syntax):
    tree = syntax.parse("({ m() { super.x }, n() { this }, o() {} })", "commonjs")
    scopes = analyse(tree)
    marks = [(s.uses_super, s.uses_this) for s in map(scopes.of, tree.functions())]
    assert marks == [(True, True), (False, True), (False, False)]
    assert not any(s.uses_new_target for s in scopes.all)
