from __future__ import annotations

import json
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewriter.syntax.client import Edit, Syntax, Unparsed, check_edits
from rewriter.syntax.tree import Kind, Tree
from rewriter.syntax.units import from_units, to_units
from store.facts import Refusal


def test_edits_are_applied_in_order(syntax: Syntax):
    edits = [Edit(1, 1, "X"), Edit(1, 1, "Y"), Edit(1, 2, ""), Edit(4, 5, "\ud83d")]
    assert syntax.edit("ab😀c", edits, "x.js").code == "aXY😀\ud83d"
    border = [Edit(0, 2, "new"), Edit(0, 0, "<"), Edit(2, 2, ">")]
    assert syntax.edit("ab;", border, "x.js").code == "<new>;"


@given(st.data())
def test_any_edits_are_a_splice(syntax: Syntax, data: st.DataObject):
    text = data.draw(st.text(alphabet="ab\n\r😀\u2028{}", max_size=30))
    units = to_units(text)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(units)), max_size=8)))
    edits = [
        Edit(start, end, data.draw(st.text(max_size=3)))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    edits = [
        e
        for e, after in zip(edits, [*edits[1:], None], strict=False)
        if after is None or e.end < after.start or e.start == e.end == after.start
    ]
    expected, at = [], 0
    for start, end, new in edits:
        expected += [units[at:start], new]
        at = end
    expected.append(units[at:])
    # Splices may join halves of surrogates: compare as units.
    code = syntax.edit(text, edits, "x.js").code
    assert to_units(code) == to_units(from_units("".join(map(to_units, expected))))


def test_the_map_leads_back(syntax: Syntax):
    first = syntax.edit("let a = 1;\nlet b = a;\n", [Edit(11, 11, "/**/")], "a.js")
    made = json.loads(first.map_json)
    assert made["sources"] == ["a.js"]
    second = syntax.edit(first.code, [Edit(0, 0, ";")], "b.js", first.map_json)
    assert json.loads(second.map_json)["sources"] == ["a.js"]


@pytest.mark.parametrize(
    "edits", [[(0, 3, "x"), (2, 4, "y")], [(0, 9, "x")], [(2, 1, "")]]
)
def test_wrong_edits_are_an_error(edits: list[tuple[int, int, str]]):
    with pytest.raises(ValueError, match="edit"):
        check_edits(edits, 5)


def test_what_acorn_rejects_is_refused(syntax: Syntax):
    refused = syntax.try_parse("let a = 1\nlet a = 2", "module", 7)
    assert isinstance(refused, Refusal)
    assert refused.code == "FX014"
    assert refused.place is not None
    assert (refused.place.script, refused.place.line, refused.place.column) == (7, 2, 5)
    with pytest.raises(Unparsed, match="cannot be parsed"):
        syntax.parse("let a = 1\nlet a = 2", "module")


@pytest.mark.parametrize(
    ("text", "kind", "fine"),
    [
        ("#!/usr/bin/env node\nreturn new.target", "commonjs", True),
        ("return", "script", False),
        ("await 1", "commonjs", False),
        ("await 1", "module", True),
        ("import a from 'a'", "commonjs", False),
        ("with (a) b", "module", False),
        ("let await = 1", "commonjs", True),
        ("import x from 'y' with { type: 'json' }; import.meta", "module", True),
    ],
)
def test_kinds_of_files(syntax: Syntax, text: str, kind: Kind, fine: bool):
    assert isinstance(syntax.try_parse(text, kind), Tree) is fine


def test_the_same_text_is_parsed_once(syntax: Syntax):
    assert syntax.parse("var once", "script") is syntax.parse("var once", "script")


def test_nesting_that_is_too_deep_is_refused_or_parsed(syntax: Syntax):
    tree = syntax.try_parse("[" * 100_000 + "]" * 100_000, "script")
    assert isinstance(tree, Refusal)
    assert isinstance(syntax.try_parse("x" + " + x" * 5000, "script"), Tree)


def test_threads_may_share_it(syntax: Syntax):
    found: list[int] = []
    threads = [
        threading.Thread(
            target=lambda n=n: found.append(len(syntax.parse(f"var a{n}", "script")))
        )
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [4] * 8


def test_refusals_name_the_script_that_was_asked_about(syntax: Syntax):
    first, second = (syntax.try_parse("var torn ;;; ?", "script", n) for n in (3, 4))
    assert isinstance(first, Refusal)
    assert isinstance(second, Refusal)
    assert first.place is not None
    assert second.place is not None
    assert (first.place.script, second.place.script) == (3, 4)


def test_the_longest_unused_trees_go_first():
    texts = [f"var a{n} = '{'x' * 100}'" for n in range(5)]
    with Syntax(keep=350) as syntax:
        trees = [syntax.parse(text, "script") for text in texts]
        assert syntax.parse(texts[4], "script") is trees[4]
        assert syntax.parse(texts[2], "script") is trees[2]
        assert syntax.parse(texts[0], "script") is not trees[0]
        assert syntax.parse(texts[2], "script") is trees[2]
        assert syntax.parse(texts[3], "script") is not trees[3]
        huge = syntax.parse(f"'{'y' * 1000}'", "script")
        assert syntax.parse(huge.text, "script") is huge
