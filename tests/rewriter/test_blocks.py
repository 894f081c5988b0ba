"""What the blocks of a function are, and that each says so when it runs."""

from __future__ import annotations

import re

import pytest

from rewriter.blocks import blocks_of
from rewriter.syntax.client import Syntax
from rewriter.syntax.tree import Tree
from rewriter.trace.rewrite import deep_recursion
from store.facts import Refusal
from tests.rewriter.trace.harness import PROGRAMS, loaded, read, real_files, run

MARK = re.compile(r"\$x\d*_B\[(\d+)\]=1")


def texts(syntax: Syntax, text: str) -> list[tuple[str, str]]:
    """The blocks of the first function: what each is, and its text."""
    tree = syntax.parse(text, "commonjs")
    function = next(tree.functions())
    return [(b.what, tree.slice(b.start, b.end)) for b in blocks_of(function)][1:]


@pytest.mark.parametrize(
    ("body", "blocks"),
    [
        ("if (a) b; else { c }", [("branch", "b;"), ("else branch", "{ c }")]),
        (
            "return a ? b : c && d",
            [("branch", "b"), ("else branch", "c && d"), ("right of &&", "d")],
        ),
        ("for (;;) { a }", [("loop", "{ a }")]),
        ("while (a) b", [("loop", "b")]),
        ("do { a } while (b)", []),
        ("for (const x of y) if (x) return 1", [("loop", "if (x) return 1"),
                                                ("branch", "return 1")]),
        (
            "if (a) return; b; c",
            [("branch", "return;"), ("what follows", "b; c ")],
        ),
        ("switch (a) { case 1: b; break; default: c }",
         [("case", "b; break;"), ("case", "c")]),
        ("try { a } catch { b } finally { c }", [("catch", "{ b }")]),
        ("a ||= b; a ?? c", [("right of ??", "c")]),
        ("if (a) ; if (b) function g() {}", []),
        ("return () => a ? b : c", []),
        ("class A { x = a || b }", []),
        ("with (a) { if (b) c }", []),
    ],
)  # fmt: skip
def test_what_runs_together(syntax: Syntax, body: str, blocks):
    assert texts(syntax, f"function f() {{ {body} }}") == blocks


def test_blocks_of_real_code_nest_and_begin_apart(syntax: Syntax):
    for tree in trees(syntax, 40):
        for function in tree.functions():
            blocks = blocks_of(function)
            body = function.the("body")
            assert (blocks[0].start, blocks[0].end) == (body.start, body.end)
            assert len({b.start for b in blocks}) == len(blocks)
            around: list[int] = []
            for block in blocks:
                around = [end for end in around if end > block.start]
                assert all(block.end <= end for end in around), "no two overlap in part"
                around.append(block.end)


def test_each_block_of_a_rewritten_file_has_its_mark(syntax: Syntax):
    """A block without one would be said never to have run."""
    count = 0
    for file in real_files(50, (".js",)):
        text = read(file)
        if len(text) > 100_000 or isinstance(
            syntax.try_parse(text, "commonjs"), Refusal
        ):
            continue
        made = loaded(syntax, text).text
        asked = re.search(r"\$x\d*_B=\$x\d*_fx\.blocks\(1,\[([\d,]*)\]\)", made)
        if asked is None:
            continue
        starts = [int(n) for n in asked[1].split(",") if n]
        assert set(map(int, MARK.findall(made))) == set(range(len(starts))), file
        count += len(starts)
    assert count > 1000


def trees(syntax: Syntax, count: int) -> list[Tree]:
    found = (syntax.try_parse(read(f), "commonjs") for f in real_files(count, (".js",)))
    return [tree for tree in found if isinstance(tree, Tree)]


def test_what_is_said_to_run_is_what_v8_counts(syntax: Syntax):
    """V8's own block coverage of the programs, by someone who knows nothing of ours."""
    names = [name for name in PROGRAMS if "eval" not in PROGRAMS[name]]
    given = []
    for name in names:
        given.append({"name": name, "text": PROGRAMS[name], "cover": True})
        given.append({"name": name, "text": loaded(syntax, PROGRAMS[name]).text})
    answers = run("run_programs.js", given)
    compared = 0
    wrong = []
    for name, plain, traced in zip(names, answers[::2], answers[1::2], strict=True):
        ran = set(traced["ran"])
        tree = syntax.parse(PROGRAMS[name], "commonjs")
        for function in tree.functions():
            whole, *inner = blocks_of(function)
            if whole.start not in ran:
                continue
            for block in inner:
                expected = count_at(plain["ranges"], block.start) > 0
                compared += 1
                if (block.start in ran) != expected:
                    wrong.append((name, tree.slice(block.start, block.end)[:60]))
    # V8 takes this for dead. It runs: the `finally` before it breaks out of a return.
    assert wrong == [("calls_that_throw", "return 2 ")]
    assert compared > 100


def count_at(ranges: list[list[int]], offset: int) -> int:
    """What V8 counted there: the count of the narrowest range around it."""
    around = [r for r in ranges if r[0] <= offset < r[1]]
    return min(around, key=lambda r: r[1] - r[0])[2] if around else 0


def test_a_deep_tree_has_blocks_all_the_same(syntax: Syntax):
    text = "function f() { " + "if (a) { " * 500 + "b" + " }" * 501
    with deep_recursion():
        assert len(texts(syntax, text)) == 500
