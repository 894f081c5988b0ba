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
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable

SUITE = Path(__file__).parent / "suite.cjs"
LINE = "ORACLE "
HELD = "ORACLE-HELD"
NODE = os.environ.get("ORACLES_NODE", "node")
"""The Node.js that runs the suites."""
PASS_S = 300.0
HELD_S = 3000.0
"""A pass that is held for what it has to be found."""


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
            [NODE, "--inspect-port=0", "--expose-gc", str(SUITE), str(folder)],
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
        self._say("run")
        return self._told(PASS_S, lambda _: None)

    def held(self, meanwhile: Callable[[str], None]) -> Pass:
        """Go through it once, acting wherever it stops: a `group`, a `request`."""
        self._say("held")
        return self._told(HELD_S, meanwhile)

    def alone(self, title: str) -> Pass:
        """Run one test hundreds of times."""
        self._say(f"alone {title}")
        return self._told(PASS_S, lambda _: None)

    def _told(self, seconds: float, meanwhile: Callable[[str], None]) -> Pass:
        assert self._popen.stdout is not None
        ends = time.monotonic() + seconds
        for line in self._popen.stdout:
            if line.startswith(LINE):
                return Pass.told(line)
            if line.startswith(HELD):
                meanwhile(line.removeprefix(HELD).strip())
                self._say("go")
            assert time.monotonic() < ends, "the suite does not end"
        raise AssertionError(f"the suite's process ended: {self._popen.wait()}")

    def _say(self, word: str) -> None:
        assert self._popen.stdin is not None
        self._popen.stdin.write(f"{word}\n")
        self._popen.stdin.flush()


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


def unsteady(folder: Path, title: str) -> tuple[int, int]:
    """How often a title fails with nothing of ours in the process, of how many runs."""
    with Suite(folder) as suite:
        told = suite.alone(title)
    return len(told.failing), len(told.failing) + told.passing.total()


def rewritten(folder: Path, store: Path) -> Observed:
    """Launch it by `fluxion record`: every file of it is rewritten as it is loaded."""
    command = [
        *(sys.executable, "-m", "fluxion", "record", "-o", str(store), "-f", "-j"),
        *("--max-overhead", "100%", "--", NODE, str(SUITE), str(folder), "once"),
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
