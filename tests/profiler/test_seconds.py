"""The last seconds of one isolate, without a probe."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.records import Overhead
from profiler.seconds import MOST_LATE, SECONDS, SILENT_NS, Isolate, rank

SECOND = 1_000_000


@given(st.lists(st.integers(0, 10**7)), st.sampled_from([0.01, 0.5, 0.99, 1.0]))
def test_a_rank_has_its_share_at_or_below_it(values: list[int], share: float) -> None:
    values.sort()
    found = rank(values, share)
    if found is None:
        assert values == []
        return
    at_or_below = sum(value <= found for value in values)
    below = sum(value < found for value in values)
    assert at_or_below >= share * len(values) - 1e-6
    assert below < share * len(values) + 1e-6 or below == 0


def test_only_the_last_ten_are_remembered() -> None:
    one = Isolate(0, 0, 0)
    for second in range(1, SECONDS + 6):
        one.counted(1, second)
        one.took(1, second)
        one.late(second)
        one.close(Overhead(second * SECOND, 0, 0, 0, second))
    assert (len(one.past), one.reports, one.counts) == (10, 15, {1: 15})
    assert list(one.past[0].took[1].values) == [6]
    assert one.loop(1, 0, 1).p99_us == 15
    assert one.rates(0, 1) == {1: 1.0}
    assert one.rates(SILENT_NS + 1, 1) == {}


def test_a_clock_that_stands_or_goes_back_gives_no_rate() -> None:
    one = Isolate(0, 0, 0)
    one.counted(1, 5)
    one.close(Overhead(7, 0, 0, 0, 5))
    one.counted(1, 9)
    one.close(Overhead(3, 0, 0, 0, 2))
    assert one.rates(0, 1) == {}
    assert one.loop(1, 0, 1).utilization is None


def test_more_idle_than_time_is_no_less_than_nothing() -> None:
    one = Isolate(0, 0, 0)
    one.close(Overhead(SECOND, 0, 0, 0, 5))
    one.close(Overhead(2 * SECOND, 0, 0, 0, 9 * SECOND))
    assert one.loop(1, 0, 1).utilization == pytest.approx(0.0)


def test_a_probe_that_never_ends_its_second_fills_no_memory() -> None:
    one = Isolate(0, 0, 0)
    for _ in range(MOST_LATE + 500):
        one.late(1)
    assert len(one.now.late) == MOST_LATE
