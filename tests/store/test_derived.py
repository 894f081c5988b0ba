"""A recording is the same after it was on the disk."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from store.database import create, open_writer
from store.facts import Cost, FunctionRef
from store.recording import load
from tests.store.samples import (
    EVALUATED,
    FUNCTIONS,
    PROCESS,
    RECORDING,
    REFUSAL,
    SCRIPT,
    WORKER,
)


def written(path: Path) -> None:
    with create(path) as store:
        store.put_process(PROCESS)
        store.put_process(WORKER)
        store.put_scripts([SCRIPT, EVALUATED])
        store.put_functions(FUNCTIONS)
        store.put_refusals([REFUSAL])
        store.finish(30.5, {"events": 7})
        assert not store.is_derived()
        store.write_derived(RECORDING)
        assert store.is_derived()


def test_load_returns_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    written(path)
    assert load(path) == RECORDING


def test_deriving_again_replaces_every_row(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    written(path)
    with open_writer(path) as store:
        store.write_derived(RECORDING)
    assert load(path) == RECORDING
    with open_writer(path) as store:
        store.write_derived(dataclasses.replace(RECORDING, effects=(), flows=()))
    assert load(path).effects == ()


def test_what_is_only_mentioned_gets_a_row(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    written(path)
    stranger = FunctionRef(77, 5)
    cost = Cost(stranger, 1, 1, 1, 1, 1, 1, 1)
    with open_writer(path) as store:
        store.write_derived(dataclasses.replace(RECORDING, costs=(cost,)))
    found = load(path)
    assert found.costs == (cost,)
    assert stranger in {function.ref for function in found.functions}
    assert 77 in {script.number for script in found.scripts}


def test_requests_are_redacted_on_the_way(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    written(path)
    request = dataclasses.replace(
        RECORDING.requests[0], headers=(("Cookie", "sid=CANARY"), ("Host", "h"))
    )
    with open_writer(path) as store:
        store.write_derived(dataclasses.replace(RECORDING, requests=(request,)))
    assert b"CANARY" not in path.read_bytes()
    (kept,) = load(path).requests
    assert kept.redacted
    assert kept.headers == (("Cookie", "[redacted]"), ("Host", "h"))
