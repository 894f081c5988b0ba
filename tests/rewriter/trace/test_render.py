from __future__ import annotations

import json
import subprocess

import pytest

from rewriter.syntax.client import Syntax
from rewriter.trace.render import not_iterable, number_text, quote, render

TEXTS = {
    "a": "a",
    "o.b": "o.b",
    "o['b']": "o.b",
    "o[0]": "o[0]",
    "o[a]": "o[a]",
    "o?.b": "o?.b",
    "o?.[a]": "o?.[a]",
    "o['b c']": "o.b c",
    "o[`k`]": "o.k",
    "o[a + 1]": "o[(a + 1)]",
    "'x'": '"x"',
    "5": "5",
    "1.50": "1.5",
    "0x10": "16",
    "1e21": "1e+21",
    "(-5)": "-5",
    "(~5)": "-6",
    "(!1)": "false",
    "(-a)": "(-a)",
    "(typeof a)": "(typeof a)",
    "true": "true",
    "this": "this",
    "[1, a, ...[a]]": "[1,a,(...[a])]",
    "({})": "{}",
    "({ a: 1, b: a })": "{(intermediate value)(intermediate value)}",
    "`x`": '"x"',
    "`a${a}b${o.b}`": "ao.b",
    "(a, o.b)": "(a , o.b)",
    "(l = 5)": "l",
    "(o.c = 5)": "o.c",
    "(a ? a : a)": "(intermediate value)" * 3,
    "(a + 1 + a)": "(a + 1 + a)",
    "(a - 1 + 2)": "((a - 1) + 2)",
    "(a == 1 == 2)": "((a == 1) == 2)",
    "(a && a && a)": "(a && a && a)",
    "(a++)": "(a++)",
    "f(1)": "f(...)",
    "(() => 1)()": "(intermediate value)(...)",
    "new f()": "(intermediate value)",
    "/x/g": "/x/g",
    "1n": "(intermediate value)",
    "(o?.b)": "(intermediate value)",
    "(function () {})()": "(intermediate value)(...)",
    "this.#p": "this[#p]",
}
ASK = """
for (const text of JSON.parse(process.argv[1])) {
  let a = 1, l, o = {}, f = function () {}, said;
  try {
    const C = eval(`(class { #p = 1; m() { (() => { ${text}() })() } })`);
    new C().m();
  } catch (e) { said = e.message }
  console.log(said);
}"""


def test_as_v8_does(syntax: Syntax):
    ask = ["node", "-e", ASK, json.dumps(list(TEXTS))]
    done = subprocess.run(ask, capture_output=True, text=True, check=True)
    for said, (text, expected) in zip(
        done.stdout.splitlines(), TEXTS.items(), strict=True
    ):
        assert said == f"{expected} is not a function"
        program = syntax.parse(f"class A {{ #p; m() {{ {text}() }} }}", "commonjs")
        (statement,) = next(program.of_type("BlockStatement")).all("body")
        call = statement.the("expression")
        if call.type == "ChainExpression":
            call = call.the("expression")
        assert render(call.the("callee")) == expected


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5, "5"),
        (1.5, "1.5"),
        (1e21, "1e+21"),
        (1e-7, "1e-7"),
        (1e-6, "0.000001"),
        (0.1, "0.1"),
        (123456789012345680000, "123456789012345680000"),
        (1.5e-10, "1.5e-10"),
        (0, "0"),
    ],
)
def test_numbers(value: float, text: str):
    assert number_text(value) == text


def test_sentences_about_iterables(syntax: Syntax):
    call, member = (
        syntax.parse(text, "script").root.all("body")[0].the("expression")
        for text in ("a.b()", "a.b")
    )
    assert not_iterable(call) == (
        "a.b is not a function or its return value is not iterable"
    )
    assert not_iterable(member) == "a.b is not iterable"


def test_quotes_stay_on_one_line():
    assert quote('a"\n\u2028') == '"a\\"\\n\\u2028"'
