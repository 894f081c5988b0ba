"""Words for figures that fall short."""

from __future__ import annotations

import subprocess
import sys

import pytest

from fluxion import exits
from fluxion.machine import describe, refused, short_reason


def test_it_describes_this_machine(node):
    told = describe(str(node))
    assert told["cores"] >= 1
    assert told["node"].startswith("v")
    assert describe("/no/such/node")["node"] == "unknown"


@pytest.mark.parametrize(
    ("cores", "load", "word"),
    [(1, 0.1, "one core"), (2, 9.0, "load average is 9.0"), (2, 0.5, "2 cores")],
)
def test_it_says_why(cores, load, word):
    assert word in short_reason({"cores": cores, "load": load})


@pytest.mark.parametrize(
    ("system", "words", "remedy"),
    [
        ("Windows", "on Windows", "WSL 2"),
        ("Darwin", "on macOS", "Linux container"),
        ("FreeBSD", "on FreeBSD", "run it on Linux"),
        ("", "on this system", "run it on Linux"),
    ],
)
def test_other_systems_are_refused_by_name(system, words, remedy):
    refusal = refused(system)
    assert refusal is not None
    assert words in refusal.message
    assert remedy in refusal.hint
    assert refused("Linux") is None


def test_the_front_door_refuses_before_anything_else():
    """Also where Python has none of these signals."""
    code = (
        f"import sys; sys.path[:0] = {sys.path!r}\n"
        "import platform, signal\n"
        "platform.system = lambda: 'Windows'\n"
        "del signal.SIGHUP, signal.SIGUSR1, signal.SIGKILL\n"
        "from fluxion.cli import main\n"
        "sys.exit(main(['record', '4711', '-o', 'x.db']))\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert told.returncode == exits.ERROR, told.stderr
    assert told.stderr.startswith("error: fluxion does not run on Windows")
    assert "WSL 2" in told.stderr
