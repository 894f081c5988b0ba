"""The table of refusals and the page made from it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rewriter.refusals import TABLE, document, explain, refuse

ROOT = Path(__file__).parents[2]


def test_the_page_is_current() -> None:
    page = (ROOT / "docs/refusals.md").read_text()
    assert page == document(), "run `python -m rewriter.refusals > docs/refusals.md`"


@pytest.mark.parametrize("code", TABLE)
def test_every_code_says_what_it_means_and_what_helps(code: str) -> None:
    row = TABLE[code]
    assert re.fullmatch(r"FX\d{3}", code)
    assert row.title
    assert row.remedy
    assert row.explanation.endswith(".")
    text = explain(code)
    assert text is not None
    assert row.title in text


def test_every_code_is_used() -> None:
    code = "".join(p.read_text() for p in (ROOT / "rewriter").glob("*.py"))
    for name in TABLE:
        assert code.count(f'"{name}"') > 1, f"{name} is never given"


def test_an_unknown_code_has_no_explanation() -> None:
    assert explain("FX999") is None
    assert explain("fx020") == explain("FX020")


def test_a_refusal_carries_the_remedy_of_its_code() -> None:
    refusal = refuse("FX020", evidence=["x"])
    assert refusal.reason == TABLE["FX020"].title
    assert refusal.remedy == TABLE["FX020"].remedy
    assert refusal.evidence == ("x",)
