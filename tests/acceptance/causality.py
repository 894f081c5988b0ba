"""Programs with a known order, and what a recording says of it.

In: a program of ``tests/golden/causality`` and a Recording of it. Out: which of the
pairs that its head names are missed, and which are invented. A name is a function's;
``name#2`` is its second run.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from profiler.order import Order, order
from store.facts import Recording

PROGRAMS = Path(__file__).parent.parent / "golden/causality"
_LINE = re.compile(r"^// (order|apart): (.+)$", re.MULTILINE)
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Expected:
    """What a program's head says: written by hand, before it was ever traced."""

    before: tuple[Pair, ...]
    apart: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of the pairs."""

    checked: int
    unseen: tuple[str, ...]
    missed: tuple[Pair, ...]
    invented: tuple[Pair, ...]
    reversed: tuple[Pair, ...]
    """Implied the other way round."""

    def words(self) -> str:
        told = [f"{self.checked} pairs"]
        for name in ("unseen", "missed", "invented", "reversed"):
            found = getattr(self, name)
            if found:
                pairs = ["/".join(x) if isinstance(x, tuple) else x for x in found]
                told.append(f"{name}: {', '.join(pairs)}")
        return "; ".join(told)

    def holds(self) -> bool:
        wrong = (*self.unseen, *self.missed, *self.invented, *self.reversed)
        return self.checked > 0 and not wrong


def expected(program: Path) -> Expected:
    """Read the head of a program; each step of an order comes before all later ones."""
    before: dict[Pair, None] = {}
    apart: dict[Pair, None] = {}
    for kind, text in _LINE.findall(program.read_text("utf-8")):
        names = [name.strip() for name in re.split(r"->|\|", text)]
        assert len(names) > 1, text
        assert ("->" in text) == (kind == "order"), text
        for pair in combinations(names, 2):
            (before if kind == "order" else apart)[pair] = None
    return Expected(tuple(before), tuple(apart))


def runs_of(recording: Recording) -> dict[str, int]:
    """Name the activations since `main` began last: the first run of ``f`` is ``f``."""
    names = {function.ref: function.name for function in recording.functions}
    seen: Counter[str] = Counter()
    found: dict[str, int] = {}
    mains = [
        one.number for one in recording.activations if names[one.function] == "main"
    ]
    begun = max(mains, default=0)
    for run in sorted(recording.activations, key=lambda one: one.number):
        if run.number < begun:
            continue
        name = names[run.function]
        seen[name] += 1
        found[name if seen[name] == 1 else f"{name}#{seen[name]}"] = run.number
    return found


def judge(wanted: Expected, recording: Recording) -> Verdict:
    """Compare what is implied with what was written down."""
    implied: Order = order(recording)
    runs = runs_of(recording)
    named = dict.fromkeys(n for pair in (*wanted.before, *wanted.apart) for n in pair)
    unseen = tuple(name for name in named if name not in runs)

    def before(pair: Pair) -> bool:
        first, then = pair
        both = first in runs and then in runs
        return both and implied.before(runs[first], runs[then])

    return Verdict(
        len(wanted.before) + len(wanted.apart),
        unseen,
        tuple(pair for pair in wanted.before if not before(pair)),
        tuple(p for p in wanted.apart if before(p) or before((p[1], p[0]))),
        tuple(pair for pair in wanted.before if before((pair[1], pair[0]))),
    )
