from __future__ import annotations

from typing import get_args

from store.database import create, open_store
from store.races import RaceKind
from store.schema import RACES
from tests.store.samples import RECORDING


def test_every_kind_fits_the_table():
    for kind in get_args(RaceKind):
        assert f"'{kind}'" in RACES


def test_a_race_comes_back_as_it_was(tmp_path):
    assert RECORDING.races
    with create(tmp_path / "x.db") as store:
        store.put_process(RECORDING.process)
        store.write_derived(RECORDING)
    with open_store(tmp_path / "x.db") as store:
        assert store.recording().races == RECORDING.races
