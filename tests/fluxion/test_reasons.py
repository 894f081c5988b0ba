"""Every code that any room can give is explained, in the program and in the docs."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from fluxion.reasons import CHAPTERS, TABLE, document
from tests.conftest import ROOT

CODE = re.compile(r'"(FX\d{3})"')


def given() -> set[str]:
    """All codes that stand in the sources of the rooms."""
    return {
        code
        for room in ("agent", "profiler", "rewriter", "store")
        for path in (ROOT / room).rglob("*.py")
        for code in CODE.findall(path.read_text("utf-8"))
    }


def test_every_code_that_is_given_has_a_reason_and_the_other_way_round():
    assert given() == set(TABLE)


def test_no_code_has_two_meanings():
    assert sum(len(table) for _, table in CHAPTERS.values()) == len(TABLE)


@pytest.mark.parametrize("code", sorted(TABLE))
def test_a_reason_says_what_why_and_what_helps(code):
    reason = TABLE[code]
    assert reason.title
    assert not reason.title.endswith(".")
    assert re.fullmatch(r"[A-Z].*[.]", reason.explanation, re.DOTALL)
    assert reason.remedy
    assert not reason.remedy.endswith(".")


def test_the_page_is_current():
    page = (ROOT / "docs/refusals.md").read_text("utf-8")
    assert page == document(), "run `python -m fluxion.reasons > docs/refusals.md`"


def test_the_page_is_written_by_one_command():
    written = subprocess.check_output(
        [sys.executable, "-m", "fluxion.reasons"], text=True, cwd=ROOT
    )
    assert written == document()
