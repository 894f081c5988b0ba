"""Blocks go to the disk first, and are summed up."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from benchmarks.blocks import realistic
from fluxion.ingest import Ingest
from profiler.derive import derive
from store.database import create
from store.errors import StoreError
from store.journal import Block
from tests.profiler.telling import PROCESS


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


def test_the_oldest_blocks_make_room_and_what_is_derived_stays_exact(tmp_path):
    most = 1_200_000
    blocks = [block for block, _ in realistic(150_000)]
    assert sum(map(len, blocks)) > most
    path = tmp_path / "app.db"
    with create(path, max_bytes=most) as store:
        store.put_process(PROCESS)
        ingest = Ingest(store)
        for number, block in enumerate(blocks):
            ingest.take(1 + number % 2, block)
        kept = list(store.blocks())
        assert store.dropped_blocks() == len(blocks) - len(kept) > 0
        assert kept == blocks[-len(kept) :], "the latest are there, as they came"
        observed = store.observed()
        found = derive(observed, begun=ingest.begun)
        assert path.stat().st_size <= most
    whole = [Block(block, 1 + number % 2) for number, block in enumerate(blocks)]
    assert replace(found, zero_ns=0) == replace(
        derive(replace(observed, blocks=whole)), zero_ns=0
    )
