"""The agent's end of the observation stream."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections import Counter

import psutil
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from agent.stream import MOST_MESSAGE, Stream
from store.abi import Event
from tests.agent.live import Seen, attached, named
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
    with dial(stream):
        with pytest.raises((InvalidStatus, OSError)):
            dial(stream)
        eventually(lambda: not accepts(stream.port), "nobody listens any more")


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


@pytest.mark.parametrize(
    "rubbish",
    [b"GET / HTTP/1.1\r\n\r\n", b"\0" * 100_000, os.urandom(50_000), b"x" * 2_000_000],
)
def test_rubbish_before_the_token_is_refused_and_others_may_come(opened, rubbish):
    stream = opened(lambda _: None)
    with socket.create_connection(("127.0.0.1", stream.port)) as rude:
        rude.settimeout(12)
        try:
            rude.sendall(rubbish)
            rude.shutdown(socket.SHUT_WR)
            while rude.recv(65536):
                pass
        except OSError:
            pass  # it has hung up
    with dial(stream) as client:
        assert client.recv(timeout=2) == b""
    assert stream.failure is None


def test_a_frame_that_is_too_large_ends_the_stream_unread(opened):
    blocks: list[bytes] = []
    stream = opened(blocks.append)
    with dial(stream) as client:
        client.recv(timeout=2)
        with contextlib.suppress(ConnectionClosed, OSError):
            client.send(b"x" * (MOST_MESSAGE + 1))
    assert stream.ended.wait(5)
    assert blocks == []


def test_one_who_says_nothing_does_not_hold_up_the_end(opened):
    stream = opened(lambda _: None)
    with socket.create_connection(("127.0.0.1", stream.port)):
        before = time.monotonic()
        stream.close()
        assert time.monotonic() - before < 5


HANDLER = """
emitter.on('eNUMBER', function handlerNUMBER(value) {
  let sum = value;
  sum += shared.a; sum += shared.b; sum += shared.c; sum += shared.d; sum += shared.e;
  sum += shared.f; sum += shared.a; sum += shared.b; sum += shared.c; sum += shared.d;
  shared.a = sum & 7; shared.b = value;
  return sum;
});
"""
FLOOD = """
'use strict';
const emitter = new (require('events'))();
const shared = { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 };
HANDLERS
setInterval(() => {
  const end = Date.now() + 15;
  while (Date.now() < end) for (let n = 0; n < 30; n += 1) emitter.emit('e' + n, n);
}, 20);
emitter.on('rare', function rare() { shared.c += 1; });
setInterval(() => emitter.emit('rare'), 500);
const server = require('http').createServer((req, res) => res.end('x'));
server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
"""


def flood() -> str:
    """Thirty functions of their own, so that each has a burst of its own."""
    made = [HANDLER.replace("NUMBER", str(number)) for number in range(30)]
    return FLOOD.replace("HANDLERS", "".join(made))


def test_a_recording_that_stands_still_costs_no_memory_and_every_run_is_counted(
    start_app, syntax
):
    process, _ = start_app(flood())
    stopped, gate = threading.Event(), threading.Event()
    gate.set()

    class Blocks(list[bytes]):
        def append(self, block: bytes) -> None:
            if not gate.is_set():
                stopped.set()
            gate.wait(30)
            super().append(block)

    slow = Seen()
    slow.blocks = Blocks()

    target, own = psutil.Process(process.pid), psutil.Process()
    with attached(process.pid, syntax, seen=slow, overhead_percent=1e6) as (it, seen):
        wanted = [f"handler{n}" for n in range(30)]
        it.trace(named(it.walk(), *wanted, "rare"), 8)
        before = target.memory_info().rss, own.memory_info().rss
        gate.clear()
        eventually(lambda: it.status().dropped > 1000, "runs are dropped", 30)
        at = target.memory_info().rss, own.memory_info().rss
        ends = time.monotonic() + 2
        while time.monotonic() < ends:
            assert it.status().alive
            time.sleep(0.2)
        after = target.memory_info().rss, own.memory_info().rss
        gate.set()
    assert stopped.is_set()
    assert after[0] - at[0] < 8e6, (before, at, after)
    assert after[1] - at[1] < 8e6
    kept = Counter(tuple(one[3:5]) for one in seen.records(Event.ENTER))
    counts = {tuple(one[1:3]): one[3:6] for one in seen.records(Event.COUNT)}
    assert len(counts) >= 10
    for where, (all_, written, dropped) in counts.items():
        assert all_ == written + dropped
        assert kept[where] == written
    assert sum(one[2] for one in counts.values()) > 1000
    # Most of what is dropped is of those that run most; what is rare is all there.
    assert min(one[2] for one in counts.values()) == 0
