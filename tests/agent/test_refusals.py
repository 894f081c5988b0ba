"""Refusals say what was seen and what helps."""

from __future__ import annotations

import pytest

from agent import refusals
from store.facts import FunctionRef
from tests.agent.test_found import found


@pytest.mark.parametrize(
    ("code", "refuse"),
    [
        ("FX101", refusals.of_class),
        ("FX103", refusals.of_capture),
        ("FX104", refusals.of_silence),
        ("FX105", lambda one: refusals.of_twin(one, "x is not defined")),
    ],
)
def test_each_has_evidence_and_a_remedy(code, refuse):
    refusal = refuse(found(1, name="save", offset=12, path="server.x"))
    assert refusal.code == code
    assert refusal.function == FunctionRef(1, 12)
    assert "save" in refusal.evidence[0]
    assert any("server.x" in line for line in refusal.evidence)
    assert refusal.remedy
