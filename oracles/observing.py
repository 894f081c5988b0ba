"""Attach to a running suite, observe it, and go through it again.

In: a checkout with its packages. Out: which titles passed before, while and after we
were there, how many functions were observed and how many runs of them were seen.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from agent.attach import Attached, attach
from agent.observation import AttachOptions
from agent.target import by_pid
from agent.watching import Round
from fluxion.record import instrument
from oracles.running import Observed, Passes, Suite
from profiler.decode import Tally, decode
from profiler.records import Enter
from rewriter.syntax.client import Syntax
from store.facts import Function, FunctionRef, Refusal

if TYPE_CHECKING:
    from agent.found import Found

OWN_S = 150.0
"""How long passes are run for the project's functions to be called, and so twinned."""
PACKAGES_S = 60.0
"""The same for the functions of packages, those of the suite's tools excepted."""
BATCH = 40
BATCH_S = 3.0
MOMENT_S = 0.001
NEAR_MS = 40.0
"""Of the suite's time: enough for servers and what their apps consist of."""
AT_ONCE = {"ROUND_S": 0.0, "PACE": ((float("inf"), 1.0),)}
"""Of agent.watching: rounds follow each other, for a suite's callbacks live shortly."""
WALK_S = 60.0
"""Of agent.walking: what mocha keeps is nearer than the project, and much."""
FULL = 1e6
"""Percent: with a budget that binds, twins would stand aside most of the time."""


class Blocks:
    """The records that an observation sends, and whose functions they are about."""

    def __init__(self, folder: Path) -> None:
        self._root = folder.resolve()
        self._blocks: list[bytes] = []
        self._from = 0

    def take(self, block: bytes) -> None:
        self._blocks.append(block)

    def begin(self) -> None:
        """What came until now does not count."""
        self._from = len(self._blocks)

    def runs(self, observed: Attached) -> Counter[tuple[bool, FunctionRef]]:
        """Runs that were seen, by whether the function is the project's, and which."""
        paths = {one.number: one.path or one.url for one in observed.scripts()}
        return Counter(
            (self.owns(paths.get(one.script, "")), FunctionRef(one.script, one.start))
            for one in decode(self._blocks[self._from :], Tally())
            if isinstance(one, Enter)
        )

    def owns(self, path: str) -> bool:
        """Tell whether a file is the project's own, not a package's or a test."""
        place = Path(path.removeprefix("file://"))
        if not place.is_relative_to(self._root):
            return False
        parts = place.relative_to(self._root).parts
        return "node_modules" not in parts and parts[0] != "test"


def traced(folder: Path) -> Observed:
    """Attach, give its functions twins while it runs, go through it again."""
    blocks = Blocks(folder)
    with Syntax() as syntax, Suite(folder) as suite:
        first = suite.run()
        with attach(
            by_pid(suite.pid),
            options=AttachOptions(overhead_percent=FULL),
            rewrite=partial(instrument, syntax),
            on_block=blocks.take,
        ) as observed:
            with patch("agent.walking.WALK_S", WALK_S):
                found = observed.walk()
            paths = {one.number: one.path or one.url for one in observed.scripts()}
            own = [one for one in found if blocks.owns(paths.get(one.script, ""))]
            others = [one for one in found if needed(paths.get(one.script, ""), folder)]
            with Passes(suite) as passes:
                results = twinned(observed, own, OWN_S)
                results += twinned(observed, others, PACKAGES_S)
            blocks.begin()
            last = [suite.run(), suite.run()]
            status = observed.status()
            assert status.faults == 0, status
        seen = blocks.runs(observed)
        back = suite.run()
    refs = {one.ref for one in results if isinstance(one, Function)}
    mine = {ref for ref in refs if blocks.owns(paths.get(ref.script, ""))}
    notes = [
        f"{len(own)} own found, {len(mine)} literals traced",
        ran(seen),
        "left: " + words(own, results),
        f"{len(passes.done)} passes meanwhile",
    ]
    all_ = [first, *passes.done, *last, back]
    return Observed(all_, len(refs), seen.total(), notes)


def twinned(
    observed: Attached, found: list[Found], seconds: float
) -> list[Function | Refusal]:
    """Have twins made, batch by batch, and once more for what was not called."""
    results: list[Function | Refusal] = []
    ends = time.monotonic() + seconds
    for _ in range(2):
        for at in range(0, len(found), BATCH):
            if time.monotonic() > ends:
                break
            results += observed.trace(found[at : at + BATCH], BATCH_S)
    return results


def watched(folder: Path) -> Observed:
    """Attach, watch whatever is there at each stop of the suite."""
    blocks = Blocks(folder)
    options = AttachOptions(
        overhead_percent=FULL, mode="watch", files=(f"{folder.resolve()}/*",)
    )
    results: list[Function | Refusal] = []
    with Syntax() as syntax, Suite(folder) as suite:
        first = [suite.run(), suite.held(lambda _: None)]
        with (
            patch.multiple("agent.watching", **AT_ONCE),
            attach(
                by_pid(suite.pid),
                options=options,
                rewrite=partial(instrument, syntax),
                on_block=blocks.take,
            ) as observed,
        ):
            held = suite.held(lambda what: results.extend(looked(observed, what)))
            last = suite.run()
            status = observed.status()
            assert status.faults == 0, status
        seen = blocks.runs(observed)
        back = suite.run()
    refs = {one.ref for one in results if isinstance(one, Function)}
    return Observed([*first, held, last, back], len(refs), seen.total(), [ran(seen)])


def looked(observed: Attached, what: str) -> list[Function | Refusal]:
    """Walk from the beginning: before a request only near, else everywhere."""
    watching = observed._watching
    watching._round = Round(watching._round.number)
    most = NEAR_MS if what == "request" else float("inf")
    results = observed.watch(MOMENT_S)
    while watching._round.going and watching._round.spent_ms < most:
        results += observed.watch(MOMENT_S)
    return results


def needed(path: str, folder: Path) -> bool:
    """Tell whether a file is of a package, but not of the one that runs the tests."""
    place = Path(path)
    if not place.is_relative_to(folder.resolve()):
        return False
    parts = place.relative_to(folder.resolve()).parts
    return "node_modules" in parts and "mocha" not in parts


def ran(seen: Counter[tuple[bool, FunctionRef]]) -> str:
    """Say how many functions ran under our eyes, and how often the project's own."""
    own = Counter({ref: n for (mine, ref), n in seen.items() if mine})
    return f"{len(seen)} functions ran, {len(own)} own with {own.total():,} runs"


def words(own: Iterable[Found], results: Iterable[Function | Refusal]) -> str:
    """Say what became of the project's functions that have no twin, by code."""
    literals = {FunctionRef(one.script, one.offset) for one in own}
    last = {one.function: one.code for one in results if isinstance(one, Refusal)}
    codes = Counter(code for ref, code in last.items() if ref in literals)
    return ", ".join(f"{n} {code}" for code, n in sorted(codes.items())) or "none"
