from __future__ import annotations

import json
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from rewriter.scopes import Scopes, Variable, analyse
from rewriter.syntax.client import Syntax
from rewriter.syntax.tree import Kind, Tree
from tests.rewriter.trace.harness import PROGRAMS, ROOT, read, real_files

ORACLE = Path(__file__).with_name("eslint_scope.mjs")

SNIPPETS = (ROOT / "tests/golden/scopes/snippets.txt").read_text("utf-8")


def opinions(programs: list[dict[str, str]]) -> list[dict[str, Any]]:
    done = subprocess.run(
        ["node", str(ORACLE)],
        input="\n".join(map(json.dumps, programs)),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def definition(variable: Variable | None) -> int:
    if variable is None:
        return -1
    if not variable.declared:
        return -2 - variable.scope.node.start
    return variable.declarations[0].start


def differences(tree: Tree, opinion: dict[str, Any]) -> tuple[int, list[Any]]:
    """Compare every reference: where, read or written, and what it means."""
    scopes = analyse(tree)
    ours: dict[int, tuple[int, Variable | None]] = {}
    for use in scopes.references():
        if use.node.type == "Identifier":
            bits = ours.get(use.node.start, (0, None))[0]
            bits |= use.read | use.write << 1
            ours[use.node.start] = bits, scopes.resolve(use.node)
    theirs: dict[int, tuple[int, int]] = defaultdict(lambda: (0, -1))
    for offset, bits, defined in opinion["references"]:
        theirs[offset] = theirs[offset][0] | bits, defined
    wrong = []
    for offset in ours.keys() | theirs.keys():
        bits, variable = ours.get(offset, (0, None))
        if variable is not None and variable.annex_b and theirs[offset] == (bits, -1):
            continue  # eslint-scope does not know Annex B
        if variable is not None and variable.scope.kind == "function-body":
            outer = variable.scope.parent
            assert outer is not None
            # ... nor that parameters have an environment of their own.
            variable = outer.variables.get(variable.name, variable)
        if (bits, definition(variable)) != theirs[offset]:
            wrong.append((offset, bits, variable, theirs[offset]))
    return len(theirs), wrong


def test_real_files_as_eslint_scope_sees_them(syntax: Syntax):
    trees, programs = [], []
    kind: Kind
    for file in real_files(400):
        text = read(file)
        kind = "module" if file.suffix == ".mjs" else "commonjs"
        tree = syntax.try_parse(text, kind)
        if not isinstance(tree, Tree):
            kind = "module"
            tree = syntax.try_parse(text, kind)
        if isinstance(tree, Tree):
            trees.append((file, tree))
            programs.append({"text": text, "kind": kind})
    assert len(trees) > 300
    compared = 0
    for (file, tree), opinion in zip(trees, opinions(programs), strict=True):
        assert "failed" not in opinion, (file, opinion)
        count, wrong = differences(tree, opinion)
        compared += count
        assert not wrong, (file, wrong[:3])
    assert compared > 30_000


def test_small_programs_as_eslint_scope_sees_them(syntax: Syntax):
    trees, programs = [], []
    for text in [*SNIPPETS.splitlines(), *PROGRAMS.values()]:
        for kind in ("commonjs", "module"):
            tree = syntax.try_parse(text, kind)
            if isinstance(tree, Tree):
                trees.append(tree)
                programs.append({"text": text, "kind": kind})
    assert len(trees) > 100
    for tree, opinion in zip(trees, opinions(programs), strict=True):
        _, wrong = differences(tree, opinion)
        # eslint-scope resolves `arguments` in a default to the function outside.
        wrong = [w for w in wrong if getattr(w[2], "name", "") != "arguments"]
        assert not wrong, (tree.text, wrong)


def scopes_of(syntax: Syntax, text: str, kind: Kind = "commonjs") -> Scopes:
    return analyse(syntax.parse(text, kind))


def meaning(scopes: Scopes, name: str, at: int = -1) -> Variable | None:
    uses = [u for u in scopes.references() if u.node.name == name]
    return scopes.resolve(uses[at].node)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("{ function f() {} } f()", "function"),
        ("'use strict'; { function f() {} } f()", None),
        ("let f; { function f() {} } f()", "let"),
        ("{ async function f() {} } f()", None),
        ("{ let f; { function f() {} } } f()", None),
        ("switch (1) { case 1: function f() {} } f()", "function"),
        ("try {} catch (f) { { function f() {} } } f()", "function"),
        ("try {} catch ({ f }) { { function f() {} } } f()", None),
        ("if (1) function f() {} f()", "function"),
    ],
)
def test_functions_in_blocks_are_hoisted(syntax: Syntax, text: str, kind: str | None):
    found = meaning(scopes_of(syntax, text), "f")
    assert (found.kind if found else None) == kind


def test_a_parameter_hides_a_function_in_a_block(syntax: Syntax):
    scopes = scopes_of(syntax, "function g(f) { { function f() {} } return f }")
    found = meaning(scopes, "f")
    assert found is not None
    assert found.kind == "parameter"


def test_parameters_have_their_own_environment(syntax: Syntax):
    text = "function f(a, g = () => a) { var a = 1; return a + g() }"
    scopes = scopes_of(syntax, text)
    first, last = meaning(scopes, "a", 0), meaning(scopes, "a", -1)
    assert first is not None
    assert last is not None
    assert (first.kind, last.kind) == ("parameter", "var")
    assert last.scope.kind == "function-body"
    together = scopes_of(syntax, "function f(a) { var a = 1; return a }")
    found = meaning(together, "a")
    assert found is not None
    assert len(found.declarations) == 2


def test_private_names(syntax: Syntax):
    text = (
        "class A { #p; m() { class B { #q; n(o) { o.#p; o.#q } } }"
        " get #r() {} set #r(v) {} }"
    )
    scopes = scopes_of(syntax, text)
    p, q = meaning(scopes, "p"), meaning(scopes, "q")
    assert p is not None
    assert q is not None
    assert (p.name, p.scope.node.start) == ("#p", 0)
    assert q.scope.node.start > 0
    assert len(p.scope.variables["#r"].declarations) == 2


def test_what_functions_take_from_around_them(syntax: Syntax):
    text = (
        "function f() { const g = () => { this; arguments; new.target }; "
        "return () => 1 }"
    )
    tree = syntax.parse(text, "commonjs")
    scopes = analyse(tree)
    f, g, h = (scopes.of(node) for node in tree.functions())
    assert f.uses_this
    assert f.uses_arguments
    assert f.uses_new_target
    assert g.uses_this
    assert not h.uses_this
    assert not scopes.top.uses_this
    method = syntax.parse("({ m() { (() => super.x)() } })", "commonjs")
    outer, inner = (analyse(method).of(node) for node in method.functions())
    assert outer.uses_super
    assert inner.uses_super


def test_free_variables(syntax: Syntax):
    text = (
        "const a = 1; let b; function f(c) { a; b = c; d; const e = () => "
        "[c, e, a, f] }"
    )
    tree = syntax.parse(text, "commonjs")
    scopes = analyse(tree)
    f, e = tree.functions()
    assert [v if isinstance(v, str) else v.name for v in scopes.free(f)] == [
        "a",
        "b",
        "d",
        "f",
    ]
    assert [v if isinstance(v, str) else v.name for v in scopes.free(e)] == [
        "c",
        "e",
        "a",
        "f",
    ]
    own = syntax.parse("(function self() { self() })", "commonjs")
    assert analyse(own).free(next(own.functions())) == []


def test_taint(syntax: Syntax):
    text = "let a; function f() { eval(''); a; with (o) { b } } function g() { a } a"
    scopes = scopes_of(syntax, text)
    uses = {(u.node.start, u.node.name): u for u in scopes.references()}
    tainted = {name for (_, name), u in uses.items() if scopes.tainted(u.node)}
    assert "b" in tainted
    first, *rest = [u for u in uses.values() if u.node.name == "a"]
    assert scopes.tainted(first.node)
    assert not any(scopes.tainted(u.node) for u in rest)
    assert scopes.top.uses_eval
    assert scopes.top.uses_with


def test_it_is_worked_out_once(syntax: Syntax):
    tree = syntax.parse("var onlyOnce", "commonjs")
    assert analyse(tree) is analyse(tree)
