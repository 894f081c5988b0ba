"""Many requests at once must equal some serial order."""

from __future__ import annotations

import pytest

from fluxion.verify.concurrent import check_concurrent
from fluxion.verify.outcome import Outcome
from fluxion.verify.sequential import check_sequential
from fluxion.verify.stage import Stage
from tests.fluxion.verify.seeded import QUICK, asked, make_build

LINES = ("POST /pay 5", "GET /balance", "GET /log", "POST /log x", "POST /pay 7")


def check(build, *lines):
    outcome = Outcome()
    with Stage(build, patience=QUICK) as stage:
        learnt = check_sequential(stage, asked(*lines), Outcome())
        check_concurrent(stage, learnt, outcome)
    return outcome


def test_state_that_is_kept_whole_has_a_serial_order(tmp_path):
    outcome = check(make_build(tmp_path), *LINES)
    assert outcome.different == []
    assert outcome.order == "commit"
    assert outcome.requests == outcome.identical >= 32


def test_without_the_servers_word_the_order_of_completion_explains_it(tmp_path):
    build = make_build(tmp_path)
    (build.folder / "runtime/order.cjs").write_text("")
    outcome = check(build, *LINES)
    assert outcome.different == []
    assert outcome.order in {"completion", "arrival"}


@pytest.mark.parametrize("count", [1, 3])
def test_listeners_that_join_between_two_answers_hear_the_rest(tmp_path, count):
    build = make_build(tmp_path)
    outcome = check(build, *["GET /live"] * count, "POST /say a", "POST /say b")
    assert outcome.different == []
