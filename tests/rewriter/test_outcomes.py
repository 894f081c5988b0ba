"""Small answers about calls and their surroundings."""

from __future__ import annotations

import pytest

from rewriter.modules import enclosing
from rewriter.outcomes import dropped, is_statement, tries, unary


def call(world, text):
    module = world(text).program.modules[1]
    return next(
        c for c in module.tree.of_type("CallExpression") if c.raw.startswith("hit(")
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("hit()", "dropped"),
        ("(hit())", "dropped"),
        ("function f () { return hit() }", "returned"),
        ("const f = () => hit()", "returned"),
        ("const x = hit()", None),
        ("f(hit())", None),
    ],
)
def test_where_a_value_goes(world, text, found) -> None:
    assert dropped(call(world, text)) == found


def test_the_clauses_around_a_call_innermost_first(world) -> None:
    text = (
        "function f () { try { try { hit() } catch (a) {} } catch (b) { } }"
        "try { f() } catch (c) {}"
    )
    node = call(world, text)
    found = list(tries(node, enclosing(node)))
    assert [t.the("handler").the("param").raw for t in found] == ["a", "b"]


def test_a_call_in_a_clause_is_not_under_it(world) -> None:
    node = call(world, "function f () { try { g() } catch (a) { hit() } }")
    assert list(tries(node, enclosing(node))) == []


def test_operators() -> None:
    assert unary("!", "undefined") == "truthy"
    assert unary("!", "promise") == "falsy"
    assert unary("typeof", "undefined") == "truthy"
    assert unary("void", "promise") == "undefined"
    assert unary("-", "truthy") == "unknown"


def test_statements(world) -> None:
    node = call(world, "if (x) hit()")
    assert not is_statement(node)
    assert node.parent is not None
    assert is_statement(node.parent)
