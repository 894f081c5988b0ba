"""The exit codes that are promised are those that the documents name."""

from __future__ import annotations

import re

from fluxion import exits
from tests.conftest import ROOT


def test_the_readme_has_the_same_table():
    rows = re.findall(
        r"^\| (\d+) +\| (.*?) +\|$", (ROOT / "README.md").read_text(), re.MULTILINE
    )
    assert {int(code): meaning for code, meaning in rows} == exits.MEANING


def test_the_help_shows_them_all():
    assert all(f"  {code:<4} " in exits.table() for code in exits.MEANING)
