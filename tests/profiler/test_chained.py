"""Stacks below the callbacks that led to them: nothing is lost, ways are shared."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from profiler.callbacks import Callbacks
from profiler.chained import MOST_WAYS, Ways, chained, known_share, split
from store.facts import Edge, Frame, FunctionRef, Place, Recording, RupturePoint
from tests.profiler.formats.making import FUNCTIONS, ROOT, base, frame, profiles

A, B, C = (one.ref for one in FUNCTIONS[:3])
EDGES = st.lists(
    st.builds(
        Edge,
        st.sampled_from(("cause", "call")),
        st.sampled_from([one.ref for one in FUNCTIONS]),
        st.sampled_from([one.ref for one in FUNCTIONS]),
        st.integers(0, 9),
    ),
    max_size=12,
)


def start(ref: FunctionRef) -> RupturePoint:
    place = Place(ref.script, ref.start, 1, 1)
    return RupturePoint(ref, "start", place, None, None, "seen", "", 1)


def of(number: int, parent: int, ref: FunctionRef, self_us: int) -> Frame:
    known = next(one for one in FUNCTIONS if one.ref == ref)
    place = {"line": known.line, "column": known.column, "function": ref}
    return frame(number, parent, known.name, self_us, **place)


def stacks(recording: Recording) -> Counter[tuple[Any, ...]]:
    """Return self times by the names on the way down."""
    paths: dict[int, tuple[str, ...]] = {0: ()}
    found: Counter[tuple[Any, ...]] = Counter()
    for one in recording.frames:
        paths[one.number] = (*paths[one.parent], one.name)
        if one.self_us:
            found[paths[one.number][1:]] += one.self_us
    return found


def below(recording: Recording, seen: Recording) -> Recording:
    return chained(recording, Callbacks(recording, fold=False), Ways(seen))


@given(profiles(), EDGES, st.booleans())
def test_no_microsecond_is_lost_or_made(
    recording: Recording, edges: list[Edge], starts: bool
) -> None:
    seen = base(edges=tuple(edges), ruptures=(start(A),) if starts else ())
    found = below(recording, seen)
    own: Counter[Any] = Counter()
    for one in recording.frames:
        own[one.function or (one.name, one.url, one.line)] += one.self_us
    for one in found.frames:
        own[one.function or (one.name, one.url, one.line)] -= one.self_us
        assert one.parent < one.number
        assert one.self_us >= 0
    assert not any(own.values()), "each function has its own time"
    assert (
        0 <= known_share(recording, Callbacks(recording, fold=False), Ways(seen)) <= 1
    )


def test_a_continuation_stands_below_who_called_it_and_who_began() -> None:
    frames = (ROOT, of(2, 1, A, 5), of(3, 1, B, 10), frame(4, 3, "inside", 7))
    seen = base(edges=(Edge("call", A, B, 4),), ruptures=(start(A),))
    assert stacks(below(base(frames=frames), seen)) == {
        ("f10",): 5,
        ("f10", "f20"): 10,
        ("f10", "f20", "inside"): 7,
    }


def test_two_ways_share_the_time_as_often_as_each_was_seen() -> None:
    frames = (ROOT, of(2, 1, C, 100), frame(3, 2, "inside", 7))
    edges = (Edge("cause", A, C, 3), Edge("cause", B, C, 1), Edge("call", B, C, 90))
    ways = Ways(base(edges=edges))
    assert ways.to(C) == (((A,), 0.75), ((B,), 0.25)), "a hand-over outweighs calls"
    assert stacks(below(base(frames=frames), base(edges=edges))) == {
        ("f10", "f30"): 75,
        ("f20", "f30"): 25,
        ("f10", "f30", "inside"): 5,
        ("f20", "f30", "inside"): 2,
    }


def test_rings_end_and_nobody_is_invented() -> None:
    edges = (Edge("cause", A, B, 1), Edge("cause", B, A, 1), Edge("cause", B, B, 5))
    ways = Ways(base(edges=edges))
    assert ways.to(A) == (((B,), 1.0),)
    assert not ways.knows(C)
    recording = base(frames=(ROOT, of(2, 1, C, 100)))
    assert stacks(below(recording, base(edges=edges))) == {("f30",): 100}
    assert known_share(recording, Callbacks(recording, fold=False), ways) == 0


def test_a_start_is_where_a_chain_begins() -> None:
    seen = base(edges=(Edge("cause", A, B, 4),), ruptures=(start(B),))
    assert Ways(seen).to(B) == (((), 1.0),)


def test_the_rarest_of_many_ways_are_left_out() -> None:
    refs = [FunctionRef(9, n) for n in range(50)]
    edges = tuple(Edge("cause", ref, A, n + 1) for n, ref in enumerate(refs))
    found = Ways(base(edges=edges)).to(A)
    assert len(found) == MOST_WAYS
    assert abs(sum(share for _, share in found) - 1) < 1e-9
    assert found[0][0] == (refs[-1],)


@given(st.integers(0, 10**9), st.lists(st.integers(1, 100), min_size=1, max_size=9))
def test_parts_make_the_whole(whole: int, among: list[int]) -> None:
    parts = split(whole, [one / sum(among) for one in among])
    assert sum(parts) == whole
    assert all(part >= 0 for part in parts)
