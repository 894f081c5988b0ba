"""Twelve programs that a naive compiler answers wrongly; ours must not, ever.

Each is recorded, compiled with everything that may move and run with one and with
two workers. Refusing is a good answer, so the test prints what moved beside what was
right; `test_some_trap_moves` keeps refusing everything from being the whole answer.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

TRAPS = sorted(Path(__file__).parent.glob("[0-9]*.js"))
NOTHING_TO_DO = 6


@dataclass
class Verdict:
    """What became of one trap: the plan's words and what each build printed."""

    moved: list[str]
    refused: list[str]
    outputs: dict[str, str]


def expected(trap: Path) -> str:
    """Return what the trap's last comment line promises, a slash for a line break."""
    last = trap.read_text().strip().splitlines()[-1]
    found = re.match(r"// expected output: (.*)$", last)
    assert found, f"{trap.name} does not say what it prints"
    return found[1]


def fluxion(*args: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "fluxion", *args],
        cwd=cwd,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def compile_and_run(trap: Path, folder: Path) -> Verdict:
    program = folder / trap.name
    shutil.copy(trap, program)
    recorded = fluxion(
        "record", "-o", "trap.db", "-d", "30", "--", "node", str(program), cwd=folder
    )
    assert recorded.returncode == 0, recorded.stderr
    everything = ("--only", "all", "--min-gain", "0")
    planned = fluxion("plan", "trap.db", "--json", *everything, cwd=folder)
    assert planned.returncode == 0, planned.stderr
    plan = json.loads(planned.stdout)
    verdict = Verdict(
        [f"{f['shape']} {f['function']['name']}" for f in plan["fluxions"]],
        [f"{s['function']['name']} {s['code']}" for s in plan["stays"]],
        {},
    )
    compiled = fluxion("compile", "trap.db", "-o", "build", *everything, cwd=folder)
    if compiled.returncode == NOTHING_TO_DO:
        assert not plan["fluxions"], "compile refused what the plan would move"
        return verdict
    assert compiled.returncode == 0, compiled.stderr
    for workers in ("1", "2"):
        ran = fluxion("run", "build", cwd=folder, FLUXION_WORKERS=workers)
        assert ran.returncode == 0, ran.stderr
        verdict.outputs[workers] = ran.stdout
    return verdict


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.stem)
def test_the_trap_prints_the_same(trap: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    shutil.copy(trap, plain)
    original = subprocess.run(
        ["node", trap.name], cwd=plain, capture_output=True, text=True, check=True
    ).stdout
    promised = expected(trap)
    assert promised.split(" / ") == original.strip().splitlines() or (
        promised == original.strip()
    )
    folder = tmp_path / "compiled"
    folder.mkdir()
    verdict = compile_and_run(trap, folder)
    print(f"{trap.stem}: moved {verdict.moved}, stayed {verdict.refused}")
    for workers, output in verdict.outputs.items():
        assert output == original, f"with {workers} workers"
