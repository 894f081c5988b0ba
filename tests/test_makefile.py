"""`make` says what it can do, and what is wrong with a command."""

from __future__ import annotations

import subprocess

import pytest

from tests.conftest import ROOT


def make(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--no-print-directory", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_make_alone_lists_the_targets():
    listed = {line.split()[1] for line in make().stdout.splitlines()}
    assert {"demo", "test", "check", "bench", "soak", "oracles"} <= listed


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["bench"], "make bench TOPIC=name"),
        (["bench", "TOPIC=no-such"], "there is no benchmarks/no-such.py"),
        (["oracles"], "make oracles DIR="),
        (["oracles", "DIR=/no/such"], "make oracles DIR="),
    ],
    ids=["bench", "no-such-bench", "oracles", "no-such-folder"],
)
def test_a_command_that_cannot_work_says_why(words, told):
    done = make(*words)
    assert done.returncode == 2
    assert told in done.stderr
