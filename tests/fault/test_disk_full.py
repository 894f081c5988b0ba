"""F8: the disk is full while a server is recorded, or where a result is written."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from fluxion import exits
from fluxion.formats import NAMES
from store.database import create, open_store
from tests.conftest import ROOT
from tests.fault.worlds import Load, figure, integrity
from tests.fluxion.recordings import make_store
from tests.fluxion.test_export import make

SECONDS = 4
ENV = {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_the_target_stays_and_the_store_can_be_read(
    start, agent, node, tmp_path, seed, rounds
):
    """Full at any size: as the store is made, in the midst, or as it is derived."""
    app, chance = start(), random.Random(seed)
    whole, codes, blocks = tmp_path / "whole.db", Counter[int](), []
    with Load(node, [app.port]) as asked:
        assert agent(*record(app, whole)).popen.wait(60) == exits.DONE
        sizes = bare(tmp_path / "bare.db"), 2 * whole.stat().st_size  # with its log
        for number in range(max(4, rounds(150))):
            store = tmp_path / f"{number}.db"
            early = number % 4 == 0
            most = chance.randrange(4096 if early else sizes[0], sizes[not early])
            one = agent(most, *record(app, store), module="tests.fault.limited")
            code = one.popen.wait(60)
            app.as_found()
            codes[code] += 1
            assert code in {exits.DONE, exits.STORE}, one.told()
            assert "Traceback" not in one.told(), one.told()
            if code == exits.STORE:
                assert "error: " in one.told(), one.told()
                assert "hint: " in one.told(), one.told()
            blocks.append(kept(store, most))
        window = asked.window()[app.port]
    assert not window["failed"], window
    assert not window["wrong"], window
    again = agent(*record(app, whole), "--force")
    assert again.popen.wait(60) == exits.DONE, "there is room again"
    figure(
        f"F8: {len(blocks)} recordings onto a full disk, exit codes {dict(codes)}; "
        f"{blocks.count(-1)} left no store, {blocks.count(0)} an empty one, the others "
        f"{[n for n in blocks if n > 0]} blocks; "
        f"{window['answers']} requests answered, 0 failed"
    )
    assert codes[exits.STORE] > 0, codes
    assert max(blocks) > 0, "none was full in the midst"


def record(app, store: Path) -> tuple[object, ...]:
    return ("record", app.pid, "-o", store, "-d", SECONDS)


def bare(path: Path) -> int:
    """Return the size of a store without anything in it."""
    create(path).close()
    return path.stat().st_size


def kept(store: Path, most: int) -> int:
    """Return how many blocks a store kept, which must be whole; -1: there is none."""
    if not store.exists():
        return -1
    assert integrity(store) == "ok", most
    command = [sys.executable, "-m", "fluxion", "report", str(store)]
    done = subprocess.run(
        command, env=ENV, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == exits.DONE, (most, done.stderr)
    with open_store(store) as opened:
        return sum(1 for _ in opened.blocks())


@pytest.mark.parametrize("name", NAMES)
def test_an_export_that_does_not_fit_is_an_error_and_leaves_nothing(name, tmp_path):
    store, output = make(tmp_path), tmp_path / "out"
    done = fluxion(16, "export", store, "-f", name, "-o", output)
    assert done.returncode in {exits.ERROR, exits.STORE}, done.stderr
    assert "Traceback" not in done.stderr
    assert not output.exists(), "half an export is worse than none"
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []


@pytest.mark.parametrize("verb", ["report", "chains", "effects", "plan"])
def test_words_that_cannot_be_written_are_an_error(verb, tmp_path):
    store = make_store(tmp_path)
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "fluxion", verb, str(store)]
        done = subprocess.run(
            command, env=ENV, stdout=full, stderr=subprocess.PIPE, check=False
        )
    told = done.stderr.decode()
    assert done.returncode == exits.ERROR, told
    assert "Traceback" not in told
    assert "error: " in told


def fluxion(most: int, *words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.fault.limited", str(most), *map(str, words)]
    return subprocess.run(
        command, env=ENV, capture_output=True, text=True, check=False, timeout=60
    )
