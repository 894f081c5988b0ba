"""Which hand-over led to a run, and when nobody can say."""

from __future__ import annotations

from dataclasses import replace

from store.abi import LEADS, Event
from store.facts import Lead, Recording
from tests.profiler.telling import PROCESS, Story, function

A, B, JOB = function(10, "a"), function(40, "b"), function(70, "job")
OUTER, INNER = function(100, "outer", end=200), function(120, "inner")


def story() -> Story:
    return Story((A, B, JOB, OUTER, INNER))


def leads(told: Recording) -> list[tuple[int, str, int]]:
    return [(one.activation, one.kind, one.source) for one in told.leads]


def triggered(told: Story, closure: int, trigger: int, turn: int = 9) -> int:
    """Enter JOB, called back by what was made in a turn."""
    told.runs += 1
    where = (1, JOB.ref.start, closure, 0, 0, turn, trigger)
    told.tell(Event.ENTER, told.tick(), told.runs, *where)
    return told.runs


def entered(told: Story, start: int, turn: int) -> int:
    told.runs += 1
    told.tell(Event.ENTER, told.tick(), told.runs, 1, start, 0, 0, 0, turn, 0)
    return told.runs


def test_one_hand_over_led_to_all_runs():
    told = story()
    giver = told.enter(A)
    told.hand(giver, 12, 5)
    told.exit(giver)
    runs = [told.ran(JOB, closure=5) for _ in range(2)]
    assert leads(told.derive()) == [(run, "handed", giver) for run in runs]


def test_of_two_hand_overs_the_turn_tells_which_it_was():
    told = story()
    one = entered(told, A.ref.start, 21)
    told.gave(one, 12, 5)
    told.exit(one)
    two = entered(told, B.ref.start, 22)
    told.gave(two, 42, 5)
    told.exit(two)
    first, second = triggered(told, 5, 22), triggered(told, 5, 21)
    assert leads(told.derive()) == [(first, "handed", two), (second, "handed", one)]


def test_of_two_hand_overs_without_a_turn_neither_is_told():
    told = story()
    for literal in (A, B):
        giver = told.enter(literal)
        told.gave(giver, literal.ref.start + 2, 5)
        told.exit(giver)
    told.ran(JOB, closure=5)
    assert leads(told.derive()) == []


def test_when_each_of_the_earlier_ones_had_its_run_it_was_the_last():
    told = story()
    givers: list[int] = []
    for literal in (A, B):
        givers.append(told.enter(literal))
        told.gave(givers[-1], literal.ref.start + 2, 5)
        told.exit(givers[-1])
        told.ran(JOB, closure=5)
    assert leads(told.derive()) == [
        (2, "handed", givers[0]),
        (4, "handed", givers[1]),
    ]


def test_who_made_it_and_handed_it_on_is_before_it_too():
    told = story()
    maker = told.enter(OUTER)
    told.gave(maker, 110, 5)
    told.exit(maker)
    passes = told.enter(A)
    told.gave(passes, 12, 5)
    told.exit(passes)
    told.ran(INNER, closure=5)
    assert leads(told.derive()) == [(3, "handed", maker)]


def test_the_only_run_of_the_function_around_made_it():
    told = story()
    told.ran(OUTER)
    told.ran(INNER)
    launched = replace(PROCESS, how="launched")
    assert leads(told.derive(process=launched)) == [(2, "made", 1)]
    assert leads(told.derive()) == [], "it may have been made before we came"
    told.ran(OUTER)
    assert leads(told.derive(process=launched)) == []


def test_a_run_that_nobody_observed_may_have_made_it():
    told = story()
    told.ran(OUTER)
    told.ran(INNER)
    told.tell(Event.COUNT, 1, OUTER.ref.start, 1, 1, 0, 3, 0)
    assert leads(told.derive(process=replace(PROCESS, how="launched"))) == []


def test_what_the_probe_tells_is_kept_with_its_times():
    told = story()
    one, two = told.ran(A), told.ran(B)
    told.tell(Event.LEAD, 55, two, LEADS.index("resumed"), 0, 55)
    told.tell(Event.LEAD, 55, two, LEADS.index("settled"), one, 15)
    assert told.derive().leads == (
        Lead(two, 55, "resumed", 0, 55),
        Lead(two, 55, "settled", one, 15),
    )


def test_after_says_that_two_runs_shared_a_stack():
    told = story()
    one = told.ran(A)
    told.tell(Event.AFTER, 1, A.ref.start, 1, B.ref.start)
    two = told.ran(B)
    told.ran(JOB)
    assert leads(told.derive()) == [(two, "stack", one)]


def test_leads_of_no_known_kind_are_counted():
    told = story()
    run = told.ran(A)
    told.tell(Event.LEAD, 55, run, len(LEADS), 0, 55)
    found = told.derive()
    assert found.leads == ()
    assert any("wrong fields" in note for note in found.notes)
