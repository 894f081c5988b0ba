"""What one run follows from: the facts of causality, run by run.

In: nothing. Out: one frozen dataclass. ``store/facts.py`` hands it on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LeadKind = Literal[
    "handed",
    "made",
    "called",
    "stack",
    "settled",
    "resumed",
    "again",
    "queued",
    "sent",
]


@dataclass(frozen=True, slots=True)
class Lead:
    """What ``activation`` did from ``at_us`` on follows what ``source`` did before.

    - ``handed``: source handed over the closure that ran;
    - ``made``: source, the only run of the function around it, made the closure;
    - ``called``: it runs on the stack of source, which goes on after an ``await``;
    - ``stack``: source ran before it, on the same synchronous stack;
    - ``settled``: source settled the promise that it waited for;
    - ``resumed``: it went on after an ``await``; source is 0;
    - ``again``: the same timer, socket, port or pipeline had called source back before;
    - ``queued``: the stack of source put it in the queue of ``nextTick``;
    - ``sent``: source opened the connection, or sent the message, that it was given, or
      a message before that one.
    """

    activation: int
    at_us: int
    kind: LeadKind
    source: int
    since_us: int
    """When source did it, on the recording's timeline."""
