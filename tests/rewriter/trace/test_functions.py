from __future__ import annotations

import pytest

from rewriter.syntax.client import Syntax
from tests.rewriter.trace.harness import loaded, told


def lives(heard: list[list[object]]) -> list[list[object]]:
    return [event for event in heard if event[0] in {"enter", "exit"}]


def test_outcomes(syntax: Syntax):
    text = (
        "function a() {} function b() { return 1 } function c() { throw 1 "
        "} a(); b(1, 2); try { c() } catch {}"
    )
    assert lives(told(syntax, text)) == [
        ["enter", 0, 0],
        ["exit", 0],
        ["enter", 16, 2],
        ["exit", 1],
        ["enter", 42, 0],
        ["exit", 3],
    ]


def test_a_finally_block_may_change_the_outcome(syntax: Syntax):
    text = (
        "function a() { try { return 1 } finally { throw 2 } } function "
        "b() { l: try { return 1 } finally { break l } } try { a() } catch "
        "{} b()"
    )
    assert [e[1] for e in lives(told(syntax, text)) if e[0] == "exit"] == [3, 0]


def test_what_suspends_exits_when_it_first_does(syntax: Syntax):
    text = """async function a() { log('in'); await null; log('on'); await null }
async function b() { return 1 } function* g() { yield 1; yield 2 }
const i = g(); i.next(); i.next();
module.exports = Promise.all([a(), b()]).then(() => log('end'))"""
    heard = lives(told(syntax, text))
    assert [e[0] for e in heard] == ["enter", "exit"] * 3 + ["enter", "exit"]
    assert [e[1] for e in heard if e[0] == "exit"][:3] == [1, 2, 2]


def test_arguments_of_arrows_and_patterns(syntax: Syntax):
    text = "const f = (a, b = 2, ...c) => a; f(1, 2, 3, 4); (({ a }) => a)({ a: 1 })"
    heard = told(syntax, text)
    assert [e[2] for e in lives(heard) if e[0] == "enter"] == [4, 1]
    assert ["opaque", "destructured parameter"] in heard


def test_closures_have_a_name_or_a_number(syntax: Syntax):
    text = (
        "function f() { h(function () {}, function named() {}, () => 1); "
        "const k = () => 1; let l = () => 1; return { m() {} } }"
    )
    made = loaded(syntax, text).text
    assert ".made(1,17," in made
    assert ",named,this,arguments)" in made
    assert ",k,void 0,[])" in made
    assert "enter(1,0,f,this,arguments)" in made
    assert made.count(".made(1,") == 2


def test_eval_makes_a_body_opaque(syntax: Syntax):
    heard = told(syntax, "function f(o) { eval('1'); return o.a } f({ a: 1 })")
    assert heard == [["enter", 0, 1], ["opaque", "eval"], ["exit", 1]]


def test_class_fields_are_opaque_where_the_class_is_made(syntax: Syntax):
    text = "function f(o) { return class { x = o.y; static { o.z = 1 } } } new (f({}))"
    heard = told(syntax, text)
    assert ["opaque", "class fields"] in heard
    assert ["opaque", "static block"] in heard


def test_an_unsampled_run_takes_the_original_body(syntax: Syntax):
    made = loaded(syntax, "function f(o) { 'x'; return o.a } const g = (o) => o.b").text
    assert "===0){ return o.a ;return};try{" in made
    assert "===0)return ( o.b);try{" in made


@pytest.mark.parametrize(
    "text",
    [
        "function f(o) {\n return o.a }",
        "function f(o) { return () => o.a }",
        "async function f(o) { return o.a }",
        "function f(o) { eval(''); return o.a }",
    ],
)
def test_unless_it_could_be_told_apart(syntax: Syntax, text: str):
    made = loaded(syntax, text).text
    assert "===0" not in made.split("function f")[1].split("=>")[0]
