"""Frames that V8 left out of sampled stacks."""

from __future__ import annotations

from rewriter.skipped import put_back
from store.facts import Frame, FunctionRef

WRITE, ENCODE, QUANTIZE, DRAW = (FunctionRef(1, n) for n in (10, 20, 30, 40))
CALLS = {(WRITE, ENCODE), (WRITE, DRAW), (ENCODE, QUANTIZE)}


def may_call(caller: FunctionRef, callee: FunctionRef) -> bool:
    return (caller, callee) in CALLS


def frame(number: int, parent: int, self_us: int, total_us: int) -> Frame:
    return Frame(number, parent, 1, "", "", 0, 0, None, self_us, total_us)


TREE = (
    frame(1, 0, 0, 1000),
    frame(2, 1, 100, 800),
    frame(3, 2, 700, 700),
    frame(4, 1, 150, 150),
    frame(5, 1, 50, 50),
)
LITERALS = {1: WRITE, 2: ENCODE, 3: QUANTIZE, 4: QUANTIZE, 5: DRAW}


def test_a_callee_two_calls_down_goes_below_its_caller() -> None:
    found = {f.number: f for f in put_back(TREE, LITERALS, may_call)}
    assert found[4].parent == 2
    assert found[2].total_us == 950
    assert found[1] == TREE[0]
    assert found[5] == TREE[4]
    assert sum(f.self_us for f in found.values()) == sum(f.self_us for f in TREE)
    for one in found.values():
        below = sum(f.total_us for f in found.values() if f.parent == one.number)
        assert one.total_us == one.self_us + below


def test_what_its_parent_may_call_stays() -> None:
    assert put_back(TREE, LITERALS, lambda _caller, _callee: True) == TREE


def test_what_no_sibling_was_seen_to_enter_stays() -> None:
    tree = tuple(f for f in TREE if f.number != 3)
    assert put_back(tree, LITERALS, may_call) == tree


def test_below_native_frames_nothing_is_known() -> None:
    known = {number: ref for number, ref in LITERALS.items() if number != 1}
    assert put_back(TREE, known, may_call) == TREE


def test_recursion_is_no_missing_frame() -> None:
    tree = (frame(1, 0, 0, 300), frame(2, 1, 100, 200), frame(3, 2, 100, 100))
    again = (*tree, frame(4, 1, 100, 100))
    same = {1: WRITE, 2: QUANTIZE, 3: QUANTIZE, 4: QUANTIZE}
    assert put_back(again, same, may_call) == again


def test_two_missing_frames_are_put_back_one_after_the_other() -> None:
    tree = (
        frame(1, 0, 0, 400),
        frame(2, 1, 0, 200),
        frame(3, 2, 0, 100),
        frame(4, 3, 100, 100),
        frame(5, 2, 100, 100),
        frame(6, 1, 0, 200),
        frame(7, 6, 200, 200),
    )
    literals = {
        1: WRITE,
        2: ENCODE,
        3: QUANTIZE,
        4: DRAW,
        5: DRAW,
        6: QUANTIZE,
        7: DRAW,
    }
    found = {f.number: f for f in put_back(tree, literals, may_call)}
    assert found[6].parent == 2
    assert found[5].parent in {3, 6}
