"""Secrets are taken out, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.facts import CapturedRequest
from store.redact import (
    MARK,
    is_secret_name,
    is_suspect,
    redact_bytes,
    redact_key,
    redact_message,
    redact_request,
    redact_text,
    redact_words,
)

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"


def request(
    headers: tuple[tuple[str, str], ...] = (), path: str = "/", body: bytes = b""
) -> CapturedRequest:
    return CapturedRequest(1, 0, 1, "POST", path, headers, body, redacted=False)


@pytest.mark.parametrize(
    "name",
    ["Authorization", "cookie", "Set-Cookie", "X-Api-Key", "x_api_key", "accessToken"],
)
def test_headers_with_a_secret_name_lose_their_value(name: str) -> None:
    found = redact_request(request(headers=((name, "CANARY"), ("Accept", "*/*"))))
    assert found.headers == ((name, MARK), ("Accept", "*/*"))
    assert found.redacted


@pytest.mark.parametrize(
    "secret",
    [
        "Bearer abcdef0123456789",
        JWT,
        "AKIAIOSFODNN7EXAMPLE",
        "4111 1111 1111 1111",
        "5500-0000-0000-0004",
        "378282246310005",
    ],
)
def test_values_are_known_by_their_look(secret: str) -> None:
    assert secret not in redact_text(f"before {secret} after")
    found = redact_request(request(body=f'{{"note": "{secret}"}}'.encode()))
    assert secret.encode() not in found.body
    assert found.redacted


@pytest.mark.parametrize(
    "plain",
    [
        "4111 1111 1111 1112",  # fails Luhn's check
        "9780201379624",  # a book's number
        "1234567890123456",
        "1760000000123456789",
        "0000000000000000",
        "tokenise=1&author=me",
        '{"width": 640, "text": "keyboard"}',
        "/users/12345678901234/posts",
    ],
)
def test_ordinary_values_stay(plain: str) -> None:
    assert redact_text(plain) == plain
    assert not redact_request(request(body=plain.encode())).redacted


def test_query_and_form_fields_lose_their_value() -> None:
    found = redact_request(
        request(path="/in?user=me&token=CANARY&x=1", body=b"password=CANARY&b=2")
    )
    assert found.path == f"/in?user=me&token={MARK}&x=1"
    assert found.body == b"password=" + MARK.encode() + b"&b=2"


def test_json_fields_lose_their_value() -> None:
    body = rb'{"user": "me", "pass\u0077ord": "a\"CANARY", "pin" : 1234, "n": 5}'
    body = body.replace(rb"\u0077", b"w")
    cleaned = redact_bytes(body)
    assert b"CANARY" not in cleaned
    assert b"1234" not in cleaned
    assert b'"n": 5' in cleaned


def test_a_request_redacted_by_the_probe_stays_marked() -> None:
    marked = CapturedRequest(1, 0, 1, "GET", "/", (), b"", redacted=True)
    assert redact_request(marked).redacted


@given(st.binary(max_size=2000))
def test_redacting_twice_changes_nothing_more(data: bytes) -> None:
    once = redact_bytes(data)
    assert redact_bytes(once) == once


@given(st.text("0123456789 -", max_size=60))
def test_digits_are_read_without_harm(text: str) -> None:
    cleaned = redact_text(text)
    assert cleaned == text or MARK in cleaned


def test_names_are_compared_without_case_and_punctuation() -> None:
    assert is_secret_name("X-API_key")
    assert not is_secret_name("X-Api-Keyboard")


KEYS = [
    "ghp_" + "a1B2c3D4e5" * 3,
    "user@example.com",
    "0123456789abcdef0123456789abcdef",
    "123e4567-e89b-42d3-a456-426614174000",
    "4111 1111 1111 1111",
    "Zk3vB9xQ1mT7pL2wR8yN4cD6fG5hJ0sA",
]
NAMES = [
    "handleUserAuthenticationRequestCallback",
    "convertUtf8ToUtf16WithSurrogatePairs",
    "password",
    "node_modules/.pnpm/express",
    "x-session",
    "",
]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_that_is_a_datum_is_folded(key: str) -> None:
    assert redact_key(key) == "*"
    assert redact_key(f"key {key}") == "*"


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_somebody_wrote_stays(name: str) -> None:
    assert redact_key(name) == name


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("password=hunter2 in it", "password=[redacted] in it"),
        ('{"apiToken": "x y", "n": 1}', '{"apiToken": [redacted], "n": 1}'),
        ("--db-password 'a b'", "--db-password 'a b'"),
        ("at f (file:///a.js?token=x:1:2)", "at f (file:///a.js?token=[redacted]:1:2)"),
        ("at f (file:///a.js%3Ftoken=x:1:2)", None),
        ("postgres://me:pass@db/x", "postgres://[redacted]@db/x"),
        ("Bearer abcdefgh rest", "[redacted] rest"),
        ("the token ran out: 3 left", "the token ran out: 3 left"),
    ],
)
def test_messages(said: str, kept: str | None) -> None:
    clean = redact_message(said)
    assert clean == (said.replace("=x", "=[redacted]") if kept is None else kept)
    assert redact_message(clean) == clean


def test_words_of_a_command_line() -> None:
    words = ("node", "--token", "abc", "--password=x", "--port", "80", "-p", "y")
    clean = ("node", "--token", MARK, f"--password={MARK}", "--port", "80", "-p", "y")
    assert redact_words(words) == redact_words(clean) == clean


def test_what_is_redacted_was_suspect() -> None:
    for key in (*KEYS, "file:///a.js?token=x", "Bearer abcdefgh", "a://b:c@d"):
        assert is_suspect(b"\xda\x00\x40" + key.encode())
