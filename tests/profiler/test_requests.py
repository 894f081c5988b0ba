"""Requests of several isolates are one list, by time."""

from __future__ import annotations

from profiler.requests import requests_of
from profiler.streams import BITS, MOST_STREAMS, Numbers, Stream
from store.facts import CapturedRequest
from tests.profiler.telling import alone

SECOND = MOST_STREAMS << BITS


def request(number: int, at_us: int, connection: int = 1) -> CapturedRequest:
    return CapturedRequest(
        number, at_us, connection, "GET", "/", (), b"", redacted=False
    )


def test_one_isolates_requests_keep_their_numbers() -> None:
    found = {(0, 7): request(7, 50), (0, 3): request(3, 60)}
    assert [one.number for one in requests_of(found, alone())] == [3, 7]


def test_those_of_several_are_numbered_by_time() -> None:
    numbers = Numbers(
        {
            0: Stream(1, 0, (1, 5000), 5000),
            MOST_STREAMS: Stream(2, SECOND, (2, 1_005_000), 1_005_000),
        }
    )
    found = {
        (SECOND, 1): request(1, 20),
        (0, 1): request(1, 10),
        (0, 2): request(2, 2000),
    }
    moved = requests_of(found, numbers)
    assert [(one.number, one.at_us, one.process) for one in moved] == [
        (1, 10, 1),
        (2, 1020, 2),
        (3, 2000, 1),
    ]
    assert [one.connection for one in moved] == [1, 2, 1]
