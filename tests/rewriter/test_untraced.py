"""A refusal for want of knowledge says that a longer recording may know more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rewriter.refusals import refuse
from rewriter.untraced import Untraced
from store.facts import Cost, Covered
from store.plans import Stay
from tests.rewriter.worlds import World

TEXT = """\
const kept = [];
function inner(n) { let s = 0; for (let i = 0; i < n; i++) s += i; return s }
function outer(n) { const s = inner(n); kept.push(s); return s }
function hot() { kept.push(1); const s = outer(5); kept.push(s); return s }
setTimeout(hot, 1);
"""
PATH = "/app/a.js"


@pytest.fixture
def made(world) -> World:
    made = world(TEXT)
    made.callback(PATH, "function hot")
    made.see(coverage=(Covered(1, "block", made.at(PATH, "{ kept.push(1)")),))
    made.spine(
        (PATH, "function hot"), (PATH, "function outer"), (PATH, "function inner")
    )
    return made


def traced(made: World, mark: str) -> None:
    ref = made.function(PATH, mark).ref
    made.see(costs=(Cost(ref, 9, 9, 9000, 1000, 1000, 1000, 0),))


def helps(stay: Stay) -> str:
    return stay.refusal.remedy


def test_calls_that_were_not_traced_are_named(made) -> None:
    assert helps(made.stay()).startswith("record longer: outer had not been traced yet")


def test_what_was_traced_is_not_named_and_the_innermost_is_nobodys_caller(made) -> None:
    traced(made, "function outer")
    said = helps(made.stay())
    assert said
    assert "record longer" not in said


def test_what_may_not_be_traced_is_not_waited_for(made) -> None:
    ref = made.function(PATH, "function outer").ref
    made.see(refusals=(refuse("FX015", function=ref),))
    assert "record longer" not in helps(made.stay())


def test_the_first_remedy_is_kept(made) -> None:
    stay = made.stay()
    assert helps(stay).endswith(refuse(stay.refusal.code).remedy)
    assert Untraced(made.recording).advised(stay.refusal, []) is stay.refusal


def test_a_recording_that_only_watched_does_not_ask_for_a_longer_one(made) -> None:
    made.recording = replace(made.recording, coverage=())
    assert "record longer" not in helps(made.stay())
