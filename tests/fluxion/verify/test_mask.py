"""Noise is what two runs of the original disagree about, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxion.verify.mask import (
    Difference,
    Mask,
    Noise,
    compare,
    learn,
    text_difference,
    text_gaps,
)
from fluxion.verify.wire import Answer


def answer(body: bytes = b"", status: str = "HTTP/1.1 200 OK", **headers: str):
    return Answer(status, tuple(headers.items()), body, "complete")


def same(one: bytes, two: bytes, got: bytes) -> bool:
    return text_difference(one, got, text_gaps(one, two)) is None


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_without_noise_only_the_same_is_the_same(one, got):
    assert same(one, one, got) == (one == got)


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_what_the_original_answered_is_the_same(one, two):
    assert same(one, two, one)
    assert same(one, two, two)


@pytest.mark.parametrize(
    ("one", "two", "got", "is_same"),
    [
        (b"id 17 ok", b"id 94 ok", b"id 523 ok", True),
        (b"id 17 ok", b"id 94 ok", b"id undefined ok", False),
        (b"id 17 ok", b"id 94 ok", b"id x9 ok", False),
        (b"id 17 ok", b"id 94 ok", b"id 17 no", False),
        (b'{"id":"9f3a"}', b'{"id":"0c41"}', b'{"id":"77"}', True),
        (b'{"id":"9f3a"}', b'{"id":"0c41"}', b'{"id":null}', False),
        (b"at 2026-11-21T22:00:01.123Z.", b"at 2026-11-21T22:00:02.456Z.",
         b"at 2027-01-01T00:00:00.000Z.", True),
        (b"at 2026-11-21T22:00:01.123Z.", b"at 2026-11-21T22:00:02.456Z.",
         b"at 1795298402456.", False),
        (b"one 1 two", b"one 2 two", b"one 3", False),
        (b"one 1 two", b"one 2 two", b"one 3 two two", False),
        (b"one 1 two", b"one 2 two", b"", False),
    ],
)  # fmt: skip
def test_a_gap_takes_only_its_kind(one, two, got, is_same):
    assert same(one, two, got) is is_same


def test_a_header_is_noise_when_its_value_differed():
    first, second = answer(Date="1", X="a"), answer(Date="2", X="a")
    mask = learn(first, second)
    assert isinstance(mask, Mask)
    assert mask.headers == {"date"}
    assert compare(first, answer(Date="3", X="a"), mask, Noise()) is None
    assert compare(first, answer(Date="3", X="b"), mask, Noise()) == Difference(
        "header X", "a", "b"
    )


@pytest.mark.parametrize(
    ("got", "where"),
    [
        (answer(b"x", status="HTTP/1.1 201 Created", A="1", B="2"), "status"),
        (answer(b"x", B="2", A="1"), "header names"),
        (answer(b"x", a="1", B="2"), "header names"),
        (answer(b"x", A="1"), "header names"),
        (answer(b"y", A="1", B="2"), "body byte 0"),
    ],
)
def test_the_first_difference_is_named(got, where):
    first = answer(b"x", A="1", B="2")
    found = compare(first, got, Mask(), Noise())
    assert found is not None
    assert found.where == where


def test_big_bodies_are_compared_quickly():
    big = b"".join(b"row %d; " % i for i in range(30_000))
    assert same(big, big.replace(b"row 9;", b"row 8;"), big)
    assert not same(big, big, big[:-1])
