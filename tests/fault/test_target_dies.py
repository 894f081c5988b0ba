"""F1: the target dies at any message of a recording; the agent ends well, and soon."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from fluxion import exits
from fluxion.cli import main
from store.database import open_store
from tests.conftest import ROOT, SOAK
from tests.fault.dying import WHOLE
from tests.fault.tape import KINDS, FakeTarget, Proxy, Tape
from tests.fault.worlds import Load, figure
from tests.processes import eventually

TWINS = "setBreakpointOnFunctionCall"
"""What is asked only where twins are made."""
DEADLINE_S = 0.5
PATIENT_S = 5.0
"""Where nobody falls silent, so that a busy machine is not taken for a mute target."""
WITHIN_S = 2.0
MUTE_S = 7 * DEADLINE_S
"""More, where nothing is said any more: three commands, or the end of a profile."""


@pytest.fixture(scope="module")
def tape(tmp_path_factory, node) -> Path:
    """The dialogue of a whole recording of a real target, taken down a moment ago."""
    folder = tmp_path_factory.mktemp("tape")
    app = subprocess.Popen(
        [node, "--inspect=127.0.0.1:0", ROOT / "tests/fault/app.js"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert app.stdout is not None
        assert app.stderr is not None
        port = int(app.stdout.readline().split()[1])
        url = app.stderr.readline().split()[-1]
        store = folder / "real.db"
        # Longer than what is replayed: whatever that may ask is on the tape. On a busy
        # machine even more, until the twins were made.
        for seconds in (3, 10, 30):
            with Load(node, [port]), Proxy(url) as proxy:
                words = ["record", f":{proxy.port}", "-o", str(store), "--force"]
                done = main([*words, "-d", str(seconds), "--max-overhead", "50%"])
            assert done == exits.DONE
            if TWINS in " ".join(proxy.tape.order):
                break
        assert TWINS in " ".join(proxy.tape.order)
    finally:
        app.kill()
        app.communicate()
    with open_store(store) as opened:
        proxy.tape.blocks = list(opened.blocks())
    file = folder / "tape.json"
    file.write_text(proxy.tape.json(), "utf-8")
    return file


@pytest.fixture(scope="module")
def length(tape, tmp_path_factory) -> int:
    """How many messages a recording of the fake takes when nothing happens to it."""
    store = tmp_path_factory.mktemp("whole") / "whole.db"
    with FakeTarget(Tape.read(tape.read_text("utf-8"))) as whole:
        assert main(["record", f":{whole.port}", "-o", str(store), *WHOLE]) == 0
    with open_store(store) as opened:
        assert opened.status()["ended"] == "finished"
    spoken = " ".join(whole.heard)
    assert TWINS in spoken, "it was no whole recording"
    return whole.said


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", KINDS)
def test_it_dies_at_any_message(kind, tape, length, tmp_path, seed):
    everywhere = range(1, length + 20)
    some = sorted(random.Random(f"{seed} {kind}").sample(range(1, length // 2), 3))
    numbers = list(everywhere) if SOAK else some
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.fault.dying", tape, kind, tmp_path),
            *map(str, numbers),
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "FLUXION_DEADLINE": str(DEADLINE_S if kind == "stall" else PATIENT_S),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["at"] for one in told] == numbers
    for one in told:
        check(kind, one)
    struck = [one for one in told if one["said"] >= one["at"]]
    codes, stores = (Counter(one[k] for one in told) for k in ("code", "store"))
    slowest = max((one["took"] for one in struck), default=0)
    figure(
        f"F1 {kind}: {len(told)} of {length} places, {len(struck)} struck, exit codes "
        f"{dict(codes)}, stores {dict(stores)}, ended <= "
        f"{slowest:.2f} s, 0 threads or files left"
    )


def check(kind, one):
    """One death: the documented end, soon, with nothing left."""
    assert "Traceback" not in one["words"], one["words"]
    assert one["left"] == [0, 0], one
    assert one["store"] in {"none", "target gone", "finished"}, one
    if kind == "reordered" or not one["struck"]:
        assert (one["code"], one["store"]) == (exits.DONE, "finished"), one
        return
    assert one["code"] in {exits.TARGET_GONE, exits.NO_TARGET, exits.DONE}, one
    # Where a store was made, it tells what became of its target.
    assert (one["store"] == "none") == (one["code"] == exits.NO_TARGET), one
    assert one["process"] == (one["store"] != "none"), one
    # What dies while we are leaving has been recorded to the end.
    assert (one["store"] == "finished") == (one["code"] == exits.DONE), one
    assert one["took"] <= WITHIN_S + (MUTE_S if kind == "stall" else 0), one


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_a_real_target_killed_while_we_attach(start, agent, tmp_path, seed, rounds):
    chance, codes, slowest = random.Random(seed), Counter[int](), 0.0
    for number in range(max(3, rounds(50))):
        app, store = start(), tmp_path / f"{number}.db"
        one = agent("record", app.pid, "-o", store, "-d", "20")
        eventually(app.changed, "it attaches", 20)
        time.sleep(chance.random() * 1.5)
        app.process.popen.kill()
        began = time.monotonic()
        codes[one.popen.wait(20)] += 1
        slowest = max(slowest, time.monotonic() - began)
        assert "Traceback" not in one.told()
        with open_store(store) as opened:
            assert opened.status()["ended"] == "target gone", one.told()
            assert opened.recording().process.pid == app.pid
    assert codes.keys() == {exits.TARGET_GONE}, codes
    figure(f"F1 SIGKILL: {codes.total()} real targets, all exits 4, <= {slowest:.2f} s")
    assert slowest <= WITHIN_S
