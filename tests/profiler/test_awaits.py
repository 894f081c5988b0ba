"""Each await that was gone on after is a rupture point of its own."""

from __future__ import annotations

from profiler.awaits import REGISTRAR
from store.abi import LEADS, Event
from tests.profiler.telling import Story, function

JOB, OTHER = function(10, "job", end=90), function(100, "other")
RESUMED = LEADS.index("resumed")


def resumed(told: Story, run: int, site: int) -> None:
    told.tell(Event.LEAD, told.tick(), run, RESUMED, site, told.tick())


def test_a_continuation_has_its_site_its_count_and_its_function():
    told = Story((JOB, OTHER))
    for _ in range(3):
        run = told.ran(JOB)
        resumed(told, run, 40)
    resumed(told, run, 60)
    told.ran(OTHER)
    found = told.derive()
    assert [
        (p.function, p.registration and p.registration.offset, p.activations)
        for p in found.awaits
    ] == [(JOB.ref, 40, 3), (JOB.ref, 60, 1)]
    assert {(p.kind, p.registrar, p.basis) for p in found.awaits} == {
        ("post", REGISTRAR, "seen")
    }
    assert all(p.definition.offset == JOB.ref.start for p in found.awaits)


def test_the_callbacks_are_what_they_were_without_it():
    told, plain = Story((JOB,)), Story((JOB,))
    for story in (told, plain):
        run = story.ran(JOB)
    resumed(told, run, 40)
    assert told.derive().ruptures == plain.derive().ruptures


def test_where_nobody_knows_the_site_or_the_run_there_is_none():
    told = Story((JOB,))
    resumed(told, told.ran(JOB), 0)
    resumed(told, 999, 40)
    found = told.derive()
    assert found.awaits == ()
    assert {lead.source for lead in found.leads} == {0}
