from __future__ import annotations

from store import facts
from store.literals import FunctionRef


def test_literals_go_by_script_and_then_by_place():
    refs = [FunctionRef(2, 1), FunctionRef(1, 20), FunctionRef(1, 3)]
    assert sorted(refs) == [FunctionRef(1, 3), FunctionRef(1, 20), FunctionRef(2, 1)]


def test_it_is_the_one_of_the_facts():
    assert facts.FunctionRef is FunctionRef
