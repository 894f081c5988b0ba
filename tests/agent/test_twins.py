"""Twins of every kind of function, in every kind of place."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from agent.found import Found
from agent.twins import (
    Wanted,
    arguments,
    called_only,
    callees_first,
    placed,
    shown_url,
    swapped,
)
from store.abi import Event
from store.facts import Function, FunctionRef, FunctionSource, Refusal, Rewrite
from tests.agent.live import Load, attached, get, named, rewriter
from tests.processes import eventually

KINDS = (Path(__file__).parent / "kinds.js").read_text("utf-8")

NAMES = [
    "helper", "arrow", "greet", "size", "get size", "first", "second", "item", "entry",
    "target", "Maker", "twice", "listener", "job", "walk", "ice", "guard", "evals",
    "fail", "tick",
]  # fmt: skip


def test_every_kind_answers_the_same(node_version, start_app, syntax):
    process, port = start_app(KINDS, node=node_version)
    eventually(lambda: json.loads(get(port, "/3"))["when"], "the timer ticks")
    before = json.loads(get(port, "/3"))
    with Load(port, "/3") as load, attached(process.pid, syntax) as (observed, seen):
        found = observed.walk()
        wanted = named(found, *NAMES)
        assert {one.name for one in wanted} >= set(NAMES) - {"size", "get size"}
        results = observed.trace(wanted, seconds=6)
        observed.status()
        traced = {one.name for one in results if isinstance(one, Function)}
        during = json.loads(get(port, "/3"))
        starts = {
            (f.ref.script, f.ref.start): f.name
            for f in results
            if isinstance(f, Function)
        }
        eventually(
            lambda: (
                traced <= {starts.get((r[3], r[4])) for r in seen.records(Event.ENTER)}
            ),
            f"every one of {traced} is entered",
        )
        assert observed.status().faults == 0
        answers = {json.dumps(json.loads(a), sort_keys=True) for a in load.answers}
        assert get(port, "/99") == b"0"
    assert during == before
    assert answers == {json.dumps(before, sort_keys=True)}
    untraced = set(NAMES) - traced - {"size", "get size"}
    refused = {
        one.evidence[0].split()[0] for one in results if isinstance(one, Refusal)
    }
    assert untraced <= refused, (
        untraced,
        [r for r in results if isinstance(r, Refusal)],
    )
    assert untraced <= {"ice", "Maker"}, untraced
    after = json.loads(get(port, "/3"))
    gone = {"log": 0, "names": 0}  # the listener was taken off above
    assert {**after, **gone} == {**before, **gone}


def test_a_twin_that_does_not_compile_is_refused_once_and_its_caller_stays(
    start_app, syntax
):
    """`greet` calls `plus`, whose twin cannot be made; so it calls the original."""
    process, port = start_app()
    right = rewriter(syntax)

    def broken(source: FunctionSource) -> Rewrite | Refusal:
        answer = right(source)
        if isinstance(answer, Rewrite) and answer.functions[0].name == "plus":
            return replace(answer, text=f"{answer.text} no JavaScript")
        return answer

    told: list[str] = []
    with (
        Load(port, "/one", "/two") as load,
        attached(process.pid, rewrite=broken, on_audit=told.append) as (observed, seen),
    ):
        found = named(observed.walk(), "greet", "plus")
        results = observed.trace(found, seconds=4)
        eventually(lambda: len(seen.records(Event.EXIT)) > 4, "greet runs")
        assert not load.failures
        assert all(one.endswith(b" 8") for one in load.answers)
    refused = [one for one in results if isinstance(one, Refusal)]
    assert [one.code for one in refused] == ["FX105"]
    assert "plus" in refused[0].evidence[0]
    assert {one.name for one in results if isinstance(one, Function)} == {"greet"}
    swaps = [line for line in told if line.startswith("twin swapped")]
    assert {line.split()[2] for line in swaps} == {"greet"}


def test_an_error_in_a_twin_shows_the_place_of_its_original(start_app, syntax):
    text = """
'use strict';
const http = require('http');

const api = { where(req, res) { res.end(new Error('here').stack.split('\\n')[1]); } };
const server = http.createServer((req, res) => api.where(req, res));
server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
"""
    process, port = start_app(text)
    before = get(port, "/")
    with Load(port, "/"), attached(process.pid, syntax) as (observed, _):
        results = observed.trace(named(observed.walk(), "where"), seconds=4)
        assert [one.name for one in results if isinstance(one, Function)] == ["where"]
        during = get(port, "/")
    assert b"app.js:5:" in before
    assert during.split(b":")[-2] == before.split(b":")[-2]
    assert b"app.js" in during
    assert get(port, "/") == before


def test_callees_come_before_their_callers_and_cycles_end():
    ready = {
        1: wanted(1, {"b": 2}),
        2: wanted(2, {"c": 3, "a": 1}),
        3: wanted(3, {"self": 3, "far": 99}),
    }
    assert callees_first(ready) == [3, 2, 1]


def test_a_twin_is_told_only_of_callees_that_have_one():
    one = wanted(1, {"self": 1, "there": 2, "not": 3})
    number, text, hoisted, others, literal = arguments(one, {1, 2})
    assert (number, hoisted, others, literal) == (1, ("x",), [["there", 2]], [7, 10])
    assert text == placed(one)


def test_a_twin_stands_at_the_place_of_its_literal():
    text = placed(wanted(1, {}))
    lines = text.split("\n")
    assert lines[2] == "   (twin)"
    assert lines[3] == "//# sourceURL=/app/a.js"
    assert lines[:2] == ["(()=>{", "}),"], "where breakpoints of earlier lines end up"
    far = wanted(1, {}, column=60_000)
    assert placed(far).split("\n")[2] == "(twin)", "no pad as long as a minified file"


def test_the_url_that_stacks_show():
    assert shown_url("file:///app/a.js") == "/app/a.js"
    assert shown_url("file:///my%20app/a.js") == "file:///my%20app/a.js"
    assert shown_url("node:fs") == "node:fs"
    assert shown_url("") == ""


def test_the_audit_names_a_twin_in_one_short_line():
    line = swapped(replace(wanted(1, {}).found, name="x" * 5_000))
    assert line == f"twin swapped: {'x' * 80} (script 7 offset 10), 2 slots"


def wanted(number: int, callees: dict[str, int], column: int = 5) -> Wanted:
    """One whose literal begins at line 3 of /app/a.js, in this column."""
    found = Found(
        number, 7, 10, 2, column - 1, "f", 1, "module", ("property", "entry"), "", True,
        False,
    )  # fmt: skip
    literal = Function(FunctionRef(7, 10), 20, "f", 3, column)
    rewrite = Rewrite("twin", ("x",), (literal,))
    return Wanted(found, rewrite, "file:///app/a.js", (), callees)


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
