"""Which message is which, and when nobody can say."""

from __future__ import annotations

from profiler import mails
from profiler.mails import Carried, Mails
from profiler.records import Mail
from store.abi import WAYS

PID, THREAD, MAIN, WORKER = 7, 3, 0, 1 << 53


def mail(way: str, activation: int, nth: int, at: int = 0) -> Mail:
    return Mail(at or activation * 10, activation, THREAD, WAYS.index(way), nth)


def told(*records: Mail) -> Mails:
    found = Mails()
    for record in (mail("self", 0, 0), *records):
        found.take(record, PID, WORKER)
    return found


def test_the_nth_that_is_taken_is_the_nth_that_was_posted_each_way():
    found = told(
        *(mail("got", 5, 1), mail("got", 6, 2), mail("to", 1, 1), mail("to", 2, 2)),
        *(mail("back", 6, 1), mail("answer", 3, 1)),
    )
    assert list(found.pairs()) == [
        Carried(5, 50, 1, 10),
        Carried(6, 60, 2, 20),
        Carried(3, 30, 6, 60),
    ]


def test_what_no_run_posted_leads_to_nothing():
    assert list(told(mail("to", 1, 2), mail("got", 5, 1)).pairs()) == []
    assert list(told(mail("back", 1, 1), mail("got", 5, 1)).pairs()) == []


def test_a_post_that_is_told_twice_is_nobodys():
    found = told(*(mail("to", 1, 1), mail("to", 2, 1), mail("got", 5, 1)))
    assert list(found.pairs()) == []
    assert told(mail("made", 1, 0), mail("made", 2, 0)).makers() == {}


def test_a_thread_that_two_say_they_are_is_neither():
    found = told(mail("to", 1, 1), mail("got", 5, 1), mail("made", 1, 0))
    assert found.makers() == {WORKER: (1, 10)}
    found.take(mail("self", 0, 0), PID, WORKER + 1)
    assert list(found.pairs()) == []
    assert found.makers() == {}
    other = Mails()
    other.take(mail("to", 1, 1), PID, MAIN)
    other.take(mail("got", 5, 1), PID, WORKER)
    assert list(other.pairs()) == [], "nobody said that it is this thread"


def test_no_more_is_kept_than_fits(monkeypatch):
    monkeypatch.setattr(mails, "MOST", 1)
    found = told(mail("to", 1, 1), mail("got", 5, 1))
    assert (found.unkept, list(found.pairs())) == (1, [])
