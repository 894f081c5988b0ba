from __future__ import annotations

import pytest

from rewriter.syntax.client import Syntax
from rewriter.syntax.tree import number_of


def test_children_by_name(syntax: Syntax):
    tree = syntax.parse("f(a, ...b); [, x]; if (y) z; `p${q}r`", "script")
    call = tree.root.all("body")[0].the("expression")
    assert call.type == "CallExpression"
    assert [node.type for node in call.all("arguments")] == [
        "Identifier",
        "SpreadElement",
    ]
    array = tree.root.all("body")[1].the("expression")
    hole, x = array.many("elements")
    assert hole is None
    assert x is not None
    assert x.name == "x"
    branch = tree.root.all("body")[2]
    assert branch.get("alternate") is None
    assert branch.get("test") == branch.the("test")
    template = tree.root.all("body")[3].the("expression")
    assert [n.type for n in template.children()] == [
        "TemplateElement",
        "Identifier",
        "TemplateElement",
    ]
    with pytest.raises(AttributeError, match="has no nonsense"):
        branch.get("nonsense")
    with pytest.raises(AssertionError, match="has no alternate"):
        branch.the("alternate")


def test_what_a_node_says_of_itself(syntax: Syntax):
    text = "async function* f(a = 1) { 'use strict'; yield* g?.[0] } x ??= -y"
    tree = syntax.parse("'use strict';" + text.replace("'use strict'; ", ""), "script")
    function = next(tree.functions())
    assert (function.flag("async"), function.flag("generator")) == (True, True)
    assert function.the("id").name == "f"
    assert tree.root.all("body")[0].flag("directive")
    assign = next(tree.of_type("AssignmentExpression"))
    assert assign.operator == "??="
    assert assign.the("right").raw == "-y"
    member = next(tree.of_type("MemberExpression"))
    assert member.flag("optional")
    assert member.flag("computed")
    assert next(tree.of_type("YieldExpression")).flag("delegate")
    assert tree.root.kind == "script"


def test_names_and_values_written_with_escapes(syntax: Syntax):
    text = r"var \u0061b = 'x\n\u{1F600}', c = '\ud83d', d = `\u0041${1}\x`;"
    text = text.replace(r"\x`", "z`") + r"class A { #\u0070 }"
    tree = syntax.parse(text, "script")
    assert next(tree.of_type("Identifier")).name == "ab"
    strings = [node.value for node in tree.of_type("Literal") if node.kind == "string"]
    assert strings == ["x\n😀", "\ud83d"]
    assert [node.value for node in tree.of_type("TemplateElement")] == ["A", "z"]
    assert next(tree.of_type("PrivateIdentifier")).name == "p"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("0x1F", 31),
        ("0b11", 3),
        ("0o17", 15),
        ("017", 15),
        ("089", 89),
        ("1_000", 1000),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("0", 0),
        ("0.1", 0.1),
    ],
)
def test_numbers(raw: str, value: float, syntax: Syntax):
    assert number_of(raw) == value
    tree = syntax.parse(f"({raw})", "script")
    assert next(tree.of_type("Literal")).value == value


def test_offsets_are_units(syntax: Syntax):
    tree = syntax.parse("'😀'; /* 😀 */ f(() => 1)", "commonjs")
    arrow = next(tree.functions())
    assert (arrow.start, arrow.end) == (17, 24)
    assert arrow.raw == "() => 1"
    assert tree.function_at(17) == arrow
    assert tree.at(17, "ArrowFunctionExpression") == arrow
    assert tree.at(15) is not None
    assert tree.at(16) is None
    assert tree.innermost(23).raw == "1"
    assert tree.innermost(10) == tree.root


def test_above_and_below(syntax: Syntax):
    tree = syntax.parse("a(b(c))", "script")
    c = next(n for n in tree.of_type("Identifier") if n.name == "c")
    assert [n.type for n in c.above()][-1] == "Program"
    assert all(n.contains(c) for n in c.above())
    assert not c.contains(tree.root)
    assert c.parent is not None
    assert c.field == "arguments"
    assert len(list(tree.walk())) == len(tree)
    assert c != c.parent
    assert len({tree.node(c.index), c}) == 1
