"""How much of what would move ran, and what never did."""

from __future__ import annotations

import pytest

from rewriter.blocks import blocks_of
from rewriter.confidence import Confidence, Seen, own_sizes
from rewriter.spine import Spine
from store.facts import Covered, Edge

TEXT = """\
function heavy(n) {
  if (n < 0) {
    throw new Error('never');
  }
  const odd = n % 2 ? one(n) : two(n);
  return odd;
}
function one(n) {
  let total = 0;
  for (let i = 0; i < n; i += 1) {
    total += i;
  }
  return total;
}
function two(n) { return n && [1].map(function inner(x) { return x ? n : 0; }); }
"""
HOT = """\
setTimeout(function hot() { console.log(work(1)) }, 1)
function work(n) { return n > 0 ? helper(n) : 0 }
function helper(n) { return n % 3 ? n : n * 2 }
"""
PATH = "/app/a.js"


def seen(made, *functions: str) -> Confidence:
    """Return what is known of some functions of a world."""
    of = Seen(made.program, made.recording, Spine(made.program, made.recording))
    return of._of([made.function(PATH, f"function {name}(").ref for name in functions])


def covered(made, *marks: str) -> None:
    places = [Covered(1, "block", made.at(PATH, mark)) for mark in marks]
    made.see(coverage=tuple(places))


def test_what_ran_counts_by_its_length(world) -> None:
    made = world(TEXT)
    covered(made, "{\n  if (n < 0)", "const odd", "one(n) :")
    found = seen(made, "heavy")
    assert found.unseen == (
        f"{PATH}:2:14-4:4 (if n < 0)",
        f"{PATH}:5:32-5:38 (else of n % 2)",
    )
    body = TEXT[TEXT.index("{") : TEXT.index("function one")].rstrip()
    never = len("{\n    throw new Error('never');\n  }") + len("two(n)")
    assert found.share == pytest.approx(1 - never / len(body))
    assert found.unwatched == ()


def test_all_that_ran_leaves_nothing_unseen(world) -> None:
    made = world(TEXT)
    covered(made, "{\n  let total", "{\n    total +=")
    assert seen(made, "one") == Confidence(1.0, (), ())


def test_what_was_not_watched_is_not_said_never_to_have_run(world) -> None:
    made = world(TEXT)
    covered(made, "{\n  if (n < 0)")
    found = seen(made, "one", "two")
    assert found.unseen == ()
    assert found.unwatched == ("one", "two")
    assert 0 < found.share < 1


def test_a_sampled_line_shows_that_its_block_ran(world) -> None:
    made = world(TEXT)
    without = seen(made, "one")
    made.see(coverage=(Covered(1, "line", 10),))
    assert seen(made, "one") == without, "of line 10 the loop's body is only a part"
    made.see(coverage=(Covered(1, "line", 11),))
    assert seen(made, "one") == Confidence(1.0, (), ())


@pytest.mark.parametrize("line", [0, -3, 10**9])
def test_no_line_is_taken_on_trust(world, line: int) -> None:
    made = world(TEXT)
    made.see(coverage=(Covered(1, "line", line),))
    assert seen(made, "one").unwatched == ("one",)


def test_functions_within_are_counted_by_themselves(world) -> None:
    made = world(TEXT)
    node = made.function(PATH, "function two(").node
    blocks = blocks_of(node)
    inner = made.function(PATH, "function inner(").node
    sizes = own_sizes(node, blocks)
    assert sum(sizes) == blocks[0].end - blocks[0].start - (inner.end - inner.start)
    assert all(size > 0 for size in sizes)


@pytest.fixture
def hot(world):
    """A callback of which a call moves, and what that calls."""
    made = world(HOT)
    made.callback(PATH, "function hot")
    made.spine((PATH, "function hot"), (PATH, "function work"))
    return made


def test_a_recording_without_coverage_knows_nothing(hot) -> None:
    (fluxion,) = hot.plan().fluxions
    assert (fluxion.unseen, fluxion.unwatched) == ((), ())
    of = Seen(hot.program, hot.recording, Spine(hot.program, hot.recording))
    assert of.of_cut(fluxion.function.ref, fluxion.cut) is None


def test_what_a_cut_moves_is_what_was_sampled_in_it_and_the_host(hot) -> None:
    covered(hot, "{ console.log(work(1))")
    (fluxion,) = hot.plan().fluxions
    assert fluxion.unwatched == ("work",)
    assert fluxion.unseen == ()
    covered(hot, "{ return n > 0")
    (fluxion,) = hot.plan().fluxions
    assert fluxion.unwatched == ()
    assert fluxion.unseen == (
        f"{PATH}:2:35-2:44 (if n > 0)",
        f"{PATH}:2:47-2:48 (else of n > 0)",
    )
    assert 0 < fluxion.confidence < 1


def test_and_what_was_traced_below_it(hot) -> None:
    covered(hot, "{ console.log(work(1))", "{ return n > 0", "helper(n) :")
    (before,) = hot.plan().fluxions
    work = hot.function(PATH, "function work").ref
    helper = hot.function(PATH, "function helper").ref
    hot.see(edges=(Edge("call", work, helper, 3),))
    (after,) = hot.plan().fluxions
    assert before.unwatched == ()
    assert after.unwatched == ("helper",)
    assert after.confidence < before.confidence


def test_hostile_conditions_are_short_and_on_one_line(world) -> None:
    made = world(
        "function f(n) { if (n ===\n '\\x1b[31m' + `" + "x" * 999 + "`) { n } }"
    )
    covered(made, "{ if")
    (place,) = seen(made, "f").unseen
    assert "\n" not in place
    assert len(place) < 100
