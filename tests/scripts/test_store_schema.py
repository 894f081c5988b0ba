"""The page on the store is what the schema says now."""

from __future__ import annotations

import sqlite3

import pytest

from scripts.store_schema import columns, document, main
from store.migrations import migrate
from tests.conftest import ROOT


def test_the_page_is_up_to_date():
    page = (ROOT / "docs/store.md").read_text("utf-8")
    assert page == document(), "run `python -m scripts.store_schema > docs/store.md`"


def test_the_page_is_printed(capsys: pytest.CaptureFixture[str]):
    assert main() == 0
    assert capsys.readouterr().out == document()


def test_columns_are_those_of_a_new_store():
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection)
    assert columns(connection, "writers") == [
        ("number", "INTEGER"),
        ("pid", "INTEGER"),
        ("since_ns", "INTEGER"),
    ]
    connection.close()
