from __future__ import annotations

import pytest

from rewriter.emit.host import Site, convert, obstacle
from rewriter.emit.patch import Patch


def host_of(syntax, text):
    tree = syntax.parse(text, "commonjs")
    call = next(
        c
        for c in tree.of_type("CallExpression", "NewExpression")
        if "heavy" in c.the("callee").raw
    )
    hosts = [f for f in tree.functions() if f.contains(call)]
    return min(hosts, key=lambda f: f.end - f.start), call


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("function* h () { heavy() }", "generator"),
        ("class C { constructor () { heavy() } }", "constructor"),
        ("x = { get h () { heavy() } }", "getter"),
        ("function h () { eval(''); heavy() }", "eval"),
        ("x = { h () { super.x; heavy() } }", "super"),
        ("function h () { new.target; heavy() }", "new.target"),
        (
            "function o () { return () => [arguments, heavy()] }",
            "arrow that uses arguments",
        ),
        ("function h (arguments) { heavy() }", "named arguments"),
        ("function h () { yield = 1; heavy() }", "yield"),
        ("function h ({ a }) { var a; heavy(a) }", "declares its parameter a again"),
        ("function h (a = heavy()) { }", "not in the body"),
        ("function h () { class X { y = heavy() } }", "class body"),
        ("function h () { heavy?.() }", "optional"),
        ("function h () { a?.heavy() }", "optional chain"),
        ("function h () { (a.heavy)() }", "in parentheses"),
        ("function h () { heavy(...a) }", "spreads"),
        ("function h () { new heavy() }", "NewExpression"),
    ],
)
def test_what_cannot_be_suspended(syntax, text, why):
    host, call = host_of(syntax, text)
    assert why in obstacle(host, [call])


SYNC = (
    "function h (a) {return $fx.run(new.target,this,arguments,function*(a)"
    "{var $fxt0,$fxf0,$fxa0,$fxr0; return (($fxf0=heavy),$fxa0=[a, 1],"
    "($fxr0=$fx.cut(0,void 0,$fxf0,$fxa0,()=>[a]))&&($fxr0=yield)?$fxr0.value"
    ":$fx.apply($fxf0,void 0,$fxa0)) })}"
)
ASYNC = (
    "const h = async x =>{var $fxt0,$fxf0,$fxa0,$fxr0;return( (($fxt0=lib)"
    ",($fxf0=$fxt0.heavy),$fxa0=[],($fxr0=$fx.ask(0,$fxt0,$fxf0,$fxa0,()=>[a]))"
    "&&($fxr0=await $fxr0)?$fxr0.value:$fx.apply($fxf0,$fxt0,$fxa0)))}"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("function h (a) { return heavy(a, 1) }", SYNC),
        ("const h = async x => lib.heavy()", ASYNC),
    ],
)
def test_what_a_host_becomes(syntax, text, expected):
    host, call = host_of(syntax, text)
    assert obstacle(host, [call]) == ""
    patch = Patch(text)
    convert(patch, host, [Site(call, 0, ("a",))], "$fx")
    assert patch.text() == expected
    syntax.parse(patch.text(), "commonjs")


@pytest.mark.parametrize(
    "text",
    [
        "function h () {\n  'use strict'\n  x\n  heavy(1)\n  ;[1].map(y)\n}",
        "const h = () => ({ v: heavy(1) })",
        "const h = () =>\n  heavy(1)",
        "function h () { if (a) heavy(1); else b.heavy(1) }",
        "function h () { for (const x of heavy(1)) x() }",
        "function h () { return heavy(1).then(x)[2]?.y }",
        "function h () { return `${heavy(1)}` + !heavy + typeof heavy(2) }",
        "function h ({ a }, [b] = [], ...c) { return a(b).c[d].heavy(1, ) }",
        "class C { async h () { return this.#x.heavy(1) } #x }",
        "function h () { switch (1) { case 1:\n heavy(1)\n case 2: } }",
        "const h = async () => { for await (const x of heavy(1)) {} }",
    ],
)
def test_what_comes_out_parses_and_has_the_same_lines(syntax, text):
    host, call = host_of(syntax, text)
    assert obstacle(host, [call]) == ""
    patch = Patch(text)
    convert(patch, host, [Site(call, 7)], "$fx")
    new = patch.text()
    syntax.parse(new, "commonjs")
    assert new.count("\n") == text.count("\n")
