"""Reach the scopes of live functions, so that their twins can be made there.

In: functions that the walk found, and `rewrite`. Out: for each the literals that are
traced now, or why it stays as it is. Reaches a scope by a breakpoint condition that
never pauses; the Debugger domain is on only while a wanted function is being called.
What is made in a scope, `agent/twins.py` makes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from agent import refusals
from agent.cdp import as_list, evaluated
from agent.debugging import GROUP, Debugging, Stopwatch
from agent.found import Found
from agent.installed import FACE, TURN_MS, Probe, left
from agent.session import Session
from agent.sources import Sources
from agent.twins import Twins, Wanted, called_names
from store.errors import ProtocolError
from store.facts import Function, FunctionSource, Refusal, Rewrite

Rewriter = Callable[[FunctionSource], Rewrite | Refusal]
WINDOW_S = 1.5
"""How long the Debugger may stay on for functions that were being called."""
POLL_S = 0.01
MOST_WINDOWS = 3
"""Tries to reach one scope, each with the Debugger on."""
MOST_ROUNDS = 3
"""How deep callees are followed that only a traced caller tells apart."""
Literal = tuple[int, int, int]
"""Script, line and column: where a function that may have many closures is written."""
SWAPPABLE = frozenset({"property", "element", "get", "set", "entry", "member", "bound"})


class Tracing:
    """Installs twins in one target."""

    def __init__(
        self,
        probe: Probe,
        bulk: Session,
        sources: Sources,
        debugging: Debugging,
        rewrite: Rewriter,
        measured: Stopwatch,
        over: Callable[[], bool] = lambda: False,
    ) -> None:
        """Take the sessions, the rewriter and who hears of the steps' times.

        `over` is asked while calls are waited for; when true, nothing more is.
        """
        self._probe = probe
        self._bulk = bulk
        self._sources = sources
        self._debugging = debugging
        self._rewrite = rewrite
        self._measured = measured
        self._over = over
        self._wanted: dict[int, Wanted] = {}
        self._twins = Twins(probe, measured)

    def trace(self, found: Iterable[Found], seconds: float) -> list[Function | Refusal]:
        """Trace these functions, waiting up to `seconds` for each to be called."""
        results: list[Function | Refusal] = []
        asked = [one for one in found if one.id not in self._twins.made]
        wanted = self._rewritten(asked, results)
        if not wanted:
            return results
        wanted = self._announced(wanted, results)
        ends = time.monotonic() + seconds
        self._reach(wanted, ends)
        results.extend(self._install(wanted))
        for _ in range(MOST_ROUNDS):
            # A traced caller tells which closure it calls: that proves scopes as well.
            calls = {key for one in self._twins.made for key in self._callees(one)}
            again = {
                k: one for k, one in wanted.items() if k in calls - self._twins.made
            }
            if not again:
                break
            self._reach(again, max(ends, time.monotonic() + WINDOW_S))
            results.extend(self._install(wanted))
        missed = [one for key, one in wanted.items() if key not in self._twins.made]
        if missed:
            # What only announces calls does not stay in the app's stacks.
            self._probe.later("restore", [one.found.id for one in missed])
        results.extend(
            _missed(one.found) for one in missed if one.found.id in self._wanted
        )
        return results

    def _announced(
        self, wanted: dict[int, Wanted], results: list[Function | Refusal]
    ) -> dict[int, Wanted]:
        """Have calls of these announced; those that no place is left for are refused.

        What other functions capture is called by its name, from no place at all.
        """
        told = as_list(self._probe.later("announce", list(wanted), TURN_MS))
        self._measured("swap", self._probe.worked_ms)
        fits = dict(wanted)
        for key, held, compares in map(as_list, told):
            if compares and not held and "captured" not in wanted[key].found.slots:
                results.append(refusals.of_place(fits.pop(key).found))
                del self._wanted[key]
        return fits

    def without_twin(self, found: Iterable[Found]) -> list[Found]:
        """Those of some functions that nothing traces."""
        return [one for one in found if one.id not in self._twins.made]

    def _rewritten(
        self, asked: list[Found], results: list[Function | Refusal]
    ) -> dict[int, Wanted]:
        """Ask the rewriter for each; a refusal is a result."""
        self._sources.fetch(one.script for one in asked)
        wanted: dict[int, Wanted] = {}
        for one in asked:
            if one.id in self._wanted:
                wanted[one.id] = self._wanted[one.id]
                continue
            if one.is_class:
                results.append(refusals.of_class(one))
                continue
            parsed = self._sources.scripts.parsed(one.script)
            text = self._sources.text(one.script)
            # Where no file holds it, the walk could not tell.
            offset = self._sources.scripts.offset(
                one.script, one.line, one.column, text
            )
            answer = self._rewrite(
                FunctionSource(
                    one.script,
                    parsed.url,
                    text,
                    offset,
                    "twin",
                    parsed.kind == "module",
                )
            )
            if isinstance(answer, Refusal):
                results.append(answer)
            else:
                names = answer.callees or called_names(answer, text)
                wanted[one.id] = Wanted(one, answer, parsed.url, names)
        self._wanted.update(wanted)
        return wanted

    def _callees(self, made: int) -> set[int]:
        return set(self._wanted[made].callees.values())

    def _reach(self, wanted: dict[int, Wanted], ends: float) -> None:
        """Get an evaluator of each scope, in short windows while calls come in."""
        tries = dict.fromkeys(wanted, 0)
        while time.monotonic() < ends and not self._over():
            if not wanted.keys() - self._taken():
                return
            if all(tries[key] >= MOST_WINDOWS for key in wanted.keys() - self._taken()):
                return
            ready = self._called(wanted, tries)
            if not ready:
                time.sleep(POLL_S * 5)
                continue
            self._window(wanted, ready, tries, min(WINDOW_S, ends - time.monotonic()))

    def _called(self, wanted: dict[int, Wanted], tries: dict[int, int]) -> set[int]:
        """Those that are not reached yet and are being called, as far as can be seen.

        Calls by name cannot be: such functions wait along with the others.
        """
        left = wanted.keys() - self._taken()
        called = {int(one) for one in as_list(self._probe.ask("called"))}
        ready = called & left
        named = {key for key in left if "captured" in wanted[key].found.slots}
        if called or named == left:
            ready |= named
        return {key for key in ready if tries[key] < MOST_WINDOWS}

    def _window(
        self,
        wanted: dict[int, Wanted],
        ids: set[int],
        tries: dict[int, int],
        seconds: float,
    ) -> None:
        """Set breakpoints that never pause, until each was met once.

        What is called for the first time meanwhile gets one as well: the Debugger is
        on, and need not be turned on once more for it.
        """
        points: dict[Literal, tuple[set[int], str | None]] = {}
        armed: set[int] = set()
        ends = time.monotonic() + seconds
        with self._debugging:
            while time.monotonic() < ends and not self._over():
                self._arm(wanted, ids - armed, points)
                for key in ids - armed:
                    tries[key] += 1
                armed |= ids
                reached = self._probe.ask("reached")
                over = {*reached["taken"], *reached["doubtful"]}
                for literal in [one for one in points if over >= points[one][0]]:
                    self._remove(points.pop(literal)[1])
                if not points:
                    break
                time.sleep(POLL_S)
                ids = self._called(wanted, tries)
            self._probe.ask("arm", sorted(armed), False)
            for _, point in points.values():
                self._remove(point)

    def _arm(
        self,
        wanted: dict[int, Wanted],
        ids: set[int],
        points: dict[Literal, tuple[set[int], str | None]],
    ) -> None:
        """Set a breakpoint for each literal of these; one serves all its closures."""
        fresh: dict[Literal, set[int]] = {}
        for key in ids:
            one = wanted[key].found
            fresh.setdefault((one.script, one.line, one.column), set()).add(key)
        for literal, keys in fresh.items():
            before, point = points.pop(literal, (set[int](), None))
            self._remove(point)
            both = keys | before
            points[literal] = (both, self._breakpoint(sorted(both)))
        if ids:
            self._probe.ask("arm", sorted(ids), True)

    def _taken(self) -> set[int]:
        return {int(one) for one in as_list(self._probe.ask("reached")["taken"])}

    def _breakpoint(self, keys: list[int]) -> str | None:
        remote = evaluated(
            self._bulk.call(
                "Runtime.evaluate",
                {
                    "expression": f"{FACE}?.function({keys[0]})",
                    "objectGroup": GROUP,
                    "silent": True,
                },
            )
        )
        if remote is None:
            raise left()
        condition = f"{FACE}.take({keys}, $fluxion$s => eval($fluxion$s))"
        where = {"objectId": remote, "condition": condition}
        try:
            answers, took = self._bulk.timed(
                [("Debugger.setBreakpointOnFunctionCall", where)]
            )
        except ProtocolError:
            return None  # such as a function that V8 cannot break in; it stays
        self._measured("breakpoint", took)
        return str(answers[0].get("breakpointId"))

    def _remove(self, point: str | None) -> None:
        if point is not None:
            self._bulk.call("Debugger.removeBreakpoint", {"breakpointId": point})

    def _install(self, wanted: dict[int, Wanted]) -> list[Function | Refusal]:
        """Give a twin to each of those whose scope was reached by now.

        One that could not be made is forgotten: its refusal is among the results.
        """
        taken = self._taken()
        ready = {key: one for key, one in self._wanted.items() if key in taken}
        results = self._twins.install(ready, wanted)
        for key in (wanted.keys() & taken) - self._twins.made:
            self._wanted.pop(key, None)
        return results


def _missed(found: Found) -> Refusal:
    """Why a function that was rewritten has no twin in its place."""
    if not SWAPPABLE.intersection(found.slots):
        return refusals.of_capture(found)
    return refusals.of_silence(found)
