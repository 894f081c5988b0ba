"""What a twin hands over: the probe is asked where the callee may keep it to itself."""

from __future__ import annotations

import re

import pytest

from rewriter.syntax.client import Syntax
from store.facts import Rewrite
from tests.rewriter.trace.harness import twin_of

ASKED = re.compile(r"\.given\(\$x_a,\$x_\d+,\(?(?:\$x_a===0\?)?([a-z]+)")


@pytest.mark.parametrize(
    ("call", "asked"),
    [
        ("setTimeout(use, 5)", ["use"]),
        ("x.then(use, other)", ["use", "other"]),
        ("x?.catch(use)", ["use"]),
        ("process.nextTick(use, x, mine)", ["use"]),
        ("setTimeout(...use)", []),
        ("setTimeout(x)", []),
        ("setTimeout(mine)", []),
        ("setTimeout(() => use())", []),
        ("setTimeout(use.bind(x))", []),
        ("x[then](use)", []),
        ("x.on('data', use)", []),
        ("new x.then(use)", []),
        ("x.then(function g(use) { x.then(use) })", []),
        ("x.then(function g() { x.then(use) })", ["use"]),
    ],
)
def test_what_the_probe_is_asked_about(syntax: Syntax, call: str, asked: list[str]):
    made = twin_of(
        syntax,
        "function use() {} const other = () => {}; const then = 1;"
        f"/*F*/function f(x) {{ function mine() {{}} {call} }}",
    )
    assert isinstance(made, Rewrite), made
    assert ASKED.findall(made.text) == asked
