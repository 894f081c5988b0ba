"""Costs add up, and percentiles are those of the sorted durations."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from profiler.costs import Costs, Distribution
from profiler.records import Count, Overhead
from profiler.streams import BITS, Stream
from store.facts import CallCost, Cost, FunctionRef, Loss, ProbeCost
from tests.profiler.telling import alone

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


@given(st.lists(st.integers(0, 2**40)), st.lists(st.integers(0, 2**40)))
def test_two_that_are_merged_are_as_one(first: list[int], second: list[int]) -> None:
    merged, other, both = Distribution(), Distribution(), Distribution()
    for value in first:
        merged.add(value)
        both.add(value)
    for value in second:
        other.add(value)
        both.add(value)
    merged.merge(other)
    assert merged.values == both.values
    whole = (both.count, both.total, both.largest)
    assert (merged.count, merged.total, merged.largest) == whole


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
    costs.counted((0, 0), Count(1, 10, 9, 9, 0, 91), 9)
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
    for count, arrived in (
        (Count(1, 10, 5, 5, 0, 0), 5),
        (Count(1, 10, 9, 7, 2, 0), 7),
        (Count(1, 10, 8, 7, 1, 0), 7),
    ):
        costs.counted((0, 0), count, arrived)
    assert costs.losses([A], Counter({(0, 0): 7}), alone()) == (Loss(A, 9, 7, 2),)


def test_runs_that_never_arrived_are_dropped_and_later_ones_kept() -> None:
    costs = Costs()
    costs.counted((0, 0), Count(1, 10, 10, 9, 1, 0), 6)
    assert costs.losses([A], Counter({(0, 0): 8}), alone()) == (Loss(A, 12, 8, 4),)
    assert costs.lost == 3


def test_runs_without_a_counter_are_seen_as_they_are() -> None:
    assert Costs().losses([A], Counter({(0, 0): 2}), alone()) == (Loss(A, 2, 2, 0),)


def test_what_a_probe_used_is_added_up_by_isolate() -> None:
    costs = Costs()
    first, again, other = Stream(1, 0), Stream(1, 1 << BITS), Stream(2, 2 << BITS)
    costs.overhead(first, Overhead(5, 10, 100, 900))
    costs.overhead(first, Overhead(9, 20, 300, 700))
    costs.overhead(again, Overhead(1, 5, 50, 100))
    costs.overhead(other, Overhead(1, 7, 70, 80))
    assert costs.probe_costs() == (
        ProbeCost(1, 25, 350, 900),
        ProbeCost(2, 7, 70, 80),
    )
