"""The agent's end of the observation stream."""

from __future__ import annotations

import time

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from agent.stream import Stream
from tests.processes import accepts, eventually


@pytest.fixture
def opened():
    streams = []

    def make(*takers):
        streams.append(Stream(*takers))
        return streams[-1]

    yield make
    for stream in streams:
        stream.close()


def dial(stream: Stream, token: str | None = None, **headers: str):
    url = f"ws://127.0.0.1:{stream.port}/{stream.token if token is None else token}"
    return connect(url, proxy=None, additional_headers=headers)


def test_blocks_and_texts_arrive_in_order(opened):
    blocks: list[bytes] = []
    texts: list[str] = []
    stream = opened(blocks.append, texts.append)
    with dial(stream) as client:
        for number in range(100):
            client.send(bytes([number]))
        client.send("text")
        assert client.recv(timeout=2) == b""
    assert stream.ended.wait(2)
    assert blocks == [bytes([number]) for number in range(100)]
    assert texts == ["text"]


def test_only_the_token_only_once_and_no_browser(opened):
    stream = opened(lambda _: None)
    for token, headers in (("x", {}), (None, {"Origin": "http://evil.example"})):
        with pytest.raises(InvalidStatus):
            dial(stream, token, **headers)
    with dial(stream), pytest.raises(InvalidStatus):
        dial(stream)


def test_what_the_recording_raises_is_kept(opened):
    def full(_: bytes) -> None:
        raise OSError("disk full")

    stream = opened(full)
    with dial(stream) as client:
        client.send(b"x")
        assert stream.ended.wait(2)
    assert str(stream.failure) == "disk full"


def test_signs_of_life_come_each_second(opened):
    stream = opened(lambda _: None)
    with dial(stream) as client:
        client.recv(timeout=1)
        before = time.monotonic()
        client.recv(timeout=3)
        assert time.monotonic() - before < 2


def test_it_listens_on_loopback_and_stops(opened):
    stream = opened(lambda _: None)
    assert accepts(stream.port)
    stream.close()
    eventually(lambda: not accepts(stream.port), "nobody listens")
