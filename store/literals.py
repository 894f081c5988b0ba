"""Which function literal: what all facts refer to.

In: nothing. Out: one frozen dataclass. ``store/facts.py`` hands it on.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class FunctionRef:
    """A function literal: its script's number and the offset where its node starts.

    The offset is that of the ESTree function node (for a method the node of its
    value, for a declaration the ``function`` keyword or ``async``).
    """

    script: int
    start: int
