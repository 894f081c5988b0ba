from __future__ import annotations

from rewriter.scopes import analyse
from rewriter.syntax.client import Syntax


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
        None,
        "FunctionExpression",
    ]
    assert scopes.top.uses_arguments


def test_a_name_means_the_nearest_declaration(syntax: Syntax):
    text = "let a; { let a; { a } } a; function f(a) { a }"
    scopes = analyse(syntax.parse(text, "commonjs"))
    found = [scopes.resolve(u.node) for u in scopes.references()]
    assert [v.scope.kind for v in found if v] == ["block", "module", "function"]
