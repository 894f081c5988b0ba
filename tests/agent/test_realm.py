"""The probe's realm is its own: nothing of it reaches the app, and nothing stays."""

from __future__ import annotations

import pytest

from tests.agent.live import Load, attached, get, named
from tests.processes import eventually

APP = """
'use strict';
const http = require('http');
const v8 = require('v8');
const world = globalThis;
const table = new Map();
function down(n) { return table.get('down')(n + 1) + 1; }
table.set('down', down);
function pad(n) { return n > 0 ? pad(n - 1) + 1 : table.get('down')(0); }
function fall(n) {
  try { pad(n); } catch (error) {
    const ours = error instanceof RangeError && error instanceof Object;
    return (ours ? 'ours ' : 'foreign ') + error.constructor.name;
  }
  return 'none';
}
const routes = new Map();
routes.set('/deep', (req, res) => {
  const told = new Set();
  for (let n = 0; n < 60; n += 1) told.add(fall(n));
  res.end([...told].join());
});
routes.set('/realms', (req, res) => {
  gc();
  res.end(String(v8.getHeapStatistics().number_of_native_contexts));
});
routes.set('/look', (req, res) => {
  const held = table.get('down');
  const whole = [held, held.toString].every((one) => one instanceof Function);
  res.end(String(world === globalThis && whole));
});
const server = http.createServer((req, res) => routes.get(req.url)(req, res));
server.listen(0, '127.0.0.1', () => {
  console.log('port ' + server.address().port);
});
"""
FLAGS = ("--inspect-port=0", "--expose-gc")


def watched(observed) -> None:
    while not observed.resting:
        observed.watch(0.1)


def traced(observed) -> None:
    observed.trace(named(observed.walk(), "down", "pad", "fall"), seconds=5)


@pytest.mark.parametrize("mode", ["watch", "trace"])
def test_the_error_of_a_full_stack_is_the_apps_own(
    node_version, mode, start_app, syntax
):
    process, port = start_app(APP, node=node_version, flags=FLAGS)
    assert get(port, "/deep") == b"ours RangeError"
    with attached(process.pid, syntax, mode=mode) as (observed, _):
        (watched if mode == "watch" else traced)(observed)
        answers = {get(port, "/deep") for _ in range(5)}
        assert get(port, "/look") == b"true"
    assert answers == {b"ours RangeError"}
    assert process.alive()


def test_realms_that_are_left_are_collected(node_version, start_app, syntax):
    process, port = start_app(APP, node=node_version, flags=FLAGS)
    before = get(port, "/realms")
    for _ in range(3):
        with Load(port, "/look"), attached(process.pid, syntax) as (observed, _):
            watched(observed)
    eventually(lambda: get(port, "/realms") == before, "the app's is the only one", 15)
