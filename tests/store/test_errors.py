"""Failures carry the documented exit codes."""

from __future__ import annotations

import pytest

from store import errors


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (errors.FluxionError, 1),
        (errors.ProtocolError, 1),
        (errors.UsageError, 2),
        (errors.NoTarget, 3),
        (errors.TargetGone, 4),
        (errors.StoreError, 5),
        (errors.NothingDone, 6),
        (errors.Different, 7),
    ],
)
def test_each_failure_has_its_exit_code(
    failure: type[errors.FluxionError], code: int
) -> None:
    raised = failure("what happened", "what to do")
    assert raised.exit_code == code
    assert str(raised) == "what happened"
    assert raised.hint == "what to do"
