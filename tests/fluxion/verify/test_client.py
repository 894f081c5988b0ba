"""Real connections: what is kept alive, what is lost, what is too much."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from fluxion.verify.client import Job, Line
from tests.fluxion.verify.seeded import asked
from tests.processes import unused_port

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
CLOSING = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"


def talk(answers: list[bytes], lines: list[str], *, hang_up: bool = False):
    """Ask a server that gives these answers, one for each request."""

    async def play():
        left = list(answers)

        async def serve(reader, writer):
            with contextlib.suppress(asyncio.IncompleteReadError, OSError):
                while left:
                    await reader.readuntil(b"\r\n\r\n")
                    writer.write(left.pop(0))
                    await writer.drain()
                    if hang_up:
                        break
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        line, found = Line(port), []
        for number, request in enumerate(asked(*lines)):
            exchange = await line.begin(Job(number, request, 0))
            for _ in range(100):
                if exchange.over:
                    break
                await exchange.news(0.05)
            await asyncio.sleep(0.02)
            found.append((exchange.key, exchange.answer()))
        await line.close()
        server.close()
        await server.wait_closed()
        return found

    return asyncio.run(play())


def test_a_connection_is_kept_and_requests_on_it_are_counted():
    (one, first), (two, second) = talk([OK, OK], ["GET /a", "GET /b"])
    assert one[0] == two[0]
    assert (one[1], two[1]) == (0, 1)
    assert first.body == second.body == b"ok"
    assert first.latency_ms > 0


def test_a_closed_connection_is_opened_again():
    (one, _), (two, answer) = talk([CLOSING, OK], ["GET /a", "GET /b"])
    assert one[0] != two[0]
    assert answer.ended == "complete"


@pytest.mark.parametrize(
    ("bytes_", "ended"),
    [
        (OK[:-1], "cut"),
        (OK + b"!", "garbage"),
        (b"hello?\r\n\r\n", "garbage"),
        (b"", "silent"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said(bytes_, ended):
    ((_, answer),) = talk([bytes_], ["GET /a"], hang_up=True)
    assert answer.ended == ended


def test_a_server_that_is_not_there_gives_no_answer():
    async def play():
        exchange = await Line(unused_port()).begin(Job(0, asked("GET /")[0], 0))
        return exchange.over, exchange.answer()

    over, answer = asyncio.run(play())
    assert over
    assert answer.ended == "silent"
