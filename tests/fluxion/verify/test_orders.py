"""The serial orders that may explain a concurrent run."""

from __future__ import annotations

from fluxion.verify.orders import orders
from fluxion.verify.play import Transcript


def seen(**fields) -> Transcript:
    return Transcript(**fields)


def test_the_servers_word_comes_first():
    run = seen(
        arrivals=[0, 1, 2],
        begun=[(1.0, 0), (1.1, 1), (1.2, 2)],
        completed=[(2.0, 0), (2.1, 1), (2.2, 2)],
        keys={(50, 0): 0, (51, 0): 1, (52, 0): 2},
    )
    found = orders(run, [(51, 0), (50, 0), (52, 0)])
    assert found == [("commit", [1, 0, 2]), ("completion", [0, 1, 2])]


def test_what_never_ends_stands_where_it_began():
    run = seen(
        arrivals=[0, 1, 2],
        begun=[(1.0, 0), (1.5, 2), (1.9, 1)],
        completed=[(1.0, 0), (2.0, 1)],
        keys={(50, 0): 0, (51, 0): 1, (52, 0): 2},
    )
    assert orders(run, [(50, 0), (51, 0)])[0] == ("commit", [0, 2, 1])


def test_without_the_servers_word_completion_is_tried():
    run = seen(arrivals=[1, 0], begun=[], completed=[(1.0, 0), (2.0, 1)], keys={})
    assert orders(run, []) == [("completion", [0, 1]), ("arrival", [1, 0])]
