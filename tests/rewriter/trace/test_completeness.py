"""That the tracer misses nothing silently: an oracle, and faults for it to find."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from rewriter.syntax.client import Syntax
from tests.rewriter.trace import mutants
from tests.rewriter.trace.completeness import PROBE, Comparison, compare, programs

ALL = 50
EACH = 200
FEW = 60


@pytest.mark.soak
def test_no_write_is_missed_silently(
    syntax: Syntax, seed: int, rounds: Callable[[int], int]
):
    random, total = Random(seed), Comparison()
    times = rounds(ALL)
    for _ in range(times):
        found = compare(programs(syntax, random, EACH if times == ALL else FEW))
        assert found.missed == []
        total.programs += found.programs
        total.blinded += found.blinded
        total.counts += found.counts
        total.reasons += found.reasons
    print(total)
    assert total.counts["places"] > 10 * total.programs
    assert total.counts["deep"] <= 0.01 * total.programs + 2
    if times == ALL:
        assert total.counts["blind"] <= 0.02 * total.counts["hooked"] + 4
    # Of few programs one that calls itself with `eval` inside would make the share.
    assert total.blinded <= 0.1 * total.programs + 6


def mutated(folder: Path, file: str, old: str, new: str) -> Path:
    """A copy of the probe with one fault."""
    made = folder / "probe"
    shutil.copytree(PROBE, made, dirs_exist_ok=True)
    text = (made / file).read_text("utf-8")
    assert text.count(old) == 1, (file, old)
    (made / file).write_text(text.replace(old, new), "utf-8")
    return made


@pytest.mark.soak
def test_faults_are_found(
    syntax: Syntax, seed: int, rounds: Callable[[int], int], tmp_path: Path
):
    faults = [*mutants.PROBE, *mutants.REWRITER]
    full = rounds(len(faults)) == len(faults)
    made = programs(syntax, Random(seed), 250 if full else 40, rare=0.3)
    assert compare(made).missed == []
    # A few programs find only what is wrong with everything.
    chosen = faults if full else [Random(seed).choice(faults[: mutants.COARSE])]
    survivors: list[str] = []
    for at, (name, *fault) in enumerate(chosen):
        if len(fault) == 3:
            found = compare(made, mutated(tmp_path / str(at), *fault))
        else:
            pattern, new = fault
            found = compare([(text, re.sub(pattern, new, told)) for text, told in made])
        if not found.missed:
            survivors.append(name)
    print(
        f"{len(chosen) - len(survivors)} of {len(chosen)} faults found; not {survivors}"
    )
    assert len(survivors) <= 0.1 * len(chosen) + 0.9
