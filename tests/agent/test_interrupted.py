"""A command interrupts the app, also in the middle of one of its regular expressions.

V8 runs all of them on one stack. One that is run by a command, on top of another, may
move that stack or free it: Node 20 to 26 die of it (SIGSEGV, SIGABRT). So what a
command does must need none, ours or Node's.
"""

from __future__ import annotations

import json

import pytest

from agent.arrival import stays_in
from agent.control import Control
from agent.inspector import CLOSE_INSPECTOR, open_inspector
from agent.installed import Probe
from agent.leaving import remove_old
from agent.target import by_pid
from tests.agent.live import ANY_PORT, Load, attached, get, named
from tests.conftest import SOAK
from tests.processes import eventually

SPINS = """
'use strict';
// Whatever runs a regular expression while `spin` runs is not this app.
const http = require('http');
const vm = require('vm');
const met = new Map();
let spinning = false;
function listen(prototype, realm) {
  const { exec } = prototype;
  prototype.exec = function (text) {
    if (spinning) {
      spinning = false;
      const key = `${realm} ${this.source}`;
      met.set(key, met.has(key) ? met.get(key) : new Error('met').stack);
      spinning = true;
    } else others += 1;
    return Reflect.apply(exec, this, [text]);
  };
}
let others = 0;
listen(RegExp.prototype, 'app');
const { createContext } = vm;
vm.createContext = (...given) => {
  const realm = createContext(...given);
  listen(vm.runInContext('RegExp.prototype', realm), 'probe');
  return realm;
};
function spin(ms) {
  const ends = Date.now() + ms;
  spinning = true;
  while (Date.now() < ends);
  spinning = false;
}
setInterval(() => spin(15), 1);
const tables = { 'sk-abcdefghijklmnop0123': [] };
function deep(n) { spin(5); return n > 0 ? deep(n - 1) : 0; }
const routes = new Map();
routes.set('/spin', function handler(req, res) {
  const key = req.headers['x-name'] || 'none';
  tables['sk-abcdefghijklmnop0123'].push(deep);
  spin(20);
  setImmediate(function later() { deep(2); res.end(key); });
});
routes.set('/met', (req, res) => res.end(JSON.stringify([others, [...met]])));
const server = http.createServer((req, res) => {
  routes.get(req.url.split('?')[0])(req, res);
});
server.listen(0, '127.0.0.1', () => {
  console.log('port ' + server.address().port);
});
"""

MATCHES = """
'use strict';
const http = require('http');
const long = 'a'.repeat(600);
let found = 0;
// Backtracking makes the stack of them grow; the short ones find it so.
function match(ms) {
  const ends = Date.now() + ms;
  while (Date.now() < ends) {
    if (/^(?:a|b)*c/.test(long)) found += 1;
    for (let i = 0; i < 300; i += 1) {
      if (/[^\\t\\x20-\\x7e\\x80-\\xff]/.test('Origin, Accept')) found += 1;
      if (/^[!a-z]+$/.test('Origin') || /(a|b)c/.test('xx')) found += 1;
    }
  }
  return found;
}
const handlers = new Map();
for (let i = 0; i < 400; i += 1) {
  const key = `a-name-of-a-route-${i}/${'long'.repeat(20)}`;
  handlers.set(key, function handler(req, res) {
    match(3);
    setImmediate(function later() { res.end(String(match(2))); });
  });
}
const [...list] = handlers.values();
let turn = 0;
const server = http.createServer((req, res) => {
  list[(turn += 1) % list.length](req, res);
});
server.listen(0, '127.0.0.1', () => {
  console.log('port ' + server.address().port);
});
"""


def met(port: int) -> tuple[int, dict[str, str]]:
    """How many ran elsewhere; those that ran on top of the app's code, and where."""
    others, found = json.loads(get(port, "/met"))
    return others, dict(found)


@pytest.mark.parametrize(
    ("mode", "flags"),
    [
        ("watch", ANY_PORT),
        ("trace", ANY_PORT),
        ("trace", (*ANY_PORT, "--disallow-code-generation-from-strings")),
    ],
    ids=["watch", "trace", "no code from strings"],
)
def test_no_command_runs_a_regular_expression(
    mode, flags, node_version, start_app, syntax, tmp_path
):
    process, port = start_app(SPINS, node=node_version, flags=flags)
    asked: list[str] = []
    with (
        Load(port, "/spin?a=b"),
        attached(
            process.pid, syntax, mode=mode, at_once=True, on_audit=asked.append
        ) as (observed, seen),
    ):
        while not observed.resting:
            observed.watch(0.1)
        observed.settle(yields_port=False)
        observed.stall()
        observed.capture_requests(5)
        if mode == "trace":
            observed.start_profile()
            app = named(observed.walk(), "handler", "later", "deep")
            assert observed.trace(app, seconds=5)
            observed.stop_profile()
        eventually(lambda: observed.status().events > 20 and seen.blocks, "runs seen")
        assert observed.process.argv[1:] == (str(tmp_path / "app.js"),)
    others, found = met(port)
    print(
        f"{mode}: {len(asked)} kinds of commands, {others} elsewhere, {len(found)} met"
    )
    assert len(asked) > 10
    assert others > 100, "redacting takes them, at the end of a callback"
    assert found == {}


def test_neither_do_the_ways_out(start_app, syntax):
    process, port = start_app(SPINS)
    with Load(port, "/spin"), attached(process.pid, syntax) as (observed, _):
        control = observed._control
        assert isinstance(control, Control)
        eventually(lambda: "spin" in stays_in(control), "seen spinning")
        remove_old(control, replace=True)
        Probe(control).abandon("it is over")
    endpoint = open_inspector(by_pid(process.pid))
    with Load(port, "/spin"), Control(endpoint.url) as own:
        eventually(lambda: "spin" in stays_in(own), "seen spinning again")
        own.tell(CLOSE_INSPECTOR)
    assert met(port)[1] == {}


def test_this_app_would_tell(start_app, syntax):
    process, port = start_app(SPINS)
    with Load(port, "/spin"), attached(process.pid, syntax) as (observed, _):
        control = observed._control

        def told() -> bool:
            control.evaluate("/told/.test('x')")
            return "app told" in met(port)[1]

        eventually(told, "a command ran one while it was spinning")


@pytest.mark.parametrize("rounds", [pytest.param(10 if SOAK else 2)])
def test_an_app_full_of_them_lives(rounds, node_version, start_app, syntax):
    """Of 25 recordings of it 9 ended with a dead target, Node 20 and 26, before."""
    process, port = start_app(MATCHES, node=node_version)
    for _ in range(rounds):
        with (
            Load(port, "/"),
            attached(process.pid, syntax, mode="trace", overhead_percent=5) as (one, _),
        ):
            while not one.resting:
                one.watch(0.1)
            walked = one.walk()
            one.trace(named(walked, "handler", "later", "match")[:20], seconds=2)
        assert process.alive()
        assert get(port, "/").isdigit()
    assert len(walked) > 400
