"""Compare what a driver command, or the app itself, printed over three runs.

In: a stage and a command that finds ``$PORT`` and ``$BASE_URL``. Out: findings: its
stdout and exit code against those of the original, after the noise between two runs
of the original; then the files that the app left. Without a command the app is a
program: it is run to its end.
"""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from fluxion.child import run
from fluxion.verify.mask import text_difference, text_gaps
from fluxion.verify.outcome import Finding
from fluxion.verify.stage import Ran
from fluxion.verify.state import compare_files
from store.errors import FluxionError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fluxion.verify.outcome import Outcome
    from fluxion.verify.stage import Stage

RUNS = (("original-1", False), ("original-2", False), ("compiled", True))
TIMEOUT_S = 600.0
PROGRAM_S = 60.0


def check_driver(stage: Stage, command: Sequence[str], outcome: Outcome) -> None:
    """Run the driver against original, original and compiled."""
    runs = [_drive(stage, name, command, compiled=c) for name, c in RUNS]
    if runs[0].code != 0 and not runs[0].stdout:
        words = runs[0].stderr.decode("utf-8", "replace").strip()[-300:]
        raise FluxionError(
            f"the driver failed on the original with code {runs[0].code}: {words}",
            "it finds the server at $BASE_URL, that is http://127.0.0.1:$PORT",
        )
    _judge(stage, "driver", runs, outcome)


def check_program(stage: Stage, outcome: Outcome) -> None:
    """Run the app itself to its end, three times."""
    runs = [stage.program(n, compiled=c, timeout=PROGRAM_S) for n, c in RUNS]
    _judge(stage, "program", runs, outcome)


def _drive(stage: Stage, name: str, command: Sequence[str], *, compiled: bool) -> Ran:
    with stage.serve(name, compiled=compiled):
        env = stage.environment()
        try:
            words = [addressed(word, env) for word in command]
            done = run(words, env=env, timeout=TIMEOUT_S)
        except OSError as error:
            raise FluxionError(f"the driver cannot be started: {error}") from error
        except subprocess.TimeoutExpired:
            raise FluxionError(
                f"the driver did not end within {TIMEOUT_S:.0f} s"
            ) from None
    return Ran(done.stdout, done.stderr, done.returncode)


def addressed(word: str, env: Mapping[str, str]) -> str:
    """Return a word of the driver with the server's address in it."""
    for name in ("BASE_URL", "PORT"):
        word = word.replace(f"${name}", env[name])
    return word


def _judge(stage: Stage, phase: str, runs: Sequence[Ran], outcome: Outcome) -> None:
    first, second, got = runs
    outcome.requests += 1
    outcome.compared_bytes += len(first.stdout)
    found: list[Finding] = []
    if first.code != second.code:
        outcome.mask("exit code", 0)
    elif got.code != first.code:
        found.append(
            Finding(phase, "exit code", "exit code", str(first.code), str(got.code))
        )
    gaps = text_gaps(first.stdout, second.stdout)
    if gaps:
        outcome.mask("stdout", sum(gap.end - gap.start for gap in gaps))
    difference = text_difference(first.stdout, got.stdout, gaps)
    if difference is not None:
        found.append(
            Finding(
                phase,
                "stdout",
                difference.where.replace("body", "stdout"),
                difference.expected,
                difference.got,
            )
        )
    found += compare_files(*(stage.left(name) for name, _ in RUNS))
    outcome.identical += not found
    outcome.different += found
    outcome.count_fluxions(stage.report("compiled"))
