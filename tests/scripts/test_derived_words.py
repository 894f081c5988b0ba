"""What is derived is told in tables of its own, and none of them twice."""

from __future__ import annotations

from scripts.derived_words import DERIVE, DERIVED_TABLES
from scripts.store_words import RAW_TABLES
from store.derived import DERIVED


def test_each_table_that_is_derived_is_called_so():
    assert {table for _, table, _ in DERIVED} <= DERIVED_TABLES.keys()
    assert {words.writer for words in DERIVED_TABLES.values()} == {DERIVE}


def test_no_table_is_told_twice():
    assert not DERIVED_TABLES.keys() & RAW_TABLES.keys()
