"""Put frames back that V8 left out of the stacks which it sampled.

In: the merged call tree, and who may call whom. Out: the same tree, in which what was
sampled without its caller's frame stands below that caller. Pure.

Of gif-chat's 25 s, 4.4 s stood directly below the function two calls up (Node 20,
profile at 20 ms): the leaf's caller is missing. The times stay what they were.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from store.facts import Frame, FunctionRef


def put_back(
    frames: Sequence[Frame],
    literals: Mapping[int, FunctionRef],
    may_call: Callable[[FunctionRef, FunctionRef], bool],
) -> tuple[Frame, ...]:
    """Return the frames, some of them below another parent.

    `literals` names a frame's function by its number. A frame moves below a sibling
    when the sibling was seen to enter its function, and their parent cannot.
    """
    by_number = {frame.number: frame for frame in frames}
    children: defaultdict[int, list[int]] = defaultdict(list)
    for frame in frames:
        children[frame.parent].append(frame.number)
    for above in list(children):
        caller = literals.get(above)
        if caller is None:
            continue
        for number in list(children[above]):
            callee = literals.get(number)
            if callee is None:
                continue
            between = [
                other
                for other in children[above]
                if other != number
                and literals.get(other) != callee
                and any(literals.get(below) == callee for below in children[other])
            ]
            if between and not may_call(caller, callee):
                host = max(between, key=lambda other: by_number[other].total_us)
                _move(by_number, children, number, host)
    return tuple(by_number.values())


def _move(
    by_number: dict[int, Frame],
    children: defaultdict[int, list[int]],
    number: int,
    host: int,
) -> None:
    frame = by_number[number]
    children[frame.parent].remove(number)
    children[host].append(number)
    by_number[number] = replace(frame, parent=host)
    total = by_number[host].total_us + frame.total_us
    by_number[host] = replace(by_number[host], total_us=total)
