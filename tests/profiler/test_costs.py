"""Costs add up, and percentiles are those of the sorted durations."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from profiler.costs import Costs, Distribution
from profiler.records import Count
from profiler.streams import Stream
from store.facts import CallCost, Cost, FunctionRef, Loss

A, B = FunctionRef(1, 10), FunctionRef(1, 20)


@given(
    st.lists(st.integers(0, 2**40), min_size=1), st.sampled_from([0.01, 0.5, 0.99, 1])
)
def test_percentiles_are_near_the_exact_ones(values: list[int], share: float) -> None:
    distribution = Distribution()
    for value in values:
        distribution.add(value)
    ranked = sorted(values)
    exact = next(
        value
        for at, value in enumerate(ranked, 1)
        if at >= share * len(values) or at == len(values)
    )
    found = distribution.percentile(share)
    assert exact - exact / 2048 <= found <= exact
    assert distribution.total == sum(values)
    assert distribution.largest == max(values)


@given(st.lists(st.integers(0, 4095), min_size=1))
def test_short_durations_are_exact(values: list[int]) -> None:
    distribution = Distribution()
    for value in values:
        distribution.add(value)
    assert distribution.percentile(0.5) == sorted(values)[(len(values) + 1) // 2 - 1]


def test_memory_does_not_grow_with_the_number_of_durations() -> None:
    distribution = Distribution()
    for value in range(0, 3_000_000, 7):
        distribution.add(value)
    assert len(distribution.values) < 30_000


def test_costs_of_functions_the_dearest_first() -> None:
    costs = Costs()
    for elapsed in (100, 300, 200):
        costs.ran(0, elapsed)
    costs.ran(1, 5000)
    costs.waited(0, 10)
    costs.waited(0, 30)
    costs.counted(Stream(1, 0), 0, Count(1, 10, 9, 9, 0, 91))
    found = costs.costs([A, B], Counter({0: 3, 1: 1}))
    assert found == (
        Cost(B, 1, 1, 5000, 5000, 5000, 5000, 0),
        Cost(A, 3, 100, 600, 200, 300, 300, 20),
    )


def test_a_function_that_never_ended_has_no_time() -> None:
    assert Costs().costs([A], Counter({0: 1})) == (Cost(A, 1, 1, 0, 0, 0, 0, 0),)


def test_calls_are_counted_by_site() -> None:
    costs = Costs()
    costs.called(0, 44, 5)
    costs.called(0, 44, 9)
    costs.called(0, 50, 100)
    assert costs.calls([A]) == (
        CallCost(A, 50, 1, 100, 100, 100),
        CallCost(A, 44, 2, 14, 5, 9),
    )


def test_losses_are_the_last_counters_of_each_function() -> None:
    costs = Costs()
    costs.counted(Stream(1, 0), 0, Count(1, 10, 5, 5, 0, 0))
    costs.counted(Stream(1, 0), 0, Count(1, 10, 9, 7, 2, 0))
    costs.counted(Stream(1, 0), 0, Count(1, 10, 8, 7, 1, 0))
    assert costs.losses([A]) == (Loss(A, 9, 7, 2),)
