"""``fluxion demo``: the whole story on the bundled example.

In: nothing. Out: on stderr what happens and why; on stdout a table and, as the last
line, the verdict. A plain server is running and slow; it is attached to, recorded,
planned, compiled, run again, proved to answer the same, and measured.
"""

from __future__ import annotations

import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fluxion import exits
from fluxion.build import read_build
from fluxion.comparing import Compared, compare_drives
from fluxion.compile import build_files, read_input
from fluxion.decisions import summary_lines
from fluxion.example import Running, drive, node, prepare, serving
from fluxion.load import Ask, Load, run_load
from fluxion.machine import describe, short_reason
from fluxion.record import Order, record
from fluxion.recorded import closing_lines
from fluxion.run import command_of
from fluxion.traffic import Traffic
from fluxion.units import ms
from fluxion.verify.proof import verify
from fluxion.write import write_folder
from rewriter.plan import Policy
from store.errors import FluxionError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from fluxion.terminal import Terminal
    from fluxion.verify.outcome import Outcome
    from store.plans import Plan

HEAVY = Ask("POST", "/image/text", b"the same message, again and again")
LIGHT = Ask("GET", "/health")
RECORD_S = (15.0, 45.0)
"""Tracing begins when its price was earned: some 11 s in, later on a busy machine."""
LOAD_S = 12.0
CONNECTIONS = 3
CAPTURED = 12
POSTS = 6
GOAL = 10.0


@dataclass(frozen=True, slots=True)
class Measured:
    """The load on the original and on the compiled app."""

    original: Load
    compiled: Load

    @property
    def ratio(self) -> float:
        """Return how many times better the light route's p99 is."""
        before, after = (
            x.light.percentile(0.99) for x in (self.original, self.compiled)
        )
        return before / after if after else 0.0


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Tell the story; end with the table and the verdict."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fluxion-demo-") as temporary:
        story = Story(Path(temporary).resolve(), terminal)
        decided = story.make_build()
        compared, outcome = story.prove()
        measured = story.measure()
    result = summary(decided, compared, outcome, measured)
    result["seconds"] = round(time.monotonic() - started, 1)
    if arguments.json:
        terminal.json(result)
    else:
        terminal.data("\n".join(table(measured)))
    if measured.ratio < GOAL:
        terminal.say(short_reason(result["machine"]))
    if not arguments.json:
        terminal.data(verdict(result))
    same = result["identical"] == result["compared"] and not outcome.different
    return exits.DONE if same else exits.DIFFERENT


class Story:
    """The chapters of the demo, in one temporary folder."""

    def __init__(self, folder: Path, terminal: Terminal) -> None:
        self._folder = folder
        self._terminal = terminal
        terminal.say("1/6 preparing the example: a chat whose messages become GIFs")
        self._app = prepare(folder)
        self._build = folder / "build"

    def make_build(self) -> Plan:
        """Record the running server, plan, compile; longer when it was too short."""
        self._terminal.say("2/6 a plain `node server.js` runs, and is busy")
        with (
            self._original("recorded") as server,
            Traffic(server.port, HEAVY, LIGHT, "/image.gif"),
        ):
            for seconds in RECORD_S:
                decided = self._record_and_compile(server.pid, seconds)
                if decided.fluxions:
                    return decided
                self._terminal.say(
                    f"    too little was traced in {seconds:.0f} s to move anything"
                )
        raise FluxionError("nothing of the example could be moved")

    def _record_and_compile(self, pid: int, seconds: float) -> Plan:
        self._terminal.say(
            f"3/6 attaching to pid {pid}: no flag, no restart; "
            f"recording for {seconds:.0f} s"
        )
        self._store = self._folder / f"{seconds:.0f}s" / "app.db"
        self._store.parent.mkdir()
        order = Order(
            self._store, str(pid), duration=seconds, capture_requests=CAPTURED
        )
        done = record(order, self._terminal)
        for line in [*closing_lines(done, order.output)][:-2]:
            self._terminal.say("    " + line)
        self._terminal.say("4/6 planning and compiling: what can move, moves")
        given = read_input(self._store, None)
        decided, files = build_files(given, Policy(only="all"))
        for line in summary_lines(decided):
            self._terminal.say("    " + line)
        if decided.fluxions:
            write_folder(self._build, files, force=False)
        return decided

    def prove(self) -> tuple[Compared, Outcome]:
        """Compare what listeners saw, frame by frame, then replay what was captured."""
        self._terminal.say(
            "5/6 proving: every GIF decoded, frame by frame, post by post; "
            "then the captured requests replayed"
        )
        reference = self._folder / "reference.json"
        one, many = self._options(reference)
        with self._original("reference") as server:
            first = drive(self._app, server.url, *one)
            reference.write_text(json.dumps(first))
            self._terminal.progress("    original: one after another")
        with self._compiled("sequential") as server:
            second = drive(self._app, server.url, *one)
        with self._original("together") as server:
            third = drive(self._app, server.url, *many)
        with self._compiled("compiled-together") as server:
            fourth = drive(self._app, server.url, *many)
        compared = compare_drives(first, second, [third, fourth])
        for problem in compared.problems[:5]:
            self._terminal.say("    different: " + problem)
        given = read_input(self._store, None)
        outcome = verify(
            read_build(self._build),
            requests=given.recording.requests,
            loaded=[Path(s.path) for s in given.recording.scripts if s.path],
            driver=(),
            reset=None,
            say=lambda text: self._terminal.say("    " + text),
        )
        for line in outcome.text().splitlines():
            self._terminal.say("    " + line)
        return compared, outcome

    def measure(self) -> Measured:
        """Put the same load on both."""
        self._terminal.say(
            f"6/6 measuring: {CONNECTIONS} clients post without a pause, another asks "
            f"/health every 20 ms, {LOAD_S:.0f} s each"
        )
        with self._original("load") as server:
            before = self._load(server)
        with self._compiled("compiled-load") as server:
            after = self._load(server)
        return Measured(before, after)

    def _load(self, server: Running) -> Load:
        run_load(
            server.port, server.pid, heavy=HEAVY, light=LIGHT, connections=1, seconds=2
        )
        return run_load(
            server.port,
            server.pid,
            heavy=HEAVY,
            light=LIGHT,
            connections=CONNECTIONS,
            seconds=LOAD_S,
        )

    def _original(self, name: str) -> Any:
        command = [node(), "server.js"]
        return serving(command, self._app, self._folder / f"{name}.log")

    def _compiled(self, name: str) -> Any:
        command = command_of(read_build(self._build), ())
        return serving(command, self._app, self._folder / f"{name}.log")

    def _options(self, reference: Path) -> tuple[Sequence[str], Sequence[str]]:
        common = ("--listeners", "2", "--posts", str(POSTS), "--join-after", "2")
        one = (*common, "--concurrency", "1")
        return one, (*common, "--concurrency", "3", "--reference", str(reference))


def table(measured: Measured) -> list[str]:
    """Return the before/after table."""
    both = (measured.original, measured.compiled)
    rows = [
        ("light route p50", [ms(x.light.percentile(0.5)) for x in both]),
        ("light route p99", [ms(x.light.percentile(0.99)) for x in both]),
        ("posts a second", [f"{x.heavy_per_s:.2f}" for x in both]),
        ("post p50", [ms(x.heavy.percentile(0.5)) for x in both]),
        ("main CPU a post", [ms(x.main_cpu_per_heavy_ms) for x in both]),
        ("failed", [str(x.heavy.failed + x.light.failed) for x in both]),
    ]
    lines = [f"{'under load':<18}{'original':>14}{'compiled':>14}"]
    return lines + [f"{name:<18}{a:>14}{b:>14}" for name, (a, b) in rows]


def summary(
    decided: Plan, compared: Compared, outcome: Outcome, measured: Measured
) -> dict[str, Any]:
    """Return the demo as one object."""

    def numbers(load: Load) -> dict[str, float]:
        return {
            "light_p50_ms": round(load.light.percentile(0.5), 3),
            "light_p99_ms": round(load.light.percentile(0.99), 3),
            "heavy_per_s": round(load.heavy_per_s, 3),
            "heavy_p50_ms": round(load.heavy.percentile(0.5), 3),
            "main_cpu_per_heavy_ms": round(load.main_cpu_per_heavy_ms, 3),
            "failed": load.heavy.failed + load.light.failed,
        }

    return {
        "compared": compared.total + outcome.requests,
        "identical": compared.identical + outcome.identical,
        "frames": compared.total,
        "problems": compared.problems,
        "verify": outcome.json(),
        "moved": [f.json() for f in decided.fluxions],
        "stays": [s.json() for s in decided.stays],
        "original": numbers(measured.original),
        "compiled": numbers(measured.compiled),
        "ratio": round(measured.ratio, 2),
        "machine": describe(node()),
    }


def verdict(result: dict[str, Any]) -> str:
    """Return the last line."""
    before = result["original"]["light_p99_ms"]
    after = result["compiled"]["light_p99_ms"]
    return (
        f"demo: {result['identical']}/{result['compared']} identical; light route p99 "
        f"{before:.1f} ms -> {after:.1f} ms ({result['ratio']:.1f} x)"
    )
