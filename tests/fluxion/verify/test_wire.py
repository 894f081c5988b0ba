"""HTTP/1.1 as bytes: nothing is folded, nothing is guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxion.verify.wire import Response, encode
from tests.fluxion.verify.seeded import asked

PLAIN = b"HTTP/1.1 200 OK\r\nX-B: 1\r\nx-a:  two \r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nX-Sum: 7\r\n\r\n"
)


def read(data: bytes, method: str = "GET", step: int = 1 << 20) -> Response:
    response = Response(method)
    for at in range(0, len(data), step):
        response.feed(data[at : at + step])
    return response


@given(step=st.integers(1, 60))
def test_the_size_of_the_pieces_does_not_matter(step):
    plain, chunked = read(PLAIN, step=step), read(CHUNKED, step=step)
    assert plain.done
    assert plain.end().headers == (
        ("X-B", "1"),
        ("x-a", "two"),
        ("Content-Length", "5"),
    )
    assert plain.end().body == b"hello"
    assert chunked.end().body == b"abcdefg"
    assert chunked.end().headers[-1] == ("trailer X-Sum", "7")


@pytest.mark.parametrize("end", range(len(PLAIN)))
def test_a_response_that_was_cut_says_so(end):
    assert read(PLAIN[:end]).end().ended == ("cut" if end else "silent")


def test_a_head_has_no_body_whatever_its_length_says():
    assert read(PLAIN.removesuffix(b"hello"), method="HEAD").done


@pytest.mark.parametrize("code", ["204 No Content", "304 Not Modified"])
def test_some_codes_have_no_body(code):
    assert read(f"HTTP/1.1 {code}\r\n\r\n".encode()).done


def test_without_a_length_the_end_of_the_connection_is_the_end():
    response = read(b"HTTP/1.1 200 OK\r\n\r\nall of it")
    assert response.end(patience_over=True).ended == "open"
    assert response.end().ended == "complete"


def test_an_interim_answer_is_not_the_answer():
    assert read(b"HTTP/1.1 100 Continue\r\n\r\n" + PLAIN).end().body == b"hello"


def test_what_comes_after_the_end_is_seen():
    assert read(PLAIN + b"more").surplus == b"more"


@given(st.binary(max_size=300))
def test_any_bytes_give_an_answer(data):
    assert read(data).end().ended in {"complete", "cut", "silent", "garbage", "open"}


def test_a_request_is_sent_as_it_was_captured():
    (request,) = asked("POST /pay?x=1 5")
    assert encode(request) == (
        b"POST /pay?x=1 HTTP/1.1\r\nHost: app.test:8080\r\nUser-Agent: seeded\r\n"
        b"Content-Length: 1\r\n\r\n5"
    )
