"""The tree keeps every microsecond, whatever is folded and whatever a store says."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from profiler.formats.tree import MOST_DEEP, call_tree
from tests.profiler.formats.making import (
    ROOT,
    base,
    frame,
    package,
    profiles,
    stacks,
    total,
)


def outline(recording, *, fold=True):
    """The tree as text, a blank for each level."""
    tree = call_tree(recording, fold=fold)
    return [
        f"{' ' * step.node.depth}{step.node.named.title} {step.node.self_us}"
        for step in tree.walk()
        if step.enters
    ]


def seen(named):
    return named.title, named.file, named.line, named.column


FRAMES = (
    ROOT,
    frame(2, 1, "handle", 1),
    package(3, 2, "next", 2),
    package(4, 3, "dispatch", 4),
    frame(5, 4, "later", 8),
    package(6, 5, "done", 16),
    frame(7, 3, "other", 32),
)


def test_what_a_package_does_within_itself_is_one_node():
    assert outline(base(frames=FRAMES)) == [
        "(root) 0",
        " handle 1",
        "  express 6",
        "   later 8",
        "    express 16",
        "   other 32",
    ]
    assert outline(base(frames=FRAMES), fold=False) == [
        "(root) 0",
        " handle 1",
        "  next 2",
        "   dispatch 4",
        "    later 8",
        "     done 16",
        "   other 32",
    ]


@given(profiles())
def test_stacks_are_those_of_the_frames(recording):
    found: Counter[tuple[Any, ...]] = Counter()
    for stack, self_us in call_tree(recording, fold=False).stacks(seen):
        found[tuple(stack)] += self_us
    assert found == stacks(recording)


@given(profiles(), st.booleans())
def test_no_time_is_lost(recording, fold):
    tree = call_tree(recording, fold=fold)
    assert tree.total_us == total(recording)
    assert tree.totals()[1] == total(recording)
    assert sum(self_us for _, self_us in tree.stacks(seen)) == total(recording)
    for node in tree.nodes[1:]:
        assert node.parent < node.number
        assert node.number in tree.node(node.parent).children


@given(profiles())
def test_folded_no_package_is_right_below_itself(recording):
    tree = call_tree(recording, fold=True)
    for node in tree.nodes[1:]:
        if node.named.package:
            assert node.named != tree.node(node.parent).named


@given(st.lists(st.tuples(st.integers(-3, 12), st.integers(-5, 9)), max_size=8))
def test_a_store_that_makes_no_sense_has_a_tree_all_the_same(pairs):
    frames = tuple(
        replace(frame(number, parent, f"f{number}"), self_us=self_us)
        for number, (parent, self_us) in enumerate(pairs, 1)
    )
    tree = call_tree(base(frames=frames), fold=True)
    assert tree.total_us == sum(max(self_us, 0) for _, self_us in pairs)
    assert sum(step.enters for step in tree.walk()) == len(tree.nodes)


def test_a_tree_without_end_is_cut_and_keeps_its_time():
    deep = tuple(frame(n, n - 1, f"f{n}", 1) for n in range(2, 5000))
    tree = call_tree(base(frames=(ROOT, *deep)), fold=False)
    assert max(node.depth for node in tree.nodes) == MOST_DEEP
    assert tree.total_us == len(deep)
