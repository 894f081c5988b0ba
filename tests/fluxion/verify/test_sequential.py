"""One request after another: noise is learnt, differences are found."""

from __future__ import annotations

import pytest

from fluxion.verify.outcome import Outcome
from fluxion.verify.sequential import check_sequential
from fluxion.verify.stage import Stage
from tests.fluxion.verify import seeded
from tests.fluxion.verify.seeded import QUICK, asked, make_build

HEAVY = "served += 1\n"
RANDOM = HEAVY + "    res.setHeader('X-Id', String(Math.random()))\n"


def check(build, *lines):
    outcome = Outcome()
    with Stage(build, patience=QUICK) as stage:
        learnt = check_sequential(stage, asked(*lines), outcome)
    return outcome, learnt


@pytest.fixture
def noisy(tmp_path, monkeypatch):
    """An original whose answers hold a random number; so does the build."""
    monkeypatch.setattr(seeded, "APP", seeded.APP.replace(HEAVY, RANDOM))
    return lambda *fault: make_build(tmp_path, *fault)


def test_chance_is_masked_and_the_share_is_told(noisy):
    outcome, learnt = check(noisy(), "GET /heavy?n=1", "GET /balance")
    assert outcome.different == []
    assert list(outcome.masked) == ["header X-Id"]
    assert 0 < outcome.masked_share < 0.5
    assert learnt.noise.headers == {"x-id"}


def test_a_fault_beside_the_noise_is_found(noisy):
    build = noisy("const value = heavy(n)", "const value = heavy(n) + 1")
    outcome, _ = check(build, "GET /heavy?n=1", "GET /balance")
    assert [f.what for f in outcome.different] == ["GET /heavy?n=1"]
    assert outcome.different[0].where.startswith("body byte")


def test_what_never_ends_and_how_long_things_take_is_learnt(tmp_path):
    outcome, learnt = check(make_build(tmp_path), "GET /live", "POST /say hi")
    assert learnt.open == {0}
    assert learnt.latencies[1] > 0
    assert outcome.latency["original"].keys() == {"p50_ms", "p99_ms"}
