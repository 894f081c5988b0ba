"""What code may use in a worker, one refusal at a time."""

from __future__ import annotations

import pytest

from rewriter.modules import Spot
from rewriter.pure import Judge


def judged(world, text, more=None):
    made = world({"/app/a.js": text, **(more or {})})
    module = made.program.modules[1]
    later: list[Spot] = []
    judge = Judge(made.program, later)
    refusal = judge.module(module) or judge.code(module, module.tree.root)
    if refusal is None:
        for statement in module.statements:
            refusal = refusal or judge.initial(module, statement)
    return refusal.code if refusal is not None else None, len(later)


@pytest.mark.parametrize(
    "text",
    [
        "function f (a) { return Math.sqrt(a) + JSON.stringify(a).length }",
        "typeof window !== 'undefined' && window.x",
        "function f () { return Date.now() + Math.random() }",
        "const d = new Date(2020, 1)",
        "function f () { return new Uint8Array(3).map(x => x) }",
        "const own = Object.prototype.hasOwnProperty; own.call({}, 'x')",
        "'use strict'; function put () { this.x = 1 } put()",
        "const o = { m () { return this.x } }; o.m()",
        "function F () { this.x = 1 } new F()",
        "Object.defineProperty(exports, 'x', { value: 1 })",
        "Error.captureStackTrace({})",
    ],
)
def test_harmless(world, text) -> None:
    assert judged(world, text)[0] is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("process.exit()", "FX010"),
        ("globalThis.x = 1", "FX010"),
        ("setInterval(f, 1)", "FX010"),
        ("leak = 1", "FX010"),
        ("function put () { this.x = 1 } put()", "FX010"),
        ("eval('1')", "FX015"),
        ("new Function('1')", "FX015"),
        ("with ({}) x", "FX015"),
        ("import('x')", "FX013"),
        ("Array.prototype.x = 1", "FX017"),
        ("Math.max = 1", "FX017"),
        ("delete String.prototype.trim", "FX017"),
        ("Object.defineProperty(Array.prototype, 'x', {})", "FX017"),
        ("Object.assign(Math, {})", "FX017"),
        ("const P = Array.prototype; P.x = 1; [].x", "FX017"),
        ("Error.stackTraceLimit = 50; new Error('x')", "FX017"),
        ("const s = Math.random()", "FX012"),
        ("const t = Date.now()", "FX012"),
        ("const t = new Date()", "FX012"),
        ("const t = (() => Math.random())()", "FX012"),
        ("function now () { return new Date() } const t = now()", "FX012"),
    ],
)
def test_refused(world, text, code) -> None:
    assert judged(world, text)[0] == code


def test_a_native_that_another_file_changes(world) -> None:
    patch = {"/app/b.js": "String.prototype.trim = function () { return 'x' }"}
    assert judged(world, "const t = String(1)", patch)[0] == "FX017"
    assert judged(world, "const t = Math.abs(1)", patch)[0] is None


def test_how_stacks_are_written_elsewhere_does_not_matter(world) -> None:
    patch = {"/app/b.js": "const l = Error.stackTraceLimit; Error.stackTraceLimit = 9"}
    assert judged(world, "const e = new Error('x')", patch)[0] is None


@pytest.mark.parametrize(
    "text",
    ["setTimeout(() => {})", "new Promise(() => {})", "async function f () {}"],
)
def test_work_that_goes_on_is_noted(world, text) -> None:
    assert judged(world, text) == (None, 1)


@pytest.mark.parametrize(
    ("name", "export", "code", "later"),
    [
        ("fs", None, "FX011", 0),
        ("url", "parse", None, 0),
        ("zlib", "deflateSync", None, 0),
        ("zlib", "Z_BEST_SPEED", None, 0),
        ("zlib", "createDeflate", None, 1),
        ("stream", "Transform", None, 1),
        ("crypto", "createHash", None, 0),
        ("crypto", "randomBytes", "FX011", 0),
    ],
)
def test_built_in_modules(world, name, export, code, later) -> None:
    made = world(f"const m = require('{name}'); m.{export}")
    module = made.program.modules[1]
    noted: list[Spot] = []
    judge = Judge(made.program, noted)
    call = next(iter(module.tree.of_type("CallExpression")))
    refusal = judge.builtin(name, Spot(module, call))
    if refusal is None and export is not None:
        use = list(module.tree.of_type("MemberExpression"))[-1].the("object")
        refusal = judge.part(name, None, Spot(module, use))
    assert (refusal.code if refusal is not None else None) == code
    assert len(noted) == later
