"""Which bindings two threads may each have a copy of."""

from __future__ import annotations

import pytest

from rewriter.constants import Constants


def changes(world, text, b="", name="T"):
    made = world({"/app/a.js": text, "/app/b.js": b} if b else text)
    module = made.program.modules[1]
    return Constants(made.program).changes(module, module.scopes.top.variables[name])


@pytest.mark.parametrize(
    "text",
    [
        "const T = 1",
        "let T; T = 5",
        "const T = [1, 2]; f(T[0], T.length)",
        "const T = { a: 1 }; function f (k) { return T[k] + T.a }",
        "const T = [1]; for (const x of T) f(x)",
        "const T = [1]; f([...T], T.map(x => x + 1), T.includes(2))",
        "const T = { a: { b: 1 } }; f(T.a.b + 1)",
        "const T = new Map([['a', 1]]); f(T.get('a'))",
        "const T = /a/; f(T.test('a'))",
        "const T = /a/g; f('x'.replace(T, ''))",
        "function T () {} T(); new T()",
        "function T () {} T.prototype.m = function () {}; T.x = 1; T.help()",
        "class T { m () {} static s () {} static n = 1 }",
        "const T = Math.floor",
        "const T = require('fs'); T.readFileSync('x')",
        "const { T } = require('fs')",
        "function g () {} const T = g; T()",
        "const T = [1]; const A = T; f(A[0])",
        "const T = [1]; if (T) f(typeof T, T === x)",
        "const T = { a: 1 }; const { a } = T",
        "const T = [1]; exports.T = T",
    ],
)
def test_constant(world, text) -> None:
    found = changes(world, text)
    assert found is None, str(found)


@pytest.mark.parametrize(
    "text",
    [
        "let T = 1; T = 2",
        "let T = 1; function f () { T++ }",
        "let T",
        "const T = [1]; T.push(2)",
        "const T = [1]; f(T)",
        "const T = [1]; function f () { T[0] = 1 }",
        "const T = { a: 1 }; delete T.a",
        "const T = { a: { b: 1 } }; const x = T.a; x.b = 2",
        "const T = { a: { b: 1 } }; T.a.b = 2",
        "const T = [[1]]; for (const x of T) x.push(1)",
        "const T = [1]; function f () { return T }",
        "const T = [1]; o.x = T",
        "const T = [1]; const o = { T }",
        "const T = [1]; [T[0]] = [2]",
        "const T = [1]; for (T[0] of [2]) ;",
        "const T = [1]; T.forEach((x, i, all) => all.pop())",
        "const T = [1]; T.forEach(f)",
        "const T = [1]; const A = T; A.sort()",
        "const T = /a/g; T.test('a')",
        "const T = /a/y; 'a'.replace(T, '')",
        "const T = make()",
        "const T = (() => { let n = 0; return { m: () => n++ } })()",
        "const T = new Map(); function f () { T.set(1, 2) }",
        "const T = new WeakMap(load())",
        "function T () {} function f () { T.count = 1 }",
        "function T () {} T.cache = {}",
        "function T () {} f(T.cache)",
        "const T = function self () { self.count = 1 }",
        "class T { static cache = new Map() }",
        "class T { static { T.x = {} } }",
        "function T () {} T = 1",
        "const T = Object.create(null)",
        "const T = { m () { this.n++ } }",
        "const { T } = load()",
    ],
)
def test_not_constant(world, text) -> None:
    found = changes(world, text)
    assert found is not None


@pytest.mark.parametrize(
    ("user", "constant"),
    [
        ("const b = require('./b'); f(b.T[0])", True),
        ("const { T } = require('./b'); f(T[0])", True),
        ("const b = require('./b'); b.T.push(1)", False),
        ("const { T } = require('./b'); T[0] = 1", False),
        ("const { T } = require('./b'); f(T)", False),
        ("const b = require('./b'); f(b)", False),
        ("const b = require('./b'); f(b[k])", False),
        ("const b = require('./b'); b.T = 1", False),
    ],
)
def test_an_exported_table_is_judged_by_its_users(world, user, constant) -> None:
    made = world({"/app/a.js": user, "/app/b.js": "const T = [1]; exports.T = T"})
    module = made.program.modules[2]
    found = Constants(made.program).changes(module, module.scopes.top.variables["T"])
    assert (found is None) is constant
