"""Raw facts come back as they went in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from store import abi
from store.database import create, open_store
from store.facts import Function, FunctionRef, Script
from store.journal import Block
from tests.store.samples import FUNCTIONS, PROCESS, REFUSAL, SCRIPT


def test_what_was_observed_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    profile = json.dumps({"nodes": [], "name": "¬ 💥"})
    with create(path) as store:
        store.put_process(PROCESS)
        store.put_scripts([SCRIPT])
        store.put_functions(FUNCTIONS)
        store.put_refusals([REFUSAL])
        store.put_profile(profile)
        for number in range(5):
            store.append_block(bytes([number]), 1_000 + number)
    with open_store(path) as store:
        observed = store.observed()
        assert list(observed.blocks) == [
            Block(bytes([number]), 1, 1_000 + number) for number in range(5)
        ]
        assert observed.process == PROCESS
        assert observed.scripts == (SCRIPT,)
        assert observed.functions == FUNCTIONS
        assert observed.refusals == (REFUSAL,)
        assert observed.profile == profile
        assert observed.abi == {abi.VERSION}
        assert observed.seconds == pytest.approx(4e-9)


@pytest.mark.parametrize(
    ("status", "share"),
    [
        ({"main_ran_us": 750, "main_waited_us": 250}, 0.25),
        ({"main_ran_us": 750, "main_waited_us": 0}, 0),
        ({"main_ran_us": 0, "main_waited_us": 0}, None),
        ({"main_ran_us": "750", "main_waited_us": [1]}, None),
        ({}, None),
    ],
)
def test_what_main_waited_for_a_cpu_comes_back(tmp_path, status, share) -> None:
    with create(tmp_path / "app.db") as store:
        store.put_process(PROCESS)
        store.finish(1.0, status)
        assert store.recording().waited == share


def test_a_better_description_replaces_the_first(tmp_path: Path) -> None:
    ref = FunctionRef(1, 10)
    with create(tmp_path / "app.db") as store:
        store.put_process(PROCESS)
        store.put_scripts([Script(1, "", None, "", 0, "eval"), SCRIPT])
        store.put_functions([Function(ref, 10, "", 0, 0)])
        store.put_functions([Function(ref, 90, "outer", 2, 3, ("req",))])
        observed = store.observed()
        assert observed.scripts == (SCRIPT,)
        assert observed.functions == (Function(ref, 90, "outer", 2, 3, ("req",)),)


def test_the_newest_plan_is_the_plan(tmp_path: Path) -> None:
    with create(tmp_path / "app.db") as store:
        assert store.plan() is None
        store.put_plan({"fluxions": [], "stays": []})
        store.put_plan({"fluxions": [{"id": "b"}], "stays": []})
        plan = store.plan()
    assert plan == {"fluxions": [{"id": "b"}], "stays": []}
