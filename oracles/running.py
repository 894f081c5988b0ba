"""Run a project's suite in a Node process, plain or observed.

In: a checkout with its packages. Out: which titles passed in a pass, and how much of
the project was instrumented while it ran.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from agent.attach import attach
from agent.observation import AttachOptions
from agent.target import by_pid
from fluxion.record import instrument
from rewriter.syntax.client import Syntax
from store.facts import Function

if TYPE_CHECKING:
    from agent.found import Found

SUITE = Path(__file__).parent / "suite.cjs"
LINE = "ORACLE "
PASS_S = 300.0
WARM_S = 60.0
"""How long passes are run for functions to be called and so to get their twins."""
BATCH = 40
BATCH_S = 3.0


@dataclass(frozen=True)
class Pass:
    """What one pass through a suite came to."""

    passing: Counter[str]
    failing: tuple[tuple[str, str], ...]

    @classmethod
    def told(cls, line: str) -> Self:
        """Decode what suite.cjs tells."""
        told = json.loads(line.removeprefix(LINE))
        failing = tuple((str(title), str(why)) for title, why in told["failing"])
        return cls(Counter(map(str, told["passing"])), failing)


@dataclass(frozen=True)
class Observed:
    """Passes under observation, and what was observed."""

    passes: list[Pass]
    instrumented: int
    """Functions with a stand-in in their place, or rewritten at load."""
    runs: int
    """Runs of them that were observed."""
    notes: list[str] = field(default_factory=list)


class Suite:
    """A Node process that runs one project's suite again and again."""

    def __init__(self, folder: Path) -> None:
        self._popen = subprocess.Popen(
            ["node", "--inspect-port=0", str(SUITE), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            errors="replace",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pipe in (self._popen.stdin, self._popen.stdout):
            if pipe is not None:
                pipe.close()
        self._popen.kill()
        self._popen.wait()

    @property
    def pid(self) -> int:
        """The process."""
        return self._popen.pid

    def run(self) -> Pass:
        """Go through the suite once."""
        stdin, stdout = self._popen.stdin, self._popen.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write("run\n")
        stdin.flush()
        ends = time.monotonic() + PASS_S
        for line in stdout:
            if line.startswith(LINE):
                return Pass.told(line)
            assert time.monotonic() < ends, "the suite does not end"
        raise AssertionError(f"the suite's process ended: {self._popen.wait()}")


class Passes:
    """Goes through a suite without a pause, in a thread, until told to stop."""

    def __init__(self, suite: Suite) -> None:
        self.done: list[Pass] = []
        self._suite = suite
        self._over = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._work)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        if self._failure is not None:
            raise self._failure

    def _work(self) -> None:
        try:
            while not self._over.is_set():
                self.done.append(self._suite.run())
        except BaseException as failure:  # noqa: BLE001 # raised where it is joined
            self._failure = failure


def plain(folder: Path, passes: int) -> list[Pass]:
    """Go through a suite with nothing of ours in the process."""
    with Suite(folder) as suite:
        return [suite.run() for _ in range(passes)]


def rewritten(folder: Path, store: Path) -> Observed:
    """Launch it by `fluxion record`: every file of it is rewritten as it is loaded."""
    command = [
        *(sys.executable, "-m", "fluxion", "record", "-o", str(store), "-f", "-j"),
        *("--max-overhead", "100%", "--", "node", str(SUITE), str(folder), "once"),
    ]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        timeout=PASS_S,
        env={**os.environ, "NO_COLOR": "1"},
    )
    lines = [one for one in done.stdout.split("\n") if one.startswith(LINE)]
    assert len(lines) == 1, done.stdout[-2000:] + done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout.strip().split("\n")[-1])
    from store.recording import load  # noqa: PLC0415 # only here a store is read

    recording = load(store)
    notes = [f"{one.code} {one.function}" for one in recording.refusals]
    return Observed(
        [Pass.told(lines[0])],
        len(recording.functions),
        sum(cost.activations for cost in recording.costs) or int(told["events"]),
        notes,
    )


def traced(folder: Path) -> Observed:
    """Attach, give its functions twins while it runs, go through it again."""
    with Syntax() as syntax, Suite(folder) as suite:
        first = suite.run()
        with attach(
            by_pid(suite.pid),
            options=AttachOptions(overhead_percent=100.0),
            rewrite=partial(instrument, syntax),
            on_block=lambda _: None,
        ) as observed:
            found = chosen(observed.walk(), observed.scripts(), folder)
            results: list[object] = []
            ends = time.monotonic() + WARM_S
            with Passes(suite) as passes:
                for at in range(0, len(found), BATCH):
                    if time.monotonic() > ends:
                        break
                    results += observed.trace(found[at : at + BATCH], BATCH_S)
            before = observed.status()
            last = [suite.run(), suite.run()]
            after = observed.status()
            assert after.faults == 0, after
        back = suite.run()
    made = sum(isinstance(one, Function) for one in results)
    notes = [f"{len(found)} found", f"{len(passes.done)} passes meanwhile"]
    all_ = [first, *passes.done, *last, back]
    return Observed(all_, made, after.kept - before.kept, notes)


def watched(folder: Path) -> Observed:
    """Attach, put what watches in its callbacks' places, go through it again."""
    options = AttachOptions(
        overhead_percent=100.0, mode="watch", files=(f"{folder.resolve()}/*",)
    )
    with Syntax() as syntax, Suite(folder) as suite:
        first = suite.run()
        with attach(
            by_pid(suite.pid),
            options=options,
            rewrite=partial(instrument, syntax),
            on_block=lambda _: None,
        ) as observed:
            results: list[object] = []
            ends = time.monotonic() + WARM_S
            while time.monotonic() < ends and not observed.resting:
                results += observed.watch(0.5)
            before = observed.status()
            last = [suite.run(), suite.run()]
            after = observed.status()
            assert after.faults == 0, after
        back = suite.run()
    made = sum(isinstance(one, Function) for one in results)
    return Observed([first, *last, back], made, after.kept - before.kept)


def chosen(found: list[Found], scripts: Any, folder: Path) -> list[Found]:
    """The project's functions and those of the packages it needs, not its tests'."""
    paths = {one.number: Path(one.path or one.url) for one in scripts}
    root = folder.resolve()

    def wanted(path: Path) -> bool:
        if not path.is_relative_to(root):
            return False
        parts = path.relative_to(root).parts
        return parts[0] != "test" and "mocha" not in parts

    return [one for one in found if one.script in paths and wanted(paths[one.script])]
