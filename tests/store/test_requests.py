"""Requests lose their secrets before the disk, and nothing else in a block changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import requests
from store.abi import Event
from store.database import create
from store.packing import Reader, pack
from store.requests import request_of, without_secrets
from tests.store.samples import PROCESS


def block(*records: list[Any]) -> bytes:
    return b"".join(map(pack, records))


def request(headers: Any, body: Any = b"hello") -> list[Any]:
    return [Event.REQUEST, 5, 1, 1, "POST", "/x", headers, body, 0]


def test_no_secret_of_a_request_reaches_the_disk(tmp_path: Path) -> None:
    headers = [["Cookie", "sid=CANARY"], ["Host", "h"], ["X-Api-Key", "CANARY"]]
    path = tmp_path / "app.db"
    body = b'{"password": "CANARY"}'
    with create(path) as store:
        store.put_process(PROCESS)
        store.append_block(
            block([Event.NOTE, "a"], request(headers, body), [Event.NOTE, "b"]), 1
        )
        files = sorted(tmp_path.iterdir())
        assert all(b"CANARY" not in file.read_bytes() for file in files)
        kept = list(Reader(next(store.blocks())))
    assert [record[0] for record in kept] == [Event.NOTE, Event.REQUEST, Event.NOTE]
    assert kept[1][-1] == 1


def test_what_lies_behind_damage_after_a_request_is_left_out() -> None:
    damaged = block(request([["Cookie", "a"]])) + b"\xc1" + b"Bearer CANARY12345"
    assert b"CANARY" not in without_secrets(damaged)


@pytest.mark.parametrize(
    "headers",
    [["Cookie", "CANARY"], {"Cookie": "CANARY"}, [["Cookie", 5, "CANARY"]], "CANARY"],
)
def test_a_request_that_cannot_be_read_is_not_kept(headers: Any) -> None:
    assert b"CANARY" not in without_secrets(block(request(headers)))
    assert b"CANARY" not in without_secrets(block(request([], "CANARY")))


def test_a_request_is_read_as_a_fact() -> None:
    found = request_of(request([["Host", "h"], ["Host", "i"]]))
    assert found is not None
    assert found.headers == (("Host", "h"), ("Host", "i"))
    assert (found.number, found.at_us, found.body) == (1, 5, b"hello")
    assert request_of([Event.REQUEST]) is None


def test_a_request_without_secrets_stays_as_it_came() -> None:
    plain = block(request([["Host", "h"]]), [Event.EXIT, 5, 1, 0])
    assert without_secrets(plain) == plain


@given(st.binary(max_size=300))
def test_blocks_without_requests_stay_as_they_came(data: bytes) -> None:
    if not any(mark in data for mark in requests.MARKS):
        assert without_secrets(data) is data


@given(st.binary(max_size=300))
def test_any_bytes_behind_a_request_are_no_trouble(data: bytes) -> None:
    cleaned = without_secrets(block(request([["Cookie", "CANARY"]])) + data)
    assert b"CANARY" not in cleaned
