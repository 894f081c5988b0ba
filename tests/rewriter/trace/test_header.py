from __future__ import annotations

import subprocess

import pytest

from rewriter.scopes import analyse
from rewriter.syntax.client import Syntax
from rewriter.trace.header import ABSENT, global_name
from store.abi import PROBE_CALLS
from tests.rewriter.trace.harness import loaded


def test_without_a_probe_nothing_happens(syntax: Syntax):
    text = (
        "function f(o) { return o.a(() => 1) + o.b++ } console.log(f({ a: "
        "(g) => g(), b: 2 }))"
    )
    made = loaded(syntax, text).text
    done = subprocess.run(
        ["node", "-e", made], capture_output=True, text=True, check=True
    )
    assert done.stdout == "3\n"


def test_it_stands_in_for_every_call():
    for name in PROBE_CALLS:
        assert f"{name}(" in ABSENT


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", "globalThis"),
        ("var globalThis", "global"),
        ("var globalThis, global", None),
    ],
)
def test_the_global_object_has_a_name(syntax: Syntax, text: str, name: str | None):
    assert global_name(analyse(syntax.parse(text, "commonjs")).top) == name
