from __future__ import annotations

import re

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


def test_fields_and_static_blocks_tell_whoever_runs_them(syntax: Syntax):
    text = (
        "function f(o) { return class { x = o.y; static { o.z = 1 } } }"
        "function g(C) { new C() } g(f({}))"
    )
    assert [
        e[:2] for e in told(syntax, text) if e[0] in {"enter", "read", "write"}
    ] == [
        ["enter", 0],
        ["write", "z"],
        ["enter", text.index("function g")],
        ["read", "y"],
    ]


def test_parameters_tell_whoever_calls(syntax: Syntax):
    text = "const o = {}; function f(x = o.y) {} function g() { f() } g()"
    heard = [e[1] for e in told(syntax, text) if e[0] in {"enter", "read"}]
    assert heard == [text.index("function g"), "y", text.index("function f")]


def test_functions_that_are_left_alone_say_so(syntax: Syntax):
    text = "function f(x) { with (x) { return function g(a) { return () => a } } }"
    made = loaded(syntax, text)
    assert "function g(/*$x_alone*/a)" in made.text
    assert "()/*$x_alone*/" not in made.text
    assert re.search(r"\(/\*\$x_alone\*/\) => (/\*\S+\*/)?a", made.text)


def test_an_unsampled_run_takes_the_original_body(syntax: Syntax):
    made = loaded(syntax, "function f(o) { 'x'; return o.a } const g = (o) => o.b").text
    assert "===0){ return o.a ;return};$x_B[0]=1;try{" in made
    assert "===0)return ( o.b);$x_B[1]=1;try{" in made


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
    assert "if($x_a===0)" not in made.split("function f")[1].split("=>")[0]


def test_a_closed_gate_counts_the_run_and_nothing_is_told(syntax: Syntax):
    text = "function f(o) {\n o.p = g(o.q)\n} const g = (v) => { return\n v }"
    made = loaded(syntax, text).text
    second = text.index("(v)")
    assert f"$x_G=$x_fx.gates(1,[0,{second}])" in made
    assert "$x_a=$x_G[0]===0?$x_fx.enter(1,0,f,this,arguments):($x_G[0]++,0)" in made
    assert f"$x_a=$x_G[1]===0?$x_fx.enter(1,{second}," in made
    body = made.split("try{", 1)[1]
    told = re.findall(r"(.{9})\$x_fx\.(?!enter)", body)
    assert len(told) > 5
    assert all(re.search(r"\$x_[am]&&$|:$", before) for before in told), told


def test_what_is_left_alone_says_so_to_its_caller(syntax: Syntax):
    text = (
        "'use strict'; const o = { get p() { 'use strict'\n var q; function q() {}"
        " return this === o }, valueOf() { var q; function q() {} return 2 } };"
        "function f() { return [o.p, +o] } log(f(), o.p)"
    )
    assert told(syntax, text).count(["opaque", "left alone"]) == 2
    inside = "with ({}) { (function () { log(1) })() }"
    assert ".opaque(" not in loaded(syntax, inside).text.split(";with", 1)[1]
