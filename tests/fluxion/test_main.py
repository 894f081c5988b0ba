"""``python -m fluxion`` is the command line."""

from __future__ import annotations

import subprocess
import sys


def test_it_is_the_command_line():
    done = subprocess.run(
        [sys.executable, "-m", "fluxion", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("fluxion ")
