"""What it costs that functions are instrumented: `make bench TOPIC=trace`.

Two servers each time, one with its files as they are, slices of requests in turn
(`lives.py`). Closed: every function is instrumented and none is observed, rewritten at
load (the app's own file, or everything that it loads, express itself included), and in
a live server with twins that the budget keeps out. Open: every run is observed; beside
it Jalangi2 with an analysis that does nothing, on the same program. Then how fast
sources are parsed, rewritten and read back (`parsing.py`). QUICK=1: one round. Progress
on stderr, one JSON object as the last line.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attach import recording
from figures import Seen
from lives import HERE, App, Client, compared, started
from parsing import GOALS
from parsing import syntax as syntax_rates

from fluxion.machine import describe
from rewriter.syntax.client import Syntax
from rewriter.trace import rewrite
from store.facts import FunctionSource, Rewrite

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROUNDS = 1 if os.environ.get("QUICK") else 5
LOADED = HERE / "loaded.cjs"
BUNDLE = HERE.parent / "agent/bundles/probe.js"
JALANGI = HERE / "node_modules/jalangi2/src/js/commands/jalangi.js"
APPS = (
    App("express", HERE / "routes.js", {"path": "/page"}, 300, 40, "/"),
    App("loop", HERE / "loop.js", {"path": "/"}, 12, 24, "/"),
)
LIVE_BUDGET = 0.1
"""Percent: twins are made, and stand aside nearly always."""
LIVE_S = 8.0
OPEN_ROUNDS = "6"
GOAL = 1.10
RATES = {
    "cold_mb_per_cpu_s": "cold_rewritten_mb_per_s",
    "cold_mb_per_cpu_s_no_rewrite": "cold_parsed_mb_per_s",
    "cached_mb_per_s": "from_disk_mb_per_s",
}
"""Megabytes of source for each second of CPU: our name, and that of parsing.py."""


def loaded_by(app: App) -> list[Path]:
    """Return the files that a server loads, its own first."""
    script = (
        f"require({json.dumps(str(app.script))});"
        "console.log(JSON.stringify(Object.keys(require.cache)));process.exit()"
    )
    done = subprocess.run(
        ["node", "-e", script],
        env={**os.environ, "PORT": "0"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return [Path(one) for one in json.loads(done.stdout) if not one.endswith(".json")]


def instrumented(folder: Path, name: str, files: Sequence[Path]) -> Path:
    """Write what stands for each file when every function of it is instrumented."""
    texts = {}
    with Syntax() as syntax:
        for path in files:
            text = path.read_text("utf-8")
            source = FunctionSource(len(texts) + 1, str(path), text, 0, "load")
            made = rewrite(syntax, source)
            if isinstance(made, Rewrite):
                texts[str(path)] = made.text
            else:
                print(f"  left alone: {path.name}: {made.reason}", file=sys.stderr)
    assert len(texts) > 0.9 * len(files)
    table = folder / f"{name}.json"
    table.write_text(json.dumps(texts), "utf-8")
    return table


def closed_at_load(app: App, client: Client, table: Path) -> float:
    """Return the CPU of a request with closed gates, over that of the original."""
    words = (str(LOADED), str(BUNDLE), str(table), "closed")
    with started(app, client) as plain, started(app, client, *words) as other:
        return compared(plain, other, app.pairs)


def closed_live(app: App, client: Client, seen: Seen) -> float:
    """Return the same for a live server whose twins stand aside."""
    with started(app, client) as plain, started(app, client) as other:
        before = compared(plain, other, app.pairs)
        with recording(other, seen, "trace", LIVE_BUDGET, LIVE_S):
            during = compared(plain, other, app.pairs)
        after = compared(plain, other, app.pairs)
    return during / (before * after) ** 0.5


def spent(*words: str) -> float:
    """Return the milliseconds of CPU that the loop says it took."""
    done = subprocess.run(
        ["node", *words],
        env={**os.environ, "ROUNDS": OPEN_ROUNDS},
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    line = next(one for one in done.stdout.split("\n") if one.startswith("SPENT "))
    return float(line.split()[1])


@contextmanager
def jalangi() -> Iterator[list[str] | None]:
    """Give the command that runs the loop under Jalangi2, where it is installed."""
    if not JALANGI.is_file():
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="fluxion-bench-") as folder:
        script = Path(folder) / "loop.js"
        script.write_bytes((HERE / "loop.js").read_bytes())
        options = ["--inlineIID", "--inlineSource", "--analysis"]
        yield [str(JALANGI), *options, str(HERE / "nothing.js"), str(script)]


def opened(table: Path) -> tuple[float, float | None]:
    """Return how many times the CPU of the loop ours takes, and Jalangi2's."""
    plain = spent(str(HERE / "loop.js"))
    words = (str(LOADED), str(BUNDLE), str(table), "open", str(HERE / "loop.js"))
    ours = spent(*words) / plain
    with jalangi() as command:
        theirs = None if command is None else spent(*command) / plain
    return ours, theirs


def main() -> int:
    """Measure, and print one JSON object."""
    machine, seen, client = describe("node"), Seen(), Client()
    ratios: dict[str, list[float]] = {}

    def take(name: str, value: float | None) -> None:
        if value is not None:
            ratios.setdefault(name, []).append(value)
            print(f"  {name:34} {value:.3f}", file=sys.stderr)

    try:
        with tempfile.TemporaryDirectory(prefix="fluxion-bench-") as folder:
            scripts = [app.script.resolve() for app in APPS]
            table = instrumented(Path(folder), "own", scripts)
            everything = instrumented(Path(folder), "all", loaded_by(APPS[0]))
            for number in range(ROUNDS):
                print(f"round {number + 1} of {ROUNDS}", file=sys.stderr)
                for app in APPS:
                    name = f"gate_closed_{app.name}"
                    take(name, closed_at_load(app, client, table))
                    take(f"{name}_live", closed_live(app, client, seen))
                name = f"gate_closed_{APPS[0].name}_and_libraries"
                take(name, closed_at_load(APPS[0], client, everything))
                ours, theirs = opened(table)
                take("gate_open", ours)
                take("jalangi2", theirs)
    finally:
        client.close()
    told: dict[str, Any] = {"jalangi2": None}
    told |= {name: round(statistics.median(v), 3) for name, v in ratios.items()}
    for name, value in told.items():
        if name.startswith("gate_closed"):
            verdict = "ok" if value <= GOAL else "missed"
            print(f"{name:34} {value:.3f}  goal {GOAL}  {verdict}", file=sys.stderr)
    notes = [] if told["jalangi2"] else ["jalangi2: npm ci in benchmarks/ first"]
    print("parsing", file=sys.stderr)
    rates = syntax_rates()
    for name, key in RATES.items():
        goal = GOALS[key]
        told[name] = rates[key]
        verdict = "ok" if rates[key] >= goal else "missed"
        print(f"{name:34} {rates[key]:.2f}  goal {goal}  {verdict}", file=sys.stderr)
    print(json.dumps({**told, "machine": machine, "rounds": ROUNDS, "notes": notes}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
