"""What a name brings in from other modules."""

from __future__ import annotations

import pytest

from rewriter.imports import (
    exports_root,
    imported,
    member_name,
    required_names,
    values_of,
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("const x = require('./b')", [(2, None)]),
        ("const { x } = require('./b')", [(2, "x")]),
        ("const { y: x } = require('./b')", [(2, "y")]),
        ("const { y: x = 1 } = require('./b')", [(2, "y")]),
        ("const x = require('./b').y", [(2, "y")]),
        ("const { ...x } = require('./b')", [(2, "*")]),
        ("const { a: { x } } = require('./b')", [(2, "*")]),
        ("const x = require('fs')", [("fs", None)]),
        ("const x = 1", []),
        ("function x () {}", []),
    ],
)
def test_what_a_binding_imports(world, text, found) -> None:
    made = world({"/app/a.js": text, "/app/b.js": ""})
    module = made.program.modules[1]
    variable = module.scopes.top.variables["x"]
    assert imported(made.program, module, variable) == found


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("require('./b')", []),
        ("const x = require('./b'); x.y", []),
        ("require('./b').y()", ["y"]),
        ("require('./b')()", [""]),
        ("f(require('./b'))", ["*"]),
        ("function f () { const x = require('./b'); x.y(); x.z }", ["y", "z"]),
        ("function f () { const { y } = require('./b') }", ["*"]),
        ("x = require('./b')", ["*"]),
    ],
)
def test_what_a_require_uses_by_itself(world, text, names) -> None:
    module = world({"/app/a.js": text, "/app/b.js": ""}).program.modules[1]
    call = next(
        c for c in module.tree.of_type("CallExpression") if c.raw == "require('./b')"
    )
    assert required_names(module, call) == names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("x.y", "y"),
        ("x?.y", "y"),
        ("x['y']", "y"),
        ("x[y]", "*"),
        ("x()", ""),
        ("new x()", ""),
        ("f(x)", "*"),
        ("x.y = 1", None),
        ("typeof x", None),
    ],
)
def test_which_member_is_used(world, text, name) -> None:
    module = world(f"var x;\n{text}").program.modules[1]
    node = [r.node for r in module.scopes.references() if r.node.name == "x"][-1]
    assert member_name(node) == name


def test_the_exports_object_by_its_two_names(world) -> None:
    module = world("exports.a; module.exports.b; module.id").program.modules[1]
    nodes = [r.node for r in module.scopes.references()]
    roots = [exports_root(node) for node in nodes]
    assert [r.raw if r is not None else None for r in roots] == [
        "exports",
        "module.exports",
        None,
    ]


def test_all_values_of_a_variable(world) -> None:
    text = (
        "let x = 1; function f () { x = 2; ({ x } = o); [x = 3] = l } function x2 () {}"
    )
    module = world(text).program.modules[1]
    values = list(values_of(module, module.scopes.top.variables["x"]))
    assert [s.node.raw for s in values][:3] == ["1", "2", "o"]
    assert len(values) >= 4
    values = list(values_of(module, module.scopes.top.variables["x2"]))
    assert [s.node.raw for s in values] == ["function x2 () {}"]
