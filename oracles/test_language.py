"""Tests of the language keep their verdicts with every function instrumented.

In: ORACLES_DIR with a checkout of test262. Out: how many were compared, how much of
them was instrumented and observed; each difference by name.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from oracles.conformance import Program, Traced, Verdict, chosen, traced, verdicts
from rewriter.syntax.client import Syntax
from store.facts import Refusal

FOLDER = Path(os.environ.get("ORACLES_DIR", "")) / "test262"
EVERY = int(os.environ.get("ORACLES_EVERY", "1"))
"""Each n-th test; 1: all of them, in some five minutes."""


@pytest.mark.parametrize("half", [0, 1])
def test_the_verdicts_are_the_same(half):
    assert (FOLDER / "harness").is_dir(), f"no test262 in {FOLDER.parent}"
    given = list(chosen(FOLDER, 2 * EVERY, half * EVERY))
    with Syntax() as syntax:
        made = {one.path: traced(syntax, one) for one in given}
    plain = verdicts(FOLDER, given, probe=False)
    tests = {path: one for path, one in made.items() if isinstance(one, Traced)}
    seen = verdicts(FOLDER, [one.test for one in tests.values()], probe=True)
    for line in table(tests, plain, seen):
        print(line)
    refused = [one for one in made.values() if isinstance(one, Refusal)]
    print(f"  not rewritten: {dict(Counter(one.code for one in refused))}")
    # What cannot be parsed must be what Node cannot run either.
    assert not [p for p in made if p not in tests and plain[p].passed]
    assert differences(plain, seen) == []
    assert sum(one.seen for one in seen.values()) > len(tests)
    assert sum(one.passed for one in plain.values()) > 0.9 * len(given)


def table(
    tests: dict[str, Traced], plain: dict[str, Verdict], seen: dict[str, Verdict]
) -> list[str]:
    """How much was compared, and what it consisted of."""
    left = Counter(code for one in tests.values() for code in one.left_alone)
    functions = sum(one.functions for one in tests.values())
    runs = sum(one.seen for one in seen.values())
    busy = sum(one.seen > 0 for one in seen.values())
    before = sum(plain[path].passed for path in tests)
    after = sum(one.passed for one in seen.values())
    return [
        "",
        f"test262 language/: {len(tests)} tests compared",
        f"  {before} pass plain, {after} pass traced",
        f"  {functions} functions instrumented, left alone: {dict(left)}",
        f"  {runs} runs of them observed, in {busy} of the tests",
    ]


def differences(plain: dict[str, Verdict], seen: dict[str, Verdict]) -> list[str]:
    """Tests that end otherwise, or with another error."""
    return [
        f"{path}: {plain[path].why or 'passes'} | {one.why or 'passes'}"
        for path, one in seen.items()
        if (one.passed, one.why) != (plain[path].passed, plain[path].why)
    ]


def test_a_difference_is_seen():
    """The comparison itself: one that observing changes is told."""
    harness = FOLDER / "harness"
    assert harness.is_dir(), f"no test262 in {FOLDER.parent}"
    text = "assert.sameValue(typeof $x_fx, 'undefined')"
    one = Program("a.js", text, False, False, False, (), "")
    plain = verdicts(FOLDER, [one], probe=False)
    changed = Program("a.js", f"var $x_fx = 1; {text}", False, False, False, (), "")
    told = differences(plain, verdicts(FOLDER, [changed], probe=True))
    assert told == [f"a.js: passes | {told[0].split(' | ')[1]}"]
    assert "Test262Error" in told[0]
