from __future__ import annotations

import pytest

from rewriter.syntax.client import Syntax
from rewriter.syntax.foreign import foreign
from store.facts import Refusal


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("// @flow\nconst a = (x: number): string => `${x}`", "Flow"),
        ("/**\n * By us\n *\n * @flow strict\n */\ntype A = B", "Flow"),
        ("const a = <div/>", "JSX"),
        ("function f() { return <a.b c={1}>{d}</a.b> }", "JSX"),
        ("f(<></>)", "JSX"),
        ("const a = b => (\n  <p>text</p>\n)", "JSX"),
        ("const n: number = 1", "TypeScript"),
        ("function f(a?: string) {}", "TypeScript"),
        ("function f(): void {}", "TypeScript"),
        ("function f<T>(a) {}", "TypeScript"),
        ("class A { private x = 1 }", "TypeScript"),
        ("class A<T> {}", "TypeScript"),
        ("interface A { b: string }", "TypeScript"),
        ("enum A { B }", "TypeScript"),
        ("type A = B", "TypeScript"),
        ("import type { A } from 'a'", "TypeScript"),
        ("const a = b as C", "TypeScript"),
        ("a!.b", "TypeScript"),
        ("var ;", ""),
        ("let a = 1\nlet a = 2", ""),
        ("a b", ""),
        ("f(", ""),
        ("@decorated class A {}", ""),
    ],
)
def test_what_it_looks_like(syntax: Syntax, text: str, name: str):
    refused = syntax.try_parse(text, "module")
    assert isinstance(refused, Refusal)
    assert refused.place is not None
    seems = foreign(text, refused.place.offset)
    assert seems.name == name
    assert refused.remedy.startswith(seems.remedy)
    assert (f"looks like {name}" in refused.reason) is bool(name)


@pytest.mark.parametrize("text", ["import a from 'a'", "f()\nexport const a = 1"])
def test_a_module_that_was_taken_for_commonjs(syntax: Syntax, text: str):
    refused = syntax.try_parse(text, "commonjs")
    assert isinstance(refused, Refusal)
    assert "it looks like an ES module" in refused.reason
    assert "package.json" in refused.remedy
