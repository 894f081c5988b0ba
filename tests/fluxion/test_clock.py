"""Setting the clock does not disturb the order of what arrives."""

from __future__ import annotations

import time

import pytest

from fluxion.clock import steady_ns


def test_a_clock_that_is_set_back_is_not_followed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = steady_ns()
    assert abs(before - time.time_ns()) < 60 * 10**9
    monkeypatch.setattr(time, "time_ns", lambda: 5)
    after = steady_ns()
    assert before <= after < before + 60 * 10**9
