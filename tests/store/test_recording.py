"""Reading a store needs nothing but its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.database import create
from store.errors import StoreError
from store.recording import load
from tests.store.samples import PROCESS


def test_a_recording_without_anything_derived_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    with create(path) as store:
        store.put_process(PROCESS)
    found = load(path)
    assert found.process == PROCESS
    assert found.costs == ()


def test_load_closes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    with create(path) as store:
        store.put_process(PROCESS)
    load(path)
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_store_that_names_no_process_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    create(path).close()
    with pytest.raises(StoreError, match="names no process"):
        load(path)
