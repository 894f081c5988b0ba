"""`verify` catches every seeded wrong build, and passes the right one."""

from __future__ import annotations

import pytest

from fluxion.verify.proof import verify
from store.errors import FluxionError
from tests.fluxion.verify.seeded import (
    QUICK,
    REQUESTS,
    WRONG,
    WRONG_TOGETHER,
    make_build,
)


def run(build, requests=REQUESTS, driver=(), reset=None):
    said: list[str] = []
    return verify(
        build,
        requests=requests,
        loaded=[build.entry.script],
        driver=driver,
        reset=reset,
        say=said.append,
        patience=QUICK,
    )


def test_the_right_build_passes_and_nothing_is_masked(tmp_path):
    outcome = run(make_build(tmp_path))
    assert outcome.different == []
    assert outcome.masked == {}
    assert outcome.identical == outcome.requests > len(REQUESTS)
    assert outcome.open == ["GET /live"]
    assert outcome.order == "commit"


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_build_is_caught(fault, tmp_path):
    outcome = run(make_build(tmp_path, *WRONG[fault]))
    assert outcome.different, fault
    assert all(finding.phase != "concurrent" for finding in outcome.different)
    assert outcome.identical < outcome.requests or outcome.different[0].phase == "files"


@pytest.mark.parametrize("fault", WRONG_TOGETHER)
def test_a_build_that_is_wrong_under_concurrency_is_caught(fault, tmp_path):
    outcome = run(make_build(tmp_path, *WRONG_TOGETHER[fault]))
    assert outcome.different, fault


def test_a_proof_over_nothing_is_an_error(tmp_path):
    with pytest.raises(FluxionError, match="no request to replay"):
        run(make_build(tmp_path), requests=())
