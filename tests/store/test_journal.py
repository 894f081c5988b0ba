"""Raw facts come back as they went in; requests lose their secrets before the disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import abi, journal
from store.abi import Event
from store.database import create, open_store
from store.facts import Function, FunctionRef, Script
from tests.store.samples import FUNCTIONS, PROCESS, REFUSAL, SCRIPT


def block(*records: list[Any]) -> bytes:
    return b"".join(msgpack.packb(record) for record in records)


def request(headers: Any, body: bytes = b"hello") -> list[Any]:
    return [Event.REQUEST, 5, 1, 1, "POST", "/x", headers, body, 0]


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
        assert list(observed.blocks) == [bytes([number]) for number in range(5)]
        assert observed.process == PROCESS
        assert observed.scripts == (SCRIPT,)
        assert observed.functions == FUNCTIONS
        assert observed.refusals == (REFUSAL,)
        assert observed.profile == profile
        assert observed.abi == {abi.VERSION}
        assert observed.seconds == pytest.approx(4e-9)


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


@pytest.mark.parametrize(
    "headers",
    [
        [["Cookie", "sid=CANARY"], ["Host", "h"]],
        ["Cookie", "sid=CANARY", "Host", "h"],
        {"Cookie": "sid=CANARY", "Host": "h"},
        {"set-cookie": ["CANARY", "CANARY2"]},
    ],
)
def test_no_secret_of_a_request_reaches_the_disk(tmp_path: Path, headers: Any) -> None:
    path = tmp_path / "app.db"
    body = b'{"password": "CANARY"}'
    with create(path) as store:
        store.put_process(PROCESS)
        store.append_block(
            block([Event.NOTE, "a"], request(headers, body), [Event.NOTE, "b"]), 1
        )
        files = sorted(tmp_path.iterdir())
        assert all(b"CANARY" not in file.read_bytes() for file in files)
        kept = [*journal.readable(next(store.blocks()))]
    assert [record[0] for record in kept] == [Event.NOTE, Event.REQUEST, Event.NOTE]
    assert kept[1][-1] == 1


def test_what_lies_behind_damage_after_a_request_is_left_out() -> None:
    damaged = block(request([["Cookie", "a"]])) + b"\xc1" + b"Bearer CANARY12345"
    assert b"CANARY" not in journal.without_secrets(damaged)


def test_a_request_that_cannot_be_read_is_not_kept() -> None:
    strange = block([Event.REQUEST, 5, 1, 1, "POST", 7, "CANARY", b"CANARY", 0])
    assert b"CANARY" not in journal.without_secrets(strange)


def test_a_request_without_secrets_stays_as_it_came() -> None:
    plain = block(request([["Host", "h"]]), [Event.EXIT, 5, 1, 0])
    assert journal.without_secrets(plain) == plain


@given(st.binary(max_size=300))
def test_blocks_without_requests_stay_as_they_came(data: bytes) -> None:
    if not any(mark in data for mark in journal.REQUEST_MARKS):
        assert journal.without_secrets(data) is data


@given(st.binary(max_size=300))
def test_any_bytes_behind_a_request_are_no_trouble(data: bytes) -> None:
    cleaned = journal.without_secrets(block(request([["Cookie", "CANARY"]])) + data)
    assert b"CANARY" not in cleaned


def test_the_newest_plan_is_the_plan(tmp_path: Path) -> None:
    with create(tmp_path / "app.db") as store:
        assert store.plan() is None
        store.put_plan({"fluxions": [], "stays": []})
        store.put_plan({"fluxions": [{"id": "b"}], "stays": []})
        plan = store.plan()
    assert plan == {"fluxions": [{"id": "b"}], "stays": []}
