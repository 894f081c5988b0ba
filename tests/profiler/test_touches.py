"""Which of the places that have one name is the same place."""

from __future__ import annotations

from profiler.places import Places
from profiler.records import CellUsed, Enter, Hand, LeadSeen
from profiler.runs import Runs
from profiler.touches import Binding, Bindings, Touches
from store.abi import CELL_KINDS, LEADS
from store.facts import Function, FunctionRef

OUTER = Function(FunctionRef(1, 10), 90, "outer", 1, 1)
INNER = Function(FunctionRef(1, 30), 60, "inner", 1, 1)
VARIABLE, PROPERTY, ARGUMENT = 1, 2, 3
HOME = Binding(OUTER.ref, many=False)


class Told:
    """A fold that was told of runs and touches."""

    def __init__(self) -> None:
        self.runs = Runs()
        self.touches = Touches(self.runs)
        self.count = 0
        for cell, kind in ((1, "capture"), (2, "property"), (3, "argument")):
            at = 15 if kind == "capture" else 0
            base = 1 if kind == "property" else 0
            self.touches.cell(CellUsed(cell, CELL_KINDS.index(kind), base, "n", 1, at))

    def enter(self, literal: Function, closure: int = 0) -> int:
        self.count += 1
        run = (self.count * 10, self.count, 1, literal.ref.start, closure, 0, 0, 7, 0)
        self.runs.enter(Enter(*run), 0)
        return self.count

    def hand(self, run: int, closure: int) -> None:
        self.touches.hand(Hand(1, run, 5, closure, 1, 30, 0, "later"))

    def write(self, run: int, cell: int, object_: int = 0, item: int = 0) -> None:
        self.touches.touch(run, 5, cell, object_, item, at=run * 10, wrote=True)

    def read(self, run: int, cell: int, object_: int = 0) -> None:
        self.touches.touch(run, 5, cell, object_, 0, at=run * 10, wrote=False)

    def places(
        self, binding: Binding | None = None, only: dict[int, int] | None = None
    ) -> list[tuple[int, list[int]]]:
        bindings: Bindings = lambda script, offset: binding  # noqa: E731
        places = Places([OUTER, INNER])
        found = self.touches.places(places, bindings, only or {})
        return [(cell, [one.activation for one in group]) for cell, group in found]


def test_properties_are_those_of_one_object():
    told = Told()
    for object_ in (7, 8, 7):
        told.write(told.enter(OUTER), PROPERTY, object_)
    assert told.places() == [(PROPERTY, [1, 3])]


def test_an_object_that_nobody_knows_and_an_argument_are_left_out():
    told = Told()
    for cell in (PROPERTY, ARGUMENT, 99):
        told.write(told.enter(OUTER), cell)
        told.write(told.enter(OUTER), cell)
    assert told.places() == []


def test_what_is_only_read_or_of_one_run_is_no_place_of_several():
    told = Told()
    one, two = told.enter(OUTER), told.enter(OUTER)
    told.read(one, PROPERTY, 7)
    told.read(two, PROPERTY, 7)
    told.write(one, PROPERTY, 8)
    told.write(one, PROPERTY, 8, item=2)
    assert told.places() == []


def test_a_variable_of_a_module_is_one():
    told = Told()
    for _ in range(2):
        told.write(told.enter(INNER), VARIABLE)
    assert told.places(Binding(None, many=False)) == [(VARIABLE, [1, 2])]
    assert told.places() == [], "nobody knows whose it is"


def test_a_variable_belongs_to_the_run_that_made_the_closures():
    told = Told()
    first, second = told.enter(OUTER), told.enter(OUTER)
    told.hand(first, 51)
    told.hand(second, 52)
    told.hand(first, 53)
    told.write(first, VARIABLE)
    for closure in (51, 52, 53):
        told.write(told.enter(INNER, closure), VARIABLE)
    assert told.places(HOME) == [(VARIABLE, [first, 3, 5])]


def test_one_closure_has_one_variable_even_in_a_loop():
    told = Told()
    for closure in (51, 51, 52):
        told.write(told.enter(INNER, closure), VARIABLE)
    assert told.places(Binding(OUTER.ref, many=True)) == [(VARIABLE, [1, 2])]
    assert told.places() == [(VARIABLE, [1, 2])], "without a parser, too"


def test_a_function_that_ran_once_has_one_variable():
    told = Told()
    for _ in range(2):
        told.write(told.enter(INNER), VARIABLE)
    assert told.places(HOME) == []
    outer = told.runs.number(1, OUTER.ref.start)
    assert told.places(HOME, {outer: 77}) == [(VARIABLE, [1, 2])]


def test_a_run_has_a_piece_more_each_time_it_goes_on():
    told = Told()
    one, two = told.enter(OUTER), told.enter(OUTER)
    told.read(one, PROPERTY, 7)
    told.touches.lead(LeadSeen(30, one, LEADS.index("resumed"), 0, 30))
    told.write(one, PROPERTY, 7)
    told.write(one, PROPERTY, 7)
    told.read(two, PROPERTY, 7)
    [(_, group)] = told.touches.places(Places([]), None, {})
    assert [(x.activation, x.piece, x.wrote) for x in group] == [
        (one, 0, False),
        (one, 1, True),
        (two, 0, False),
    ]


def test_what_is_beyond_the_bound_is_counted():
    told = Told()
    for item in range(300):
        told.write(told.enter(OUTER), PROPERTY, 7, item)
    assert told.touches.unkept == 44
