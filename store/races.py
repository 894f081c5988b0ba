"""Two that touched the same place in memory, in an order that nothing implies.

In: nothing. Out: one frozen dataclass. ``store/facts.py`` hands it on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from store.literals import FunctionRef

RaceKind = Literal["split", "order"]


@dataclass(frozen=True, slots=True)
class Race:
    """Runs of two functions touched one place, one of them writing, in no order.

    - ``split``: one wrote between two touches of the other, or of what that led to: a
      check and the act that depends on it, or a read and the write that it is for;
    - ``order``: each did what it does in one go; only who came first is luck.

    The example is the first pair of that kind: two runs and when they touched it.
    """

    cell: int
    kind: RaceKind
    function: FunctionRef
    """Touched it first in the example."""
    then: FunctionRef
    count: int
    """Pairs of runs that were seen, at least."""
    activation: int
    at_us: int
    wrote: bool
    then_activation: int
    then_at_us: int
    then_wrote: bool
