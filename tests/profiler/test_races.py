"""What is a race, and what is none."""

from __future__ import annotations

from dataclasses import replace

from profiler.derive import derive
from profiler.order import Order
from profiler.races import races
from profiler.touches import Binding, Touch
from store.abi import Event
from store.facts import FunctionRef, Lead
from tests.profiler.telling import PROCESS, Story, function
from tests.profiler.test_order import lead, run

CELL = 4
Step = tuple[int, int, str]
"""A run, its piece, and what it does: r, w, or w with an item."""


def touched(*steps: Step) -> list[Touch]:
    return [
        Touch(at, at, number, piece, does[0] == "w", int(does[1:] or 0))
        for at, (number, piece, does) in enumerate(steps)
    ]


def told(order: Order, *steps: Step, same: int = 0) -> list[tuple[str, int, int, int]]:
    found = races([(CELL, touched(*steps))], order, lambda n: FunctionRef(1, same or n))
    assert all(race.cell == CELL for race in found)
    return [(x.kind, x.activation, x.then_activation, x.count) for x in found]


APART = Order([run(1), run(2), run(3)], ())
CHAIN = Order([run(1), run(2), run(3)], [lead(3, 1)])
"""3 follows from 1; 2 has to do with neither."""
AWAITS = Order([run(1), run(2)], [Lead(1, 25, "resumed", 0, 25)])


def test_two_that_write_in_no_order():
    assert told(APART, (1, 0, "w"), (2, 0, "w")) == [("order", 1, 2, 1)]
    assert told(APART, (1, 0, "r"), (2, 0, "w")) == [("order", 1, 2, 1)]


def test_reading_is_no_race():
    assert told(APART, (1, 0, "r"), (2, 0, "r")) == []


def test_what_follows_is_no_race():
    assert told(CHAIN, (1, 0, "w"), (3, 0, "w")) == []


def test_other_items_of_a_list_are_other_places_and_all_of_it_is_not():
    assert told(APART, (1, 0, "w5"), (2, 0, "w6")) == []
    assert told(APART, (1, 0, "w5"), (2, 0, "w5")) == [("order", 1, 2, 1)]
    assert told(APART, (1, 0, "w5"), (2, 0, "r")) == [("order", 1, 2, 1)]


def test_a_write_between_two_pieces_of_a_run_splits_it():
    steps: tuple[Step, ...] = ((1, 0, "r"), (2, 0, "w"), (1, 1, "w"))
    assert told(AWAITS, *steps) == [("split", 1, 2, 1)]


def test_a_read_between_them_does_not():
    steps: tuple[Step, ...] = ((1, 0, "w"), (2, 0, "r"), (1, 1, "w"))
    assert told(AWAITS, *steps) == [("order", 1, 2, 1)]


def test_a_write_between_two_steps_of_a_chain_splits_it():
    steps: tuple[Step, ...] = ((1, 0, "r"), (2, 0, "w"), (3, 0, "w"))
    assert [kind for kind, *_ in told(CHAIN, *steps)] == ["split", "split"]


def test_what_comes_before_both_belongs_to_neither():
    order = Order([run(1), run(2), run(3)], [lead(2, 1), lead(3, 1)])
    steps: tuple[Step, ...] = ((1, 0, "w"), (2, 0, "w"), (3, 0, "w"))
    assert told(order, *steps) == [("order", 2, 3, 1)]


def test_pairs_of_runs_are_counted_and_the_worst_comes_first():
    steps: tuple[Step, ...] = ((1, 0, "w"), (2, 0, "w"), (3, 0, "w"), (3, 0, "r"))
    assert told(APART, *steps, same=9) == [("order", 1, 2, 3)]
    both = races(
        [
            (1, touched((1, 0, "w"), (2, 0, "w"))),
            (2, touched((1, 0, "r"), (2, 0, "w"), (1, 1, "w"))),
        ],
        AWAITS,
        lambda number: FunctionRef(1, number),
    )
    assert [(race.cell, race.kind) for race in both] == [(2, "split"), (1, "order")]


def test_a_hot_place_is_not_compared_for_ever():
    runs = [run(number) for number in range(1, 257)]
    steps: list[Step] = [(number, 0, "w") for number in range(1, 257)]
    [(kind, *_, count)] = told(Order(runs, ()), *steps, same=9)
    assert (kind, count) == ("order", 12 * 256 - 12 * 13 // 2)


def shared(how: str) -> list[int]:
    """Tell of two runs that touch a variable of the module, and one object."""
    a, b = function(10, "a"), function(40, "b")
    told = Story((a, b))
    told.cell(1, "capture", "total", of=FunctionRef(1, 5))
    told.cell(2, "argument", "0", of=a.ref)
    told.cell(3, "property", "user", base=2)
    for literal in (a, b):
        run = told.enter(literal)
        told.tell(Event.WRITE, run, 11, 1, 0, 0)
        told.tell(Event.WRITE, run, 12, 3, 77, 0)
        told.exit(run)
    process = replace(PROCESS, how=how)  # type: ignore[arg-type]
    observed = replace(told.observed(), process=process)
    found = derive(
        observed, {}, bindings=lambda script, offset: Binding(None, many=False)
    )
    return sorted(race.cell for race in found.races)


def test_of_a_running_program_only_what_all_share_is_told():
    assert shared("launched") == [1, 3]
    assert shared("attached") == [1], "a run that was not observed may connect them"
