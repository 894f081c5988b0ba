"""Blocks go to the disk first, and are summed up."""

from __future__ import annotations

import sqlite3

import pytest

from benchmarks.blocks import realistic
from fluxion.ingest import Ingest
from store.database import create
from store.errors import StoreError


def test_a_block_is_on_the_disk_before_it_counts(tmp_path):
    with create(tmp_path / "app.db") as store:
        ingest = Ingest(store)
        sent = list(realistic(20_000))
        for block, _ in sent:
            ingest(block)
        ingest.take(2, sent[0][0])
        other = sqlite3.connect(tmp_path / "app.db")
        rows = other.execute("SELECT block, process FROM journal").fetchall()
        other.close()
    assert [row[0] for row in rows] == [block for block, _ in [*sent, sent[0]]]
    assert [row[1] for row in rows] == [1] * len(sent) + [2]
    assert ingest.live.records == sum(count for _, count in [*sent, sent[0]])


def test_what_the_disk_refuses_does_not_count(tmp_path):
    with create(tmp_path / "app.db", max_bytes=400_000) as store:
        ingest = Ingest(store)
        blocks = [block for block, _ in realistic(60_000)]
        with pytest.raises(StoreError):
            list(map(ingest, blocks))
        kept = len(list(store.blocks()))
    assert 0 < kept == ingest.live.blocks
