"""Questions to several isolates at once."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any, cast

import pytest

from agent.member import Member, ask, key_of
from store.errors import StoreError, TargetGone
from tests.agent.test_found import found


def members(count: int) -> list[Member]:
    """Isolates that are only asked for their number."""
    attached: Any = SimpleNamespace(process=SimpleNamespace(pid=1))
    return [Member(number, attached) for number in range(1, count + 1)]


def test_one_that_hangs_holds_up_nobody():
    free, late = threading.Event(), threading.Event()
    heard: list[int] = []

    def work(member: Member) -> int:
        if member.number == 2:
            free.wait(10)
        return member.number

    def hear(number: int) -> None:
        heard.append(number)
        late.set()

    answers = ask(members(3), work, 0.3, hear)
    assert answers.done == {1: 1, 3: 3}
    free.set()
    assert late.wait(10)
    assert heard == [2]


def test_one_that_is_gone_is_not_asked_and_its_end_is_no_failure():
    some = members(3)
    some[0].gone = True

    def work(member: Member) -> int:
        if member.number == 2:
            raise TargetGone("it ended")
        return member.number

    answers = ask(some, work, 5)
    assert answers.done == {3: 3}
    assert list(answers.failures) == [2]


def test_a_full_store_is_everybodys_failure():
    def work(_: Member) -> int:
        raise StoreError("full")

    with pytest.raises(StoreError, match="full"):
        ask(members(2), work, 5)


def test_functions_are_told_apart_by_where_they_were_written():
    one = members(1)[0]
    assert one.of([(1, 0, 0)]) == []
    one.found = [found(1, name="save"), found(2, name="load")]
    keys = [key_of(one.found[0])]
    assert cast("Any", one.of(keys))[0].name == "save"
