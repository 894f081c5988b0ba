from __future__ import annotations

from pathlib import Path

import pytest

from rewriter.syntax.client import Syntax
from rewriter.trace.twin import HOME
from store.facts import Refusal, Rewrite
from tests.rewriter.trace.harness import TWINS, run, twin_of


def test_twins_do_what_the_originals_do(syntax: Syntax, node_version: Path):
    programs = []
    for name, text in TWINS.items():
        made = twin_of(syntax, text)
        assert isinstance(made, Rewrite), (name, made)
        programs.append(
            {
                "name": name,
                "text": text,
                "twin": made.text,
                "hoisted": made.hoisted,
            }
        )
    answers = run("run_twins.js", programs, node_version)
    assert [answer["name"] for answer in answers] == list(TWINS)
    for answer in answers:
        assert "failed" not in answer, answer
        assert answer["traced"] == answer["before"] == answer["after"], answer
        assert answer["unsampled"] == answer["before"], answer
        assert answer["events"] > 0, answer
        assert answer["same"], answer


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("class A { constructor/*F*/() {} }", "FX070"),
        ("class A extends B { m() { return /*F*/() => super.m() } }", "FX071"),
        ("with (o) { g(/*F*/function () {}) }", "FX072"),
        ("/*F*/function f() { var g; function g() {} }", "FX073"),
        ("/*F*/function f() { return arguments.callee }", "FX079"),
        ("function f(globalThis, global) { return /*F*/() => 1 }", "FX077"),
    ],
)
def test_what_has_no_twin(syntax: Syntax, text: str, code: str):
    made = twin_of(syntax, text)
    assert isinstance(made, Refusal)
    assert made.code == code
    assert made.function is not None
    assert made.remedy


@pytest.mark.parametrize(
    ("text", "hoisted"),
    [
        ("const k = 1; let n = 0; n = 2; /*F*/function f() { return k + n }", {"k"}),
        ("var a = 1; /*F*/function f() { return a }", {"a"}),
        ("var a; if (x) a = 1; /*F*/function f() { return a }", set()),
        ("for (var i of x) var a = i; /*F*/function f() { return a }", set()),
        ("var a = 1; var a = 2; /*F*/function f() { return a }", set()),
        ("function g(p) { arguments[0] = 1; return /*F*/() => p }", set()),
        ("function g(p) { return /*F*/() => p }", {"p"}),
        ("function g(p) { p++; return /*F*/() => p }", set()),
        ("{ function g() {} } /*F*/function f() { return g }", set()),
        (
            "/*F*/function f() { return Math.max(unknown, require) }",
            {"Math", "require"},
        ),
        ("Math = 1; /*F*/function f() { return Math }", set()),
        ("const k = 1; eval(''); /*F*/function f() { return k }", set()),
        ("for (let i = 0; i < 2; i++) { (/*F*/() => i)() }", set()),
        ("for (const i of x) { (/*F*/() => i)() }", {"i"}),
        ("const o = { m/*F*/() { return super.m() } }", {HOME}),
    ],
)
def test_only_what_cannot_change_is_hoisted(
    syntax: Syntax, text: str, hoisted: set[str]
):
    made = twin_of(syntax, text)
    assert isinstance(made, Rewrite), made
    assert set(made.hoisted) == hoisted


def test_names_that_are_only_called(syntax: Syntax):
    text = (
        "function g() {} function h() {} const k = 1;"
        "/*F*/function f(x) { g(k); h(h); new Map(x); return ((g) => g)(x) }"
    )
    made = twin_of(syntax, text)
    assert isinstance(made, Rewrite)
    assert set(made.hoisted) == {"g", "h", "k", "Map"}
    assert made.callees == ("g",)


def test_a_variable_that_is_not_set_yet_makes_no_twin(syntax: Syntax):
    text = (
        "module.exports = { f, drive(f) { return typeof f() } };"
        "/*F*/function f() { return late } module.exports.f(); var late = 1;"
    )
    # Its evaluator is taken while the file runs, and `late` is set only afterwards.
    made = twin_of(syntax, text)
    assert isinstance(made, Rewrite)
    assert "late===void 0" in made.text
