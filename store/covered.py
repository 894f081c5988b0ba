"""What is known to have run, finer than a function.

In: nothing. Out: one frozen dataclass. ``store/facts.py`` hands it on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Basis = Literal["block", "line"]


@dataclass(frozen=True, slots=True)
class Covered:
    """A place of a script that ran.

    - ``block``: the block of an instrumented function that begins at offset ``at`` said
      that it ran (a function's body is one of its blocks);
    - ``line``: a sample of the CPU profile fell into the 1-based line ``at``.
    """

    script: int
    basis: Basis
    at: int
