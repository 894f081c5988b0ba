"""Whether a callback is worth a message, by what all its runs are of main's work."""

from __future__ import annotations

import pytest

from store.facts import Frame
from tests.rewriter.test_own_times import nested, ran
from tests.rewriter.worlds import World


def busy(made: World, ms: int) -> None:
    """Let main have done other things for so long."""
    number = len(made.recording.frames)
    made.see(
        frames=(
            Frame(number + 1, 0, 0, "(idle)", "", 0, 0, None, 9_000_000, 9_000_000),
            Frame(number + 2, 0, 0, "f", "", 1, 1, None, ms * 1000, ms * 1000),
        )
    )


SIX_SLOW = [80, 100, 260, 310, 910, 1130]
"""Seen of the paper's callback on a busy machine: 0.1 ms elsewhere."""


@pytest.mark.parametrize(("elsewhere_ms", "stays"), [(100, False), (16_000, True)])
def test_slow_runs_that_are_next_to_nothing_of_all_stay(
    world, elsewhere_ms, stays
) -> None:
    made, outer, _ = nested(world)
    ran(made, outer, SIX_SLOW)
    busy(made, elsewhere_ms)
    stay = [s for s in made.plan().stays if s.function.ref == outer]
    told = [s.refusal.reason for s in stay if s.refusal.code == "FX001"]
    assert bool(told) is stays, stay
    if stays:
        assert "too cheap to move: 0.1" in told[0]
        assert "% of what main does; it pays from 0.5%" in told[0]


def test_a_rare_run_that_blocks_the_others_is_no_question_of_shares(world) -> None:
    made, outer, _ = nested(world)
    ran(made, outer, [80, 100, 9_000, 9_500])
    busy(made, 16_000_000)
    codes = [s.refusal.code for s in made.plan().stays if s.function.ref == outer]
    assert "FX001" not in codes
