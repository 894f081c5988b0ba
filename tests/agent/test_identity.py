"""Handlers that the app finds again by identity stay the app's own."""

from __future__ import annotations

import json

import pytest

from agent.identity import compared
from store.facts import Refusal
from tests.agent.live import Load, attached, get, named
from tests.processes import eventually

APP = """
'use strict';
const http = require('http');
class Bus {
  constructor() {
    this.handlers = []; this.table = new Map();
    this.members = new Set(); this.slot = {};
  }
  add(fn) {
    this.handlers.push(fn); this.table.set(fn.name, fn);
    this.members.add(fn); this.slot.current = fn;
  }
  remove(fn) { this.handlers.splice(this.handlers.indexOf(fn), 1); }
  without(fn) { return this.handlers.filter((one) => one !== fn).length; }
  knows(fn) {
    const { table, members, slot } = this;
    return [table.get(fn.name) === fn, members.has(fn), slot.current === fn];
  }
}
const bus = new Bus();
function first() { return 'first'; }
function second() { return 'second'; }
const free = [function open(req, res) { res.end('open'); }];
bus.add(first);
bus.add(second);
const server = http.createServer(function main(req, res) {
  if (req.url === '/open') return free[0](req, res);
  bus.handlers.forEach((run) => run());
  if (req.url !== '/remove') return res.end('ran');
  const told = [bus.without(first), ...bus.knows(second)];
  bus.remove(first);
  res.end(JSON.stringify([...told, bus.handlers.map((fn) => fn.name)]));
});
server.bus = bus;
server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
"""
RIGHT = [1, True, True, True, ["second"]]


@pytest.mark.parametrize("mode", ["watch", "trace"])
def test_what_the_app_removes_by_identity(node_version, start_app, syntax, mode):
    process, port = start_app(APP, node=node_version)
    results = []
    with attached(process.pid, syntax, mode=mode) as (found, seen):
        if mode == "watch":
            while not found.resting:
                results += found.watch(0.1)
        else:
            wanted = named(found.walk(), "main", "first", "second", "open")
            with Load(port, "/", "/open"):
                results += found.trace(wanted, 3)
        for _ in range(5):
            assert get(port, "/open") == b"open"
        assert json.loads(get(port, "/remove")) == RIGHT
        eventually(lambda: len(seen.records()) > 5, "runs are seen")
        assert found.status().faults == 0
    left = [one.code for one in results if isinstance(one, Refusal)]
    assert mode == "trace" or "FX110" in left


@pytest.mark.parametrize(
    ("text", "values", "holders", "lists"),
    [
        ("this.handlers.indexOf(fn)", "", "", "handlers"),
        ("list[event].includes(fn)", "", "", "list"),
        ("table.get(event).indexOf(fn)", "", "", "get table"),
        (
            "const l = this.hooks || []; l.filter((x) => x !== fn)",
            "x fn",
            "",
            "l hooks",
        ),
        ("const l = listenersOf(bus.table); l.indexOf(fn)", "", "", "l table"),
        ("const l = Object.values(app.routes); l.includes(fn)", "", "routes", "l"),
        ("if (this.current === fn) x()", "current fn", "", ""),
        ("table.get(name) === fn", "fn", "table", ""),
        ("let f = was || this.slots[key]; if (f === fn) x()", "f fn was", "slots", ""),
        ("for (const one of this.stack) if (one === fn) x()", "one fn", "stack", ""),
        ("const f = last(this.stack); if (f === fn) x()", "f fn", "stack", ""),
        ("_.pull(app.listeners, fn)", "", "", "listeners"),
        ("hooks.find(({ handler }) => handler === fn)", "handler fn", "", ""),
        ("hooks.some(isMine) || hooks.every((a) => same(a, b))", "", "", "hooks"),
    ],
)
def test_names_in_a_text(text, values, holders, lists):
    """What is looked for in a list by its properties is not compared itself."""
    names = compared(text)
    assert names.values >= set(values.split())
    assert names.holders >= set(holders.split())
    assert names.lists >= set(lists.split())


@pytest.mark.parametrize(
    "text",
    [
        "words.includes('a') || n.length === m || a === null || t === 'x'",
        "// a.indexOf(b)\n",
        "const found = this.stack.find((route) => route.name === name);",
        "stack.filter(function (layer) { return layer.match(path); })",
        "const site = callSiteLocation(stack[1]); use(site);",
    ],
)
def test_nothing_is_compared(text):
    assert not len(compared(text))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("match = layer.match(path); if (match === other) x()", "layer path"),
        ("a = await (typeof func === 't' ? func(b) : 0); if (a === c) x()", "func"),
        ("p = fn(params, missing); if (p.includes(mark)) x()", "params"),
        ("v = fn.prototype; if (v === w) x()", "prototype"),
    ],
)
def test_what_a_call_makes_is_not_what_it_was_given(text, names):
    found = compared(text)
    assert not set(names.split()) & (found.values | found.holders | found.lists)


def test_a_long_text_is_read_in_no_time():
    assert not len(compared("a.b(c)[d].e((f))" * 20_000))
    compared("x = f(g(h(" * 20_000 + "l.find((a) => " * 5_000)
