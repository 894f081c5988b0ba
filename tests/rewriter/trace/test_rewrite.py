from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from rewriter.syntax.client import Syntax
from rewriter.syntax.tree import Tree
from rewriter.trace import rewrite
from store.facts import FunctionSource, Refusal, Rewrite
from tests.rewriter.trace.generator import Generator
from tests.rewriter.trace.harness import PROGRAMS, loaded, read, real_files, run

FULL = "Maximum call stack"
DEEP = 400
"""Runs under way at once; what ends of itself is out of fuel after 300."""
LEFT_ALONE = {
    "hoisting": {"FX073"},
    "parameters_as_functions": {"FX073"},
    "with": {"FX072"},
}


def test_programs_do_the_same_when_traced(syntax: Syntax, node_version: Path):
    programs = []
    for name, text in PROGRAMS.items():
        made = loaded(syntax, text)
        assert {r.code for r in made.left_alone} == LEFT_ALONE.get(name, set()), name
        programs += [
            {"name": name, "text": text},
            {"name": name, "text": made.text},
            {"name": name, "text": made.text, "closed": True},
        ]
    answers = run("run_programs.js", programs, node_version)
    assert len(answers) == len(programs)
    for plain, traced, gated in zip(*[iter(answers)] * 3, strict=True):
        assert traced["logged"] == plain["logged"], plain["name"]
        assert gated["logged"] == plain["logged"], plain["name"]
        assert traced["faults"] == gated["faults"] == [], plain["name"]
        assert gated["told"] == [], plain["name"]


def test_real_files_still_parse_with_the_same_lines(syntax: Syntax):
    rewritten = 0
    for file in real_files(250):
        text = read(file)
        module = not isinstance(syntax.try_parse(text, "commonjs"), Tree)
        made = rewrite(syntax, FunctionSource(1, str(file), text, 0, "load", module))
        if isinstance(made, Refusal):
            assert made.code in {"FX014", "FX076"}, (file, made)
            continue
        rewritten += 1
        again = syntax.try_parse(made.text, "module" if module else "commonjs")
        assert isinstance(again, Tree), (file, again)
        assert made.text.count("\n") == text.count("\n"), file
    assert rewritten > 200


def test_the_header_comes_after_hashbang_and_directives(syntax: Syntax):
    made = loaded(syntax, "#!/usr/bin/env node\n'use strict'\nvar a\n")
    first, second, third, last = made.text.split("\n")
    assert (first, third, last) == ("#!/usr/bin/env node", "var a", "")
    assert second.startswith("'use strict';const ")
    assert loaded(syntax, "").text == ""


def test_a_module_reaches_the_probe_before_its_first_line(syntax: Syntax):
    made = loaded(syntax, "export function f() { return g() }", module=True)
    assert "const {fx:" in made.text.split("export")[1]


def test_the_same_input_gives_the_same_output(syntax: Syntax):
    for text in list(PROGRAMS.values())[:10]:
        assert loaded(syntax, text) == loaded(syntax, text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("var ;", "FX014"),
        ("var x = 1;" * 40_000, "FX076"),
        ("var globalThis, global; function f() {}", "FX077"),
    ],
)
def test_files_that_are_refused(syntax: Syntax, text: str, code: str):
    made = rewrite(syntax, FunctionSource(3, "x.js", text, 0, "load"))
    assert isinstance(made, Refusal)
    assert made.code == code


def test_functions_and_calls_are_listed(syntax: Syntax):
    made = loaded(syntax, "function f(a, b) {\n  return g(a, () => b.c())\n}")
    assert [(f.name, f.line, f.column, f.parameters) for f in made.functions] == [
        ("f", 1, 1, ("a", "b")),
        ("", 2, 15, ()),
    ]
    assert sorted(made.calls) == [28, 39]


def test_a_twin_of_nothing_is_refused(syntax: Syntax):
    made = rewrite(syntax, FunctionSource(1, "x.js", "var a = 1", 4, "twin"))
    assert isinstance(made, Refusal)
    assert made.code == "FX078"


def test_nesting_is_followed_or_refused(syntax: Syntax):
    deep = f"function f(x) {{ return {'x + ' * 3000}x }}"
    assert isinstance(
        rewrite(syntax, FunctionSource(1, "x.js", deep, 0, "load")), Rewrite
    )
    deeper = f"function f(x) {{ return {'(x.a + ' * 9000}x{')' * 9000} }}"
    made = rewrite(syntax, FunctionSource(1, "x.js", deeper, 0, "load"))
    assert isinstance(made, Rewrite) or made.code in {"FX014", "FX076"}


@pytest.mark.soak
def test_random_programs_do_the_same_when_traced(
    syntax: Syntax, seed: int, rounds: Callable[[int], int], nodes: dict[str, Path]
):
    made = Generator(Random(seed))
    compared = skipped = 0
    for _ in range(rounds(100)):
        programs: list[dict[str, Any]] = []
        while len(programs) < 3 * 100:
            text = made.program()
            answer = rewrite(syntax, FunctionSource(1, "x.js", text, 0, "load"))
            if isinstance(answer, Refusal):
                assert answer.code == "FX014", answer
                continue
            programs += [
                {"name": "plain", "text": text},
                {"name": "traced", "text": answer.text},
                {"name": "gated", "text": answer.text, "closed": True},
            ]
        # Older V8s have no words for what is in the initialiser of a static field.
        answers = run("run_programs.js", programs, nodes["26"])
        for program, (plain, traced, gated) in zip(
            programs[::3], zip(*[iter(answers)] * 3, strict=True), strict=True
        ):
            # Without end, swallowed or not: a traced stack is full sooner. Generators
            # that ask each other are never many at once.
            full = any(FULL in line for line in plain["logged"] + traced["logged"])
            if full or traced["deepest"] > DEEP:
                skipped += 1
                continue
            compared += 1
            assert worded(traced) == worded(plain), program["text"]
            assert worded(gated) == worded(plain), program["text"]
            assert traced["faults"] == [], program["text"]
    print(f"{compared} programs compared, {skipped} left out")
    assert skipped <= 0.01 * compared + 2


def worded(answer: dict[str, Any]) -> list[str]:
    """What was logged; V8's words about iterables vary, and mention its variables."""
    kinds = (
        "is not (async )?iterable|is not a function|destructure property 'Symbol|'.*=>"
    )
    words = rf"\S.*({kinds}).*"
    logged = [re.sub(words, "not what it should be", line) for line in answer["logged"]]
    # V8 says it once more for each assignment of a pattern in a function literal.
    return [re.sub(r"(\(intermediate value\))+", r"\1", line) for line in logged]
