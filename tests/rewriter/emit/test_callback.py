from __future__ import annotations

import pytest

from rewriter.emit.callback import is_recordable, obstacle, values_of
from store.facts import FunctionRef
from store.plans import Capture, Cut


def cut(**more):
    given = {
        "host": FunctionRef(1, 0),
        "start": 0,
        "end": 0,
        "callee": None,
        "callee_text": "",
        "arguments": ("value",),
        "receiver": "none",
        "captures": (Capture("res", "handle", None),),
        "slices": (),
        "stateful": False,
    }
    return Cut(**{**given, **more})


def callback(syntax, text):
    tree = syntax.parse(f"function outer (res) {{ return {text} }}", "commonjs")
    return list(tree.functions())[1]


@pytest.mark.parametrize(
    "body",
    [
        "res.end(x)",
        "res.status(1).set(2).end()",
        "if (x) return res.end(); res.x = 1",
        "x && res.end()",
        "void res.end()",
        "x ? res.a() : res.b()",
        "res.a(), res.b()",
        "const y = res.url",
        "res.z.y.end()",
    ],
)
def test_what_can_be_recorded(syntax, body):
    literal = callback(syntax, f"function (x) {{ {body} }}")
    assert obstacle(literal, cut(snapshot=("res.url",))) == ""


@pytest.mark.parametrize(
    "body",
    [
        "const y = res.end()",
        "if (res.ended) x()",
        "res.count++",
        "res.count += 1",
        "delete res.x",
        "x(res)",
        "res[x]()",
        "res?.end()",
        "for (const k in res) x()",
        "x(() => res.end())",
        "res = 1",
        "'a' in res",
        "return res.end() && 1",
        "new res.X()",
    ],
)
def test_what_cannot_be_recorded(syntax, body):
    literal = callback(syntax, f"function (x) {{ {body} }}")
    assert "res" in obstacle(literal, cut())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("async function (x) { res.end() }", "async"),
        ("function ({ x }) { res.end() }", "patterns"),
        ("function (x) { this.y = 1 }", "this"),
        ("{ k (x) { res.end() } }", "method"),
    ],
)
def test_callbacks_that_cannot_move(syntax, text, why):
    assert why in obstacle(callback(syntax, text), cut())


def test_written_captures_stay(syntax):
    literal = callback(syntax, "function (x) { n += x }")
    captures = (Capture("n", "shared", None),)
    assert "others write" in obstacle(literal, cut(captures=captures))


def test_a_name_of_its_own_is_no_handle(syntax):
    literal = callback(syntax, "function (x) { const res = x + 1; return res.y + 1 }")
    assert obstacle(literal, cut()) == ""
    identifier = next(
        n for n in literal.tree.of_type("Identifier", within=literal) if n.raw == "x"
    )
    assert not is_recordable(identifier, ())


def test_what_travels_has_an_order(syntax):
    literal = callback(syntax, "function (x, y) { res.end(k, f()) }")
    captures = (
        Capture("res", "handle", None),
        Capture("k", "constant", None),
        Capture("f", "code", None),
    )
    values = values_of(literal, cut(captures=captures))
    assert values.names == ("x", "y", "res", "k")
    assert values.modes == ("value", "value", "handle", "readonly")
