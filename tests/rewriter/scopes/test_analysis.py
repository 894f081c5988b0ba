from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from rewriter.scopes import Scopes, Variable, analyse
from rewriter.syntax.client import Syntax
from rewriter.syntax.tree import Kind, Tree
from tests.rewriter.packages import SOAK, some
from tests.rewriter.scopes.opinions import RULES, Comparison, compare
from tests.rewriter.trace.harness import PROGRAMS, ROOT

SNIPPETS = (ROOT / "tests/golden/scopes/snippets.txt").read_text("utf-8")
KINDS: tuple[Kind, ...] = ("commonjs", "module")
AT_ONCE = 100


def trees_of(syntax: Syntax, text: str) -> list[Tree]:
    found = (syntax.try_parse(text, kind) for kind in KINDS)
    return [tree for tree in found if isinstance(tree, Tree)]


def test_small_programs_as_eslint_scope_sees_them(syntax: Syntax):
    result = Comparison()
    texts = [*SNIPPETS.splitlines(), *PROGRAMS.values()]
    compare(result, [(t.text, t) for text in texts for t in trees_of(syntax, text)])
    print(f"\n{result.table}")
    assert not result.wrong
    assert result.texts > 100
    assert all(result.excused[rule] for rule in RULES)


@pytest.mark.parametrize(
    ("rule", "text", "printed"),
    [
        ("block function", "{ function f() {} } out(typeof f)", "function"),
        ("function of if", "if (1) function f() {} out(typeof f)", "function"),
        (
            "parameter environment",
            "function f(a, g = () => a) { var a = 2; return a + g() } out(f(1))",
            "3",
        ),
        (
            "arguments in a default",
            "; function f(n = arguments.length) { return n } out(f(void 0, 2, 3))",
            "3",
        ),
        (
            "arguments in a default",
            "; function f(g = (n = arguments.length) => n) { return g() } out(f())",
            "0",
        ),
    ],
)
def test_where_eslint_scope_is_wrong_node_says_so(
    syntax: Syntax, node: Path, rule: str, text: str, printed: str
):
    result = Comparison()
    compare(result, [(text, syntax.parse(text, "commonjs"))])
    assert not result.wrong
    assert result.excused[rule] > 0
    done = subprocess.run(
        [str(node), "-e", f"const out = console.log; {text}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == printed


def test_a_wrong_answer_is_found(syntax: Syntax):
    text = "let a; { let a; a = 1 } a; switch (a) { case 1: let b }"
    tree = syntax.parse(text, "script")
    scopes = analyse(tree)
    inner, outer = (scopes.resolve(u.node) for u in list(scopes.references())[:2])
    assert inner is not None
    assert outer is not None
    (row, *_) = [row for row, _ in inner.uses]
    scopes._resolved[row] = outer
    scopes.all[-1].variables.clear()
    result = Comparison()
    compare(result, [("wrong", tree)])
    assert len(result.wrong) == 2


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
        ("for (let f;;) { { function f() {} } } f()", None),
        ("for (;;) { function f() {} } f()", "function"),
        ("class A { static { { function f() {} } f() } }", None),
        ("{ function* f() {} } f()", None),
        ("{ { function f() {} } function f() {} } f()", "function"),
        ("var f; { function f() {} } f()", "function"),
        ("const f = 1; { function f() {} } f()", "const"),
        ("class f {} { function f() {} } f()", "class"),
        ("{ class f {} { function f() {} } } f()", None),
        ("{ const f = 1; { function f() {} } } f()", None),
        ("using f = x; { function f() {} } f()", "using"),
        ("async () => { await using f = x; { function f() {} } f() }", "await using"),
        ("(a, f = 1) => { { function f() {} } f() }", "parameter"),
        ("(a, b = 1) => { { function f() {} } f() }", "function"),
        ("var f; (() => { { function f() {} } f() })()", "function"),
        ("let f; (() => { { function f() {} } f() })()", "function"),
        ("try {} catch ([f]) { { function f() {} } f() }", "catch"),
    ],
)
def test_functions_in_blocks_are_hoisted(syntax: Syntax, text: str, kind: str | None):
    found = meaning(scopes_of(syntax, text), "f")
    assert (found.kind if found else None) == kind
    assert found is None or found.annex_b == (kind == "function")


def test_a_parameter_hides_a_function_in_a_block(syntax: Syntax):
    scopes = scopes_of(syntax, "function g(f) { { function f() {} } return f }")
    found = meaning(scopes, "f")
    assert found is not None
    assert found.kind == "parameter"
    assert not found.annex_b


@pytest.mark.parametrize(
    "name", ["exports", "require", "module", "__filename", "__dirname"]
)
def test_what_node_gives_to_a_file_hides_a_function_in_a_block(
    syntax: Syntax, name: str
):
    text = f"{{ function {name}() {{}} }} {name}"
    assert meaning(scopes_of(syntax, text), name) is None
    found = meaning(scopes_of(syntax, text, "script"), name)
    assert found is not None
    assert found.kind == "function"
    assert meaning(scopes_of(syntax, f"function g() {{ {text} }}"), name)


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
    asked = scopes_of(syntax, "class A { #p; static m(o) { return #p in o } }")
    (found,) = {asked.resolve(n) for n in asked.tree.of_type("PrivateIdentifier")}
    assert found is not None
    assert (len(found.declared), len(found.uses)) == (1, 1)


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


def test_the_meta_of_a_module_is_no_new_target(syntax: Syntax):
    scopes = scopes_of(syntax, "import.meta; () => import.meta", "module")
    assert not any(s.uses_new_target or s.uses_this for s in scopes.all)


def test_a_var_of_a_script_is_global(syntax: Syntax):
    found = meaning(scopes_of(syntax, "{ var a } a", "script"), "a")
    assert found is not None
    assert (found.kind, found.scope.kind) == ("var", "global")


def test_a_name_is_the_same_however_it_is_written(syntax: Syntax):
    text = (
        r"var \u{20BB7}, y; 𠮷; \u{20bb7} = \u0079; "
        r"class A { #𠮷; #y; m() { this.#\u{20BB7} } }"
    )
    scopes = scopes_of(syntax, text, "script")
    assert set(scopes.top.variables) == {"𠮷", "y", "A"}
    found = [scopes.resolve(u.node) for u in scopes.references()]
    assert [v.name if v else None for v in found] == ["𠮷", "𠮷", "y", "#𠮷"]
    assert scopes.free(next(scopes.tree.functions()))[0] is found[-1]


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


@pytest.mark.soak
def test_real_files_as_eslint_scope_sees_them(syntax: Syntax):
    result, batch = Comparison(), []
    for source in some():
        batch += [(str(source.file), t) for t in trees_of(syntax, source.text)[:1]]
        if len(batch) == AT_ONCE:
            compare(result, batch)
            batch = []
    compare(result, batch)
    print(f"\n{result.table}")
    assert not result.wrong
    assert result.texts > (2_500 if SOAK else 150)
    assert result.references > 100 * result.texts
    assert result.scopes > 10 * result.texts
