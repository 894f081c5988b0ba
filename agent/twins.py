"""Make twins in scopes that were reached, and put them in their places.

In: rewritten functions that have an evaluator in the probe. Out: for each the literals
that are traced now, or why its twin cannot be made. No Debugger domain, no waiting for
calls: what reaches a scope is `agent/tracing.py`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from agent import refusals
from agent.cdp import Json, as_list, as_object
from agent.debugging import Stopwatch
from agent.found import Found
from agent.installed import TURN_MS, Probe
from agent.positions import part
from store.errors import ProtocolError
from store.facts import Function, Refusal, Rewrite

LONGEST_PAD = 5_000
NO_CODE = "Code generation from strings disallowed"


@dataclass
class Wanted:
    """One function on its way to a twin."""

    found: Found
    rewrite: Rewrite
    url: str
    """Of the script that holds it, as V8 names it."""
    called: tuple[str, ...]
    """Free names that only stand where they are called, so a twin may replace them."""
    callees: dict[str, int] = field(default_factory=dict[str, int])


class Twins:
    """Has twins made in one target; knows which functions have one."""

    def __init__(self, probe: Probe, measured: Stopwatch) -> None:
        """Take the probe and who hears of the steps' times."""
        self._probe = probe
        self._measured = measured
        self.made: set[int] = set()
        """Functions whose twin is in its places."""

    def install(
        self, ready: dict[int, Wanted], asked: Collection[int]
    ) -> list[Function | Refusal]:
        """Make the twins, callees before their callers, and swap them in at once.

        `ready` are all whose scope was reached; of them those in `asked` get a twin,
        and a caller of one of these gets a new twin, which calls it. Raises
        ProtocolError when the probe cannot swap, TargetGone when it is no more.
        """
        self._resolve(ready)
        fresh: set[int] = set()
        made: list[Wanted] = []
        for key in callees_first(ready):
            one = ready[key]
            if key in asked and key not in self.made:
                fresh.add(key)
                made.append(one)
            elif any(other in asked for other in one.callees.values()):
                made.append(one)
        results, fits = self._make(made, fresh)
        self._probe.later("swap", TURN_MS)
        self._measured("swap", self._probe.worked_ms)
        for one in fits:
            self._probe.ledger.did(swapped(one.found))
        return results

    def _resolve(self, ready: dict[int, Wanted]) -> None:
        """Learn which names mean functions that have, or will have, a twin."""
        asked = [(key, one) for key, one in ready.items() if one.called]
        commands = [("resolve", [key, list(one.called)]) for key, one in asked]
        for (_, one), answer in zip(asked, self._batch(commands), strict=True):
            pairs = as_list(answer.get("value") or [])
            one.callees = {str(name): int(other) for name, other in pairs}

    def _make(
        self, wanted: list[Wanted], fresh: set[int]
    ) -> tuple[list[Function | Refusal], list[Wanted]]:
        """Have twins made, in this order; they are not in their places yet.

        Out: what is known of the fresh ones, and all whose twin could be made.
        """
        results: list[Function | Refusal] = []
        fits: list[Wanted] = []
        there = self.made | fresh
        commands = [("make", arguments(one, there)) for one in wanted]
        for one, answer in zip(wanted, self._batch(commands), strict=True):
            error = str(answer.get("error") or "")
            if NO_CODE in error:
                error = self._make_now(arguments(one, there))
            if not error:
                fits.append(one)
            if one.found.id not in fresh:
                continue
            if error:
                results.append(refusals.of_twin(one.found, error))
            else:
                results.extend(one.rewrite.functions)
                results.extend(one.rewrite.left_alone)
        self.made.update(one.found.id for one in fits)
        return results, fits

    def _make_now(self, what: list[Any]) -> str:
        """Where code from strings is forbidden, only a command itself may use them."""
        try:
            self._probe.ask("makeNow", *what)
        except ProtocolError as error:
            return error.message
        return ""

    def _batch(self, commands: list[tuple[str, list[Any]]]) -> list[Json]:
        """Have commands done between turns, and return the answer of each."""
        if not commands:
            return []
        answers = as_list(self._probe.later("batch", commands))
        if len(answers) != len(commands):
            raise ProtocolError("the probe did not answer each of its commands")
        self._measured("make", self._probe.worked_ms)
        return [as_object(one) for one in answers]


def arguments(one: Wanted, there: set[int]) -> list[Any]:
    """What the probe needs to make a twin; `there` are those that it may call."""
    others = [
        [name, other]
        for name, other in one.callees.items()
        if other in there and other != one.found.id
    ]
    first = one.rewrite.functions[0].ref if one.rewrite.functions else None
    literal = None if first is None else [first.script, first.start]
    return [one.found.id, placed(one), one.rewrite.hoisted, others, literal]


def placed(one: Wanted) -> str:
    """The twin's text, at the lines of the original for stacks and profiles.

    Somebody else's breakpoint in an earlier line of the file applies here as well: V8
    puts it at the next place where it can stop. That is the end of a function which
    nobody calls; else the target would stop there while the twin is made.
    """
    first = one.rewrite.functions[0] if one.rewrite.functions else None
    line = first.line - 1 if first else one.found.line
    column = first.column - 1 if first else one.found.column
    above = "" if line == 0 else "(()=>{" + "\n" * (line - 1) + "}),\n"
    pad = above + " " * (max(column - 1, 0) if column < LONGEST_PAD else 0)
    return f"{pad}({one.rewrite.text})\n//# sourceURL={shown_url(one.url)}"


def shown_url(url: str) -> str:
    """What stacks show: a path for CommonJS, as Node does, when it has no blank."""
    path = url.removeprefix("file://")
    return path if url.startswith("file:///") and "%" not in path else url


def swapped(found: Found) -> str:
    """The audit's line about a twin; its name is the app's, and may be long."""
    where = f"script {found.script} offset {found.offset}"
    return f"twin swapped: {found.name[:80]} ({where}), {len(found.slots)} slots"


def callees_first(ready: dict[int, Wanted]) -> list[int]:
    """An order in which a callee's twin exists before its caller's, cycles cut."""
    done: dict[int, None] = {}

    def visit(key: int, above: frozenset[int]) -> None:
        if key in done or key in above or key not in ready:
            return
        for other in ready[key].callees.values():
            visit(other, above | {key})
        done[key] = None

    for key in ready:
        visit(key, frozenset())
    return list(done)


def called_names(rewrite: Rewrite, text: str) -> tuple[str, ...]:
    """Those of a twin's free names that a twin may stand for in it."""
    if not rewrite.functions:
        return ()
    first = rewrite.functions[0]
    return called_only(rewrite.hoisted, part(text, first.ref.start, first.end))


def called_only(names: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Those of some free names that stand in a function only where they are called.

    By its text alone, and careful: what looks like any other use is one.
    """
    if "\\u" in text:
        return ()
    return tuple(
        name
        for name in names
        if all(
            not match["before"] and match["after"]
            for match in re.finditer(
                rf"(?P<before>\bnew\s+)?(?<![\w$.]){re.escape(name)}(?![\w$])"
                r"(?P<after>\s*\()?",
                text,
            )
        )
    )
