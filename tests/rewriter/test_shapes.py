"""What an expression is by the way it is written."""

from __future__ import annotations

import pytest

from rewriter.shapes import FLAT, NESTED, native, primitive, pure_call, shape


def value(world, text):
    module = world(f"const K = 2; const v = {text}").program.modules[1]
    return module, module.statements[-1].all("declarations")[0].the("init")


@pytest.mark.parametrize(
    "text",
    ["1", "'a'", "-1", "1 << 2", "`a${K}`", "K + 1", "Math.PI", "undefined", "!0"],
)
def test_primitives(world, text) -> None:
    assert primitive(*value(world, text))


@pytest.mark.parametrize("text", ["{}", "/a/", "f()", "K.x", "Math.random()", "x"])
def test_what_is_not_certainly_primitive(world, text) -> None:
    assert not primitive(*value(world, text))


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        ("[1, 2]", FLAT),
        ("{ a: 1 }", FLAT),
        ("[[1]]", NESTED),
        ("{ a: { b: 1 } }", NESTED),
        ("new Uint8Array(4)", FLAT),
        ("new Map([['a', 1]])", FLAT),
        ("new Map([['a', [1]]])", NESTED),
        ("new Set([1, 2])", FLAT),
        ("Object.freeze({ a: 1 })", FLAT),
        ("[f]", None),
        ("[() => 1]", None),
        ("{ get a () { return 1 } }", None),
        ("{ [K]: 1 }", None),
        ("{ ...o }", None),
        ("new Foo()", None),
        ("make()", None),
    ],
)
def test_containers(world, text, depth) -> None:
    assert shape(*value(world, text)) == depth


@pytest.mark.parametrize(
    ("text", "pure"),
    [
        ("Math.max(1)", True),
        ("JSON.stringify(K)", True),
        ("Object.keys(K)", True),
        ("parseInt(K)", True),
        ("Object.assign(K)", False),
        ("eval(K)", False),
        ("K.max(1)", False),
    ],
)
def test_calls_of_natives_that_keep_nothing(world, text, pure) -> None:
    assert pure_call(*value(world, text)) is pure


def test_natives_are_names_that_the_program_does_not_bind(world) -> None:
    assert native(*value(world, "Math.floor"))
    assert not native(*value(world, "K.floor"))
