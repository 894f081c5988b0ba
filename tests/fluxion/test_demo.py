"""The whole story, told once, and the words at its end."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from fluxion.comparing import Compared
from fluxion.demo import Measured, summary, table, verdict
from fluxion.load import Felt, Load
from fluxion.verify.outcome import Outcome
from store.plans import Plan


def load(*light: float) -> Load:
    return Load(2.0, Felt(list(light)), Felt([300.0, 310.0]), 640.0)


MEASURED = Measured(load(100.0, 900.0), load(2.0, 20.0))


def test_the_last_line():
    told = summary(
        Plan((), ()), Compared(5, 5), Outcome(requests=3, identical=3), MEASURED
    )
    assert verdict(told) == (
        "demo: 8/8 identical; light route p99 900.0 ms -> 20.0 ms (45.0 x)"
    )
    assert json.loads(json.dumps(told)) == told


def test_the_table_has_both_columns():
    lines = table(MEASURED)
    assert lines[0].split() == ["under", "load", "original", "compiled"]
    assert {len(line) for line in lines} == {46}
    assert lines[2].split()[3:] == ["900", "ms", "20.0", "ms"]
    assert lines[5].split()[4:] == ["320", "ms", "320", "ms"]


@pytest.mark.timeout(480)
def test_the_whole_story():
    done = subprocess.run(
        [sys.executable, "-m", "fluxion", "demo"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    last = done.stdout.splitlines()[-1]
    found = re.fullmatch(
        r"demo: (\d+)/(\d+) identical; light route p99 "
        r"([\d.]+) ms -> ([\d.]+) ms \(([\d.]+) x\)",
        last,
    )
    assert found, last
    assert int(found[1]) == int(found[2]) > 50
    assert "moved 0 times" not in done.stderr
