"""Which parameters belong to one request."""

from __future__ import annotations

import pytest

from rewriter.held import held


def asked(world, text, handed, mark="function hot", host=None):
    made = world(text)
    made.callback("/app/a.js", mark, handed=handed)
    spot = made.function("/app/a.js", host or mark)
    return held(made.program, made.recording, spot)


@pytest.mark.parametrize(
    ("text", "handed"),
    [
        ("http.createServer(function hot (a, b) {})", "http.createServer"),
        ("s.on('request', function hot (a, b) {})", "s.on"),
        ("app.get('/x', function hot (a, b, next) {})", "app.get"),
    ],
)
def test_by_where_it_was_handed_over(world, text, handed) -> None:
    assert asked(world, text, handed) == {"a", "b"}


@pytest.mark.parametrize(
    ("text", "handed"),
    [
        ("cache.get('key', function hot (a, b) {})", "cache.get"),
        ("s.on('data', function hot (a, b) {})", "s.on"),
        ("setTimeout(function hot (a, b) {})", "setTimeout"),
    ],
)
def test_other_callbacks_have_none(world, text, handed) -> None:
    assert asked(world, text, handed) == frozenset()


def test_by_what_was_seen(world) -> None:
    made = world("run(function hot (a, b, c) {})")
    ref = made.callback("/app/a.js", "function hot")
    made.shape(ref, "arg:0", "instance:IncomingMessage")
    made.shape(ref, "arg:1", "instance:ServerResponse")
    made.shape(ref, "arg:2", "instance:ServerResponse")
    made.shape(ref, "arg:2", "instance:Cache")
    spot = made.function("/app/a.js", "function hot")
    assert held(made.program, made.recording, spot) == {"a", "b"}


def test_through_a_call_that_hands_them_on(world) -> None:
    text = (
        "http.createServer(function hot (a, b) { send(1, b) });"
        "function send (x, res) {}"
    )
    assert asked(world, text, "http.createServer", host="function send") == {"res"}


def test_not_when_another_caller_gives_something_else(world) -> None:
    text = (
        "http.createServer(function hot (a, b) { send(b) });"
        "function send (res) {} function other (o) { send(o) }"
    )
    assert asked(world, text, "http.createServer", host="function send") == frozenset()
