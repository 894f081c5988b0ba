"""The export table of a module, from the idioms in use."""

from __future__ import annotations

import pytest

from rewriter.exports import exports_of

ESBUILD = """\
var __defProp = Object.defineProperty;
var __mark = (target) => __defProp(target, "__esModule", { value: true });
var __export = (target, all) => {
  for (var name in all) __defProp(target, name, { get: all[name], enumerable: true });
};
__mark(exports);
__export(exports, { one: () => one, two: () => two });
function one () {}
function two () {}
"""


def table(world, text):
    return exports_of(world(text).program.modules[1])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "exports.a = 1; exports.b = function () {}",
            {"a": "1", "b": "function () {}"},
        ),
        ("const f = 1; module.exports = { f, g: 2 }", {"f": "f", "g": "2"}),
        ("module.exports.x = 1; module.exports.y = 2", {"x": "1", "y": "2"}),
        ("exports = module.exports = { a: 1 }", {"a": "1"}),
        ("exports.a = exports.b = void 0; exports.a = 3", {"a": "3", "b": "void 0"}),
        (
            (
                "Object.defineProperty(exports, '__esModule', { value: true });"
                "Object.defineProperty(exports, 'x', { get () { return y } }); var y"
            ),
            {"x": "y"},
        ),
        ("module.exports = { get a () { return b } }; var b", {"a": "b"}),
        (ESBUILD, {"one": "one", "two": "two"}),
    ],
)
def test_names_and_their_expressions(world, text, names) -> None:
    found = table(world, text)
    assert {name: node.raw for name, node in found.names.items()} == names
    assert found.exact


def test_a_function_as_the_whole(world) -> None:
    found = table(world, "module.exports = f; function f () {}; module.exports.g = 1")
    assert found.whole is not None
    assert found.whole.raw == "f"
    assert found.names["g"].raw == "1"
    assert found.exact


@pytest.mark.parametrize(
    "text",
    [
        "fill(exports); function fill (o) { o.x = Math.random() }",
        "exports[name()] = 1; function name () {}",
        "function later () { exports.a = 1 }",
        "exports.a = () => 1; exports.a = () => 2",
        "module.exports = { ...other }; var other",
        "var e = exports; e.x = 1",
        "if (x) exports.a = 1; var x",
        "module.exports = { a: 1 }; module.exports = { b: 1 }",
        "(function (root) { root.x = 1 })(exports)",
        "module.exports = { [k]: 1 }; var k",
        "exports.n = 0; exports.n += 1",
        "delete exports.x; exports.x = 1",
    ],
)
def test_what_is_not_understood_is_said(world, text) -> None:
    found = table(world, text)
    assert not found.exact
    assert found.culprit is not None
