"""The table of refusals."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rewriter.refusals import TABLE, refuse

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("code", TABLE)
def test_every_code_says_what_it_means_and_what_helps(code: str) -> None:
    row = TABLE[code]
    assert re.fullmatch(r"FX\d{3}", code)
    assert row.title
    assert row.remedy
    assert row.explanation.endswith(".")


def test_every_code_is_used() -> None:
    code = "".join(p.read_text() for p in (ROOT / "rewriter").glob("*.py"))
    for name in TABLE:
        assert code.count(f'"{name}"') > 1, f"{name} is never given"


def test_a_refusal_carries_the_remedy_of_its_code() -> None:
    refusal = refuse("FX020", evidence=["x"])
    assert refusal.reason == TABLE["FX020"].title
    assert refusal.remedy == TABLE["FX020"].remedy
    assert refusal.evidence == ("x",)
