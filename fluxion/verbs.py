"""Every verb of the command line: what it does, examples, arguments, who runs it.

In: nothing. Out: the table that ``fluxion/cli.py`` reads. A verb's module is imported
only when it runs, so that ``--help`` is quick.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from fluxion import arguments, store_arguments

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


VERBS = (
    Verb(
        "demo",
        "Show the whole story on the bundled example, with a before/after table.",
        ("fluxion demo", "fluxion demo --json"),
        arguments.demo,
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
        arguments.record,
        "fluxion.record:run",
        "node app.js [ARGS]",
    ),
    Verb(
        "report",
        "Show a recording on one screen, or what changed between two.",
        (
            "fluxion report app.db",
            "fluxion report app.db --json",
            "fluxion report before.db after.db",
        ),
        store_arguments.report,
        "fluxion.show:report",
    ),
    Verb(
        "chains",
        "Show which callbacks lead to which.",
        (
            "fluxion chains app.db",
            "fluxion chains app.db --json",
            "fluxion chains app.js --static",
            "fluxion chains app.db --static",
        ),
        store_arguments.chains,
        "fluxion.show:chains",
    ),
    Verb(
        "effects",
        "Show what each callback reads and writes.",
        ("fluxion effects app.db", "fluxion effects app.db --cell req.body"),
        store_arguments.effects,
        "fluxion.show:effects",
    ),
    Verb(
        "merge",
        "Make one recording of several of one app: of its processes, or of its days.",
        ("fluxion merge one.db two.db -o both.db",),
        store_arguments.merge,
        "fluxion.merge:run",
    ),
    Verb(
        "export",
        "Write a recording in a format that other tools read.",
        (
            "fluxion export app.db -o app.cpuprofile",
            "fluxion export app.db -o app.trace.json",
            "fluxion export app.db -f mermaid -o -",
        ),
        store_arguments.export,
        "fluxion.export:run",
    ),
    Verb(
        "plan",
        "Show what would be moved, and why the rest stays.",
        ("fluxion plan app.db", "fluxion plan app.db --only all --min-gain 0 --json"),
        store_arguments.plan,
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
        store_arguments.build_out,
        "fluxion.compile:run",
    ),
    Verb(
        "run",
        "Start the compiled app as the original was started.",
        ("fluxion run build/", "PORT=8080 fluxion run build/ -- --verbose"),
        arguments.build,
        "fluxion.run:run",
        "ARGS",
    ),
    Verb(
        "verify",
        "Run the original twice and the compiled app once: do they answer the same?",
        (
            "fluxion verify build/ --against app.db",
            "fluxion verify build/ -- node drive.js '$BASE_URL'",
        ),
        arguments.verify,
        "fluxion.verifying:run",
        "CMD",
    ),
    Verb(
        "top",
        "Show what the callbacks of a running server do now, until you quit.",
        ("fluxion top 4711", "fluxion top 4711 --json -d 10s"),
        arguments.top,
        "fluxion.top:top",
    ),
    Verb(
        "dump",
        "Show once what the callbacks of a running server did within two seconds.",
        ("fluxion dump 4711", "fluxion dump 4711 --json"),
        arguments.top,
        "fluxion.top:dump",
    ),
    Verb(
        "profile",
        "Sample the CPU or the heap of a running server, with nothing patched in it.",
        (
            "fluxion profile 4711 -d 30s",
            "fluxion profile 4711 -d 30s -o out.cpuprofile",
            "fluxion profile 4711 -d 30s --with app.db -o out.speedscope.json",
            "fluxion profile 4711 --heap -d 30s -o out.heapprofile",
        ),
        arguments.profile,
        "fluxion.profile:run",
    ),
    Verb(
        "detach",
        "Remove a probe that was left in a process.",
        ("fluxion detach 4711", "fluxion detach :9229", "fluxion detach --all"),
        arguments.detach,
        "fluxion.detach:run",
    ),
    Verb(
        "explain",
        "Explain the code of a refusal.",
        ("fluxion explain FX012",),
        arguments.explain,
        "fluxion.doctor:explain",
    ),
    Verb(
        "doctor",
        "Say whether fluxion works here and with a target, or why a store is empty.",
        ("fluxion doctor", "fluxion doctor 4711 --json", "fluxion doctor app.db"),
        arguments.doctor,
        "fluxion.doctor:run",
    ),
)
