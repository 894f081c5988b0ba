"""What the probe queues for itself changes nothing of the order in which the app runs.

The programs are random, of a seed that is printed; each prints in which order all of it
ran, untouched and recorded from its first line on.
"""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from store.recording import load

PROGRAM = Path(__file__).parent / "microtasks.js"
SEEDS = [random.randrange(2**31) for _ in range(3)]  # noqa: S311


def output(*command: str) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_everything_is_as_without_us(seed: int, node: str, tmp_path: Path):
    program = (node, str(PROGRAM), str(seed))
    store = tmp_path / "x.db"
    plain = output(*program)
    assert len(plain.splitlines()) > 500
    traced = output(
        *(sys.executable, "-m", "fluxion", "record", "-o", str(store), "--", *program)
    )
    assert traced.splitlines() == plain.splitlines()
    kinds = {lead.kind for lead in load(store).leads}
    assert {"settled", "resumed", "queued", "called"} <= kinds, "we did watch it"
