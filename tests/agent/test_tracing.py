"""Which scope is reached by which call, and what the twin in it tells."""

from __future__ import annotations

import threading

import pytest

from agent.tracing import called_only
from store.abi import Event
from store.facts import Function, Refusal
from tests.agent.live import Load, attached, get, named
from tests.processes import eventually


def test_closures_of_one_literal_keep_their_own_scope(start_app, syntax):
    process, port = start_app()
    with Load(port, "/two", "/one"), attached(process.pid, syntax) as (observed, seen):
        observed.trace(named(observed.walk(), "greet"), seconds=4)
        eventually(lambda: len(seen.records(Event.EXIT)) > 4, "both run")
        assert get(port, "/one").startswith(b"one ")
        assert get(port, "/two").startswith(b"two ")


def test_waiting_for_calls_ends_when_asked(start_app, syntax):
    process, _ = start_app()
    asked = threading.Event()
    with attached(process.pid, syntax, over=asked.is_set) as (observed, _):
        wanted = named(observed.walk(), "greet")
        threading.Timer(0.2, asked.set).start()
        results = observed.trace(wanted, seconds=60)
    assert all(isinstance(one, Refusal) for one in results)


def test_a_callee_that_only_a_name_holds_is_reached_through_its_caller(
    start_app, syntax
):
    process, port = start_app()
    with Load(port, "/one"), attached(process.pid, syntax) as (observed, seen):
        found = named(observed.walk(), "greet", "plus", "double")
        results = observed.trace(found, seconds=4)
        traced = {f.ref.start: f.name for f in results if isinstance(f, Function)}
        assert set(traced.values()) == {"greet", "plus", "double"}

        def names() -> set:
            return {traced.get(r[4]) for r in seen.records(Event.ENTER)}

        eventually(lambda: names() == set(traced.values()), "all of them run")
        entered = {r[2]: r for r in seen.records(Event.ENTER)}
    inner = [r for r in entered.values() if traced[r[4]] != "greet"]
    assert all(r[6] == 0 or traced[entered[r[6]][4]] == "greet" for r in inner)
    assert any(r[6] for r in inner)


def test_causes_and_effects(start_app, syntax):
    process, port = start_app()
    with attached(process.pid, syntax) as (observed, seen):
        found = named(observed.walk(), "echo", "after")
        stop = threading.Event()

        def post() -> None:
            while not stop.is_set():
                assert get(port, "/echo", b"body") == b"body"

        poster = threading.Thread(target=post)
        poster.start()
        try:
            results = observed.trace(found, seconds=4)
            eventually(lambda: len(seen.records(Event.EXIT)) > 20, "they run")
        finally:
            stop.set()
            poster.join()
    names = {f.ref.start: (f.name, f.line) for f in results if isinstance(f, Function)}
    entered = {r[2]: r for r in seen.records(Event.ENTER)}
    handed = [r for r in seen.records(Event.HAND) if r[6]]
    assert handed
    assert all(r[8] == "req.on" for r in handed)
    caused = [r for r in entered.values() if r[7]]
    assert {names[entered[r[7]][4]][0] for r in caused} == {"echo"}
    cells = {r[1]: r for r in seen.records(Event.CELL)}
    written = {cells[r[3]][4] for r in seen.records(Event.WRITE)}
    assert "body" in written
    body = next(r[1] for r in cells.values() if r[4] == "body")
    readers = {
        names[entered[r[1]][4]][0] for r in seen.records(Event.READ) if r[3] == body
    }
    assert "after" in readers


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("f(1) + f (2)", ("f",)),
        ("f(1) + g", ("f",)),
        ("new f(1)", ()),
        ("x = f", ()),
        ("o.f + f(1)", ("f",)),
        ("f`x`", ()),
        ("'f' + f(1)", ()),
        (r"f(1) + \u0066", ()),
        ("f\n(1)", ("f",)),
        ("ff(1); $f(1); f(1)", ("f",)),
    ],
)
def test_names_that_are_only_called(text, called):
    names = tuple(name for name in ("f", "g") if name == "f" or "g" in text)
    assert called_only(names, text) == called
