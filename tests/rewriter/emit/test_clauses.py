from __future__ import annotations

import pytest

from rewriter.emit.clauses import obstacle, register
from rewriter.emit.patch import Patch


def test_a_clause_is_known_while_its_block_runs(syntax):
    text = """function layer () {
  try {
    run()
  } catch (error) { // comment ; {
    const url = 'http://x' /* gone */
    if (error) return next(error)
    log(`a//b`, /[/]*/)
  }
}"""
    tree = syntax.parse(text, "commonjs")
    patch = Patch(text)
    statement = next(tree.of_type("TryStatement"))
    assert obstacle(statement) == ""
    register(patch, statement, 3, "$fx")
    new = patch.text()
    syntax.parse(new, "commonjs")
    lines = new.split("\n")
    assert len(lines) == len(text.split("\n"))
    assert lines[1].startswith(
        "  {let $fxd3=$fx.push((error)=>{ const url = 'http://x'"
    )
    assert lines[1].endswith("log(`a//b`, /[/]*/); });try {")
    assert lines[3] == "  } catch (error) {$fx.pop($fxd3); // comment ; {"
    assert lines[7] == "  }finally{$fx.pop($fxd3)}}"
    column = lines[1].index("next(error)")
    row = [r for r in patch.positions()[2] if r[0] <= column][-1]
    assert (row[1], row[2] + column - row[0]) == (6, 22)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("try {} finally {}", "finally"),
        ("try {} catch {} finally {}", "finally"),
        ("for (;;) try {} catch { break }", "Break"),
        ("async () => { try {} catch (e) { await e } }", "Await"),
        ("try {} catch { var x = 1 }", "var"),
        ("try {} catch { x = `a\nb` }", "several lines"),
    ],
)
def test_clauses_that_cannot_run_later(syntax, text, why):
    statement = next(syntax.parse(text, "commonjs").of_type("TryStatement"))
    assert why in obstacle(statement)


def test_functions_in_a_clause_are_their_own_business(syntax):
    text = "try {} catch { x = async () => { var y; await y; for (;;) break } }"
    statement = next(syntax.parse(text, "commonjs").of_type("TryStatement"))
    assert obstacle(statement) == ""
