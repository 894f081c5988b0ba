"""Every verb of the command line: what it does, examples, arguments, who runs it.

In: nothing. Out: the table that ``fluxion/cli.py`` reads. A verb's module is imported
only when it runs, so that ``--help`` is quick.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fluxion import units

Arguments = Callable[[argparse.ArgumentParser], None]


@dataclass(frozen=True, slots=True)
class Verb:
    """One word after ``fluxion``."""

    name: str
    summary: str
    examples: tuple[str, ...]
    arguments: Arguments
    run: str
    """``module:function``; the function takes the arguments and the terminal, and
    returns an exit code."""
    command: str = ""
    """What may follow ``--``, for the usage line."""


def _store(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "store", type=Path, metavar="STORE", help="what record wrote, such as app.db"
    )


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-j", "--json", action="store_true", help="write one JSON object to stdout"
    )


def _target(parser: argparse.ArgumentParser, *, optional: bool = False) -> None:
    parser.add_argument(
        "target",
        nargs="?" if optional else None,
        metavar="TARGET",
        help="a pid, :PORT or HOST:PORT of an inspector, ws://..., or a process name",
    )


def _policy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="ID|all",
        help="only these fluxions; may be given again (default: all that pay)",
    )
    parser.add_argument(
        "--min-gain",
        type=units.milliseconds,
        metavar="MS",
        help="lift or change the rule that a move must pay; 0 lifts it",
    )
    parser.add_argument(
        "--root",
        type=Path,
        metavar="DIR",
        help="where the sources are, when not where they were recorded",
    )
    parser.add_argument(
        "--strict", action="store_true", help="end with 6 if anything is refused"
    )


def _demo(parser: argparse.ArgumentParser) -> None:
    _json(parser)


def _record(parser: argparse.ArgumentParser) -> None:
    _target(parser, optional=True)
    add = parser.add_argument
    add(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="STORE",
        help="file to write",
    )
    add(
        "-d",
        "--duration",
        type=units.duration,
        metavar="TIME",
        help="such as 30s, 2m (default: until Ctrl-C, or the end of the app)",
    )
    add(
        "--trace",
        action="append",
        default=[],
        metavar="GLOB",
        help="trace functions of these files too; may be given again",
    )
    add(
        "--capture-requests",
        type=units.count,
        default=0,
        metavar="N",
        help="keep the first N requests, redacted, for verify (default: 0)",
    )
    add(
        "--on-port",
        metavar="CMD",
        help="run this when the app listens, with $PORT; end when it ends",
    )
    add(
        "--max-overhead",
        type=units.percent,
        default=2.0,
        metavar="PERCENT",
        help="of the target's CPU, for the probe (default: 2%%)",
    )
    add(
        "--max-stall",
        type=units.milliseconds,
        default=250.0,
        metavar="TIME",
        help="trace nothing when a step stops the target for longer (default: 250ms)",
    )
    add(
        "--max-store",
        type=units.size,
        default=500_000_000,
        metavar="SIZE",
        help="stop when the store is so big (default: 500MB)",
    )
    add(
        "--with-sources",
        action="store_true",
        help="keep the sources in the store; they may hold secrets",
    )
    add("-f", "--force", action="store_true", help="replace the store if it exists")
    _json(parser)


def _effects(parser: argparse.ArgumentParser) -> None:
    _store(parser)
    parser.add_argument(
        "--cell", metavar="C", help="only cells with this label, such as req.body"
    )
    _json(parser)


def _reading(parser: argparse.ArgumentParser) -> None:
    _store(parser)
    _json(parser)


def _plan(parser: argparse.ArgumentParser) -> None:
    _store(parser)
    _policy(parser)
    _json(parser)


def _compile(parser: argparse.ArgumentParser) -> None:
    _store(parser)
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="BUILD",
        help="the folder",
    )
    _policy(parser)
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="say what would be written",
    )
    parser.add_argument(
        "-f", "--force", action="store_true", help="replace the folder if it exists"
    )
    _json(parser)


def _build(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "build", type=Path, metavar="BUILD", help="the folder that compile wrote"
    )


def _verify(parser: argparse.ArgumentParser) -> None:
    _build(parser)
    parser.add_argument(
        "--against",
        type=Path,
        metavar="STORE",
        help="replay the requests that this recording captured",
    )
    parser.add_argument(
        "--reset",
        metavar="CMD",
        help="run in the copy of the working folder before every start",
    )
    _json(parser)


def _detach(parser: argparse.ArgumentParser) -> None:
    _target(parser)


def _explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", metavar="CODE", help="such as FX012")
    _json(parser)


def _doctor(parser: argparse.ArgumentParser) -> None:
    _target(parser, optional=True)
    _json(parser)


VERBS = (
    Verb(
        "demo",
        "Show the whole story on the bundled example, with a before/after table.",
        ("fluxion demo", "fluxion demo --json"),
        _demo,
        "fluxion.demo:run",
    ),
    Verb(
        "record",
        "Attach to a running Node.js process, or start one, and record what it does.",
        (
            "fluxion record 4711 -o app.db -d 30s",
            "fluxion record 4711 -o app.db -d 30s --capture-requests 50",
            "fluxion record -o app.db -- node app.js",
        ),
        _record,
        "fluxion.record:run",
        "node app.js [ARGS]",
    ),
    Verb(
        "report",
        "Show a recording on one screen.",
        ("fluxion report app.db", "fluxion report app.db --json"),
        _reading,
        "fluxion.show:report",
    ),
    Verb(
        "chains",
        "Show which callbacks lead to which.",
        ("fluxion chains app.db", "fluxion chains app.db --json"),
        _reading,
        "fluxion.show:chains",
    ),
    Verb(
        "effects",
        "Show what each callback reads and writes.",
        ("fluxion effects app.db", "fluxion effects app.db --cell req.body"),
        _effects,
        "fluxion.show:effects",
    ),
    Verb(
        "plan",
        "Show what would be moved, and why the rest stays.",
        ("fluxion plan app.db", "fluxion plan app.db --only all --min-gain 0 --json"),
        _plan,
        "fluxion.compile:run_plan",
    ),
    Verb(
        "compile",
        "Write a build of the recorded app in which the heavy callbacks run elsewhere.",
        (
            "fluxion compile app.db -o build/",
            "fluxion compile app.db -o build/ --only anonymous_1000 --min-gain 0",
            "fluxion compile app.db -o build/ --dry-run",
        ),
        _compile,
        "fluxion.compile:run",
    ),
    Verb(
        "run",
        "Start the compiled app as the original was started.",
        ("fluxion run build/", "PORT=8080 fluxion run build/ -- --verbose"),
        _build,
        "fluxion.run:run",
        "ARGS",
    ),
    Verb(
        "verify",
        "Run the original twice and the compiled app once: do they answer the same?",
        (
            "fluxion verify build/ --against app.db",
            "fluxion verify build/ -- node drive.js",
        ),
        _verify,
        "fluxion.verifying:run",
        "CMD",
    ),
    Verb(
        "detach",
        "Remove a probe that was left in a process.",
        ("fluxion detach 4711", "fluxion detach :9229"),
        _detach,
        "fluxion.doctor:detach",
    ),
    Verb(
        "explain",
        "Explain the code of a refusal.",
        ("fluxion explain FX012",),
        _explain,
        "fluxion.doctor:explain",
    ),
    Verb(
        "doctor",
        "Say whether fluxion works here, and with this target.",
        ("fluxion doctor", "fluxion doctor 4711"),
        _doctor,
        "fluxion.doctor:run",
    ),
)
