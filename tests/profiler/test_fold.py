"""Every kind of record is taken in by some fold."""

from __future__ import annotations

from typing import get_args

from profiler.fold import Fold
from profiler.records import Record, Start
from profiler.streams import Streams


def test_each_kind_of_record_is_taken_in() -> None:
    """A START is the streams' own; a kind that nobody takes would end a recording."""
    fold = Fold(Streams())
    assert set(fold.takers()) == set(get_args(Record)) - {Start}


def test_nothing_told_is_nothing_to_say() -> None:
    assert Fold(Streams()).words() == ()
