"""Programs whose races are known: all are told, and nothing else is.

What each program's head says was written down before it was ever traced.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from store.recording import load
from tests.acceptance.races import PROGRAMS, expected, judge
from tests.conftest import some

NAMES = sorted(path.stem for path in PROGRAMS.glob("*.js"))


def test_there_are_enough_of_both():
    racy = [name for name in NAMES if expected(PROGRAMS / f"{name}.js")]
    safe = [
        name
        for name in NAMES
        if "// safe: " in (PROGRAMS / f"{name}.js").read_text("utf-8")
    ]
    assert sorted([*racy, *safe]) == NAMES
    assert min(len(racy), len(safe)) >= 10


@pytest.mark.parametrize("name", some(NAMES, 10))
def test_of_a_launched_program(name: str, tmp_path: Path):
    program, store = PROGRAMS / f"{name}.js", tmp_path / "x.db"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "fluxion", "record", "-o", str(store)),
            *("--", "node", str(program)),
        ],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    verdict = judge(expected(program), load(store))
    assert not verdict.missed, verdict
    assert not verdict.false, verdict
