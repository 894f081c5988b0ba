"""What the probe queues for itself changes nothing of the order in which the app runs.

The programs are random, of a seed that is printed; each prints in which order all of it
ran, untouched and recorded from its first line on.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from store.recording import load

PROGRAM = Path(__file__).parent / "microtasks.js"


def output(*command: str) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_order_of_everything_is_as_without_us(
    seed: int, node_version: Path, tmp_path: Path
):
    program = (str(node_version), str(PROGRAM), str(seed % 2**31))
    store = tmp_path / "x.db"
    record = ("record", "--max-overhead", "100%", "-o", str(store), "--")
    plain = output(*program)
    assert len(plain.splitlines()) > 300
    traced = output(sys.executable, "-m", "fluxion", *record, *program)
    assert traced.splitlines() == plain.splitlines()
    kinds = {lead.kind for lead in load(store).leads}
    assert {"settled", "resumed"} <= kinds, "we did watch it"
