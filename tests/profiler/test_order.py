"""What is implied, and above all what is not."""

from __future__ import annotations

from profiler.order import Order
from store.facts import Activation, FunctionRef, Lead
from store.leads import LeadKind


def run(number: int, *, parent: int = 0, process: int = 1) -> Activation:
    """A run that is entered at ten times its number."""
    return Activation(
        *(number, FunctionRef(1, number), 0, parent, 0, number),
        *(number * 10, number * 10 + 5, "undefined", process),
    )


def lead(activation: int, source: int, kind: LeadKind = "handed", at: int = 0) -> Lead:
    return Lead(activation, at or activation * 10, kind, source, source * 10 + 1)


def test_on_one_stack_what_was_entered_first_is_first():
    order = Order([run(1), run(2, parent=1), run(3, parent=1)], ())
    assert order.before(1, 2)
    assert order.before(2, 3)
    assert not order.before(3, 2)
    assert not order.before(2, 2)


def test_without_a_path_two_runs_are_concurrent():
    order = Order([run(1), run(2)], ())
    assert not order.ordered(1, 2)
    assert not order.ordered(1, 99)


def test_what_is_handed_over_waits_for_the_whole_stack():
    order = Order([run(1), run(2, parent=1), run(3)], [lead(3, 1)])
    assert order.before(2, 3), "entered after the hand-over, on the same stack"
    assert not order.before(3, 2)


def test_whoever_takes_a_callback_out_of_a_queue_is_not_after_who_put_it_in():
    runs = [run(1), run(2), run(3, parent=2), run(4, parent=2)]
    order = Order(runs, [lead(3, 1)])
    assert order.before(1, 3)
    assert order.before(1, 4), "it follows 3 on their stack"
    assert not order.ordered(1, 2)


def test_a_run_goes_on_after_what_it_waited_for():
    runs = [run(1), run(2), run(3), run(4)]
    leads = [
        Lead(1, 25, "resumed", 0, 25),
        Lead(1, 25, "settled", 2, 21),
        Lead(3, 30, "called", 1, 30),
        Lead(4, 40, "handed", 3, 31),
    ]
    order = Order(runs, leads)
    assert order.before(2, 3)
    assert order.before(1, 3)
    assert order.before(2, 4)
    assert not order.ordered(1, 2), "it was entered before, by luck"


def test_what_it_did_before_it_waited_does_not_follow():
    runs = [run(1), run(2), run(3)]
    early = Lead(3, 30, "handed", 1, 12)
    order = Order(runs, [Lead(1, 25, "resumed", 0, 25), lead(1, 2, at=25), early])
    assert not order.ordered(2, 3)
    assert order.before(1, 3)


def test_another_isolate_shares_no_stack():
    order = Order([run(1), run(2, process=2)], [lead(2, 1)])
    assert not order.ordered(1, 2)


def test_what_is_posted_to_another_isolate_follows_what_had_been_entered():
    runs = [run(1), run(2, parent=1), run(3, parent=1), run(4, process=2)]
    runs += [run(5, parent=4, process=2), run(6)]
    order = Order(runs, [Lead(4, 40, "sent", 1, 25), Lead(6, 60, "sent", 4, 45)])
    assert order.before(1, 4)
    assert order.before(2, 5), "it ran before the post"
    assert not order.ordered(3, 4), "they run at one time"
    assert order.before(4, 6)
    assert order.before(2, 6)
    assert not order.ordered(5, 6)
    assert not order.ordered(3, 6)


def test_a_point_that_is_found_later_may_be_early_enough():
    runs = [run(1), run(2), run(3, parent=2), run(4, process=2)]
    leads = [lead(3, 1), Lead(4, 40, "sent", 2, 22), lead(2, 1)]
    order = Order(runs, leads)
    assert order.before(1, 4)
    assert not order.before(3, 4)


def test_a_parent_that_was_not_kept_orders_nothing():
    order = Order([run(1, parent=9), run(2, parent=9)], [lead(2, 8)])
    assert not order.ordered(1, 2)


def test_it_ends_on_leads_that_make_no_sense():
    runs = [run(1), run(2)]
    order = Order(runs, [lead(2, 1), lead(1, 2), lead(1, 1), lead(7, 1)])
    assert order.before(1, 2)
