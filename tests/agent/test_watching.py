"""Watching callbacks: seen at once, counted exactly, invisible, and gone afterwards."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

import pytest

from agent.attach import attach
from agent.cdp import evaluated
from agent.control import Control
from agent.inspector import open_inspector
from agent.observation import AttachOptions
from agent.target import by_pid, resolve
from store.abi import Event
from store.facts import Function
from tests.agent.live import Load, Seen, attached, functions, get, refuse
from tests.agent.proxy import Proxy
from tests.conftest import ROOT
from tests.processes import eventually

PACKAGES = ROOT / "tests/apps/node_modules"

PLAIN = """
'use strict';
const http = require('http');
const { EventEmitter } = require('events');
const bus = new EventEmitter();
let ticks = 0;
let gone = 0;
bus.on('tick', function onTick() { ticks += 1; });
bus.once('first', function onFirst() { gone += 1; });
bus.on('first', function stays() {});
const frozen = Object.freeze({ run: function frozenRun() { return 1; } });
const table = new Map([['/map', function mapped(req, res) { res.end('mapped'); }]]);
const members = new Set([function member() {}]);
class Service {
  #secret = 'secret';
  constructor() { this.answer = this.answer.bind(this); }
  answer(req, res) { res.end(this.#secret); }
}
const service = new Service();
const routes = { '/service': service.answer, table, frozen, members };
function* generate() { yield 1; }
const lists = [async function asynchronous() { await null; return 1; }, generate];
const state = () => JSON.stringify([
  bus.listenerCount('tick'), bus.listeners('tick').map((one) => one.name),
  bus.listenerCount('first'), gone, lists.map((one) => one.name + one.length),
]);
process.on('SIGUSR2', function onSignal() {
  const [listener] = bus.listeners('tick');
  bus.removeListener('tick', listener);
  bus.emit('first');
  console.log('now ' + state());
});
setInterval(function every() { bus.emit('tick'); lists[0](); }, 20);
const server = http.createServer(function main(req, res) {
  if (req.url === '/state') return res.end(state());
  if (req.url === '/throw') {
    try { JSON.parse('{'); } catch (error) {
      return res.end(error.stack.split('\\n')[1]);
    }
  }
  const found = table.get(req.url) || routes[req.url];
  if (typeof found === 'function') return found(req, res);
  res.end('none');
});
server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
"""

EXPRESS = """
'use strict';
const express = require(process.argv[2]);
const app = express();
app.use(function first(req, res, next) { req.mine = 1; next(); });
const router = express.Router();
router.get('/item/:id', function item(req, res) { res.send('item ' + req.params.id); });
app.use('/api', router);
app.get('/', function home(req, res) { res.send('home ' + req.mine); });
app.use(function failed(error, req, res, next) { res.status(500).send('failed'); });
const server = app.listen(0, '127.0.0.1', () =>
  console.log('port ' + server.address().port));
"""
KOA = """
'use strict';
const Koa = require(process.argv[2]);
const app = new Koa();
app.use(async function timing(ctx, next) { await next(); ctx.set('x-time', '1'); });
app.use(async function home(ctx) { ctx.body = 'home'; });
const server = app.listen(0, '127.0.0.1', () =>
  console.log('port ' + server.address().port));
"""
FASTIFY = """
'use strict';
const fastify = require(process.argv[2])();
fastify.addHook('onRequest', async function early(request) { request.mine = 1; });
fastify.get('/', async function home(request) { return { hello: 'world' }; });
fastify.listen({ port: 0, host: '127.0.0.1' }).then(() =>
  console.log('port ' + fastify.server.address().port));
"""

CONNECT = """
'use strict';
const app = require(process.argv[2])();
app.use(function first(req, res, next) { req.mine = 1; next(); });
app.use(function home(req, res) { res.end('home ' + req.mine); });
const server = require('http').createServer(app).listen(0, '127.0.0.1', () =>
  console.log('port ' + server.address().port));
"""


@contextlib.contextmanager
def watched(pid: int, syntax, names: AbstractSet[str] = frozenset()) -> Iterator[tuple]:
    """Watch until the walk has seen everything once, or these functions."""
    with attached(pid, syntax, mode="watch") as (found, seen):
        literals: list[Function] = []
        # After its first second a walk takes 0.5 % of the time: minutes for the rest.
        while not found.resting:
            literals += functions(found.watch(0.1))
            if names and names <= {one.name for one in literals}:
                break
        yield found, seen, {one.name: one for one in literals}


def ran(seen: Seen, literal: Function) -> list[list]:
    ref = [literal.ref.script, literal.ref.start]
    return [r for r in seen.records(Event.ENTER) if r[3:5] == ref]


def test_every_kind_of_place_is_seen_and_nothing_is_different(
    node_version, start_app, syntax
):
    process, port = start_app(PLAIN, node=node_version)
    paths = ("/state", "/map", "/service", "/throw", "/none")
    before = [get(port, path) for path in paths]
    with watched(process.pid, syntax) as (found, seen, literals):
        expected = {"main", "onTick", "every", "mapped", "answer", "onSignal"}
        assert expected | {"asynchronous", "generate"} <= set(literals)
        # From Node 24 on what stands for a `once` listener is a closure of Node's.
        assert ("onFirst" in literals) == (
            int(found.process.node.lstrip("v").split(".")[0]) < 24
        )
        assert not {"frozenRun", "member"} & set(literals), "left alone"
        assert [get(port, path) for path in paths] == before
        called = [literals[name] for name in expected - {"onSignal"}]
        eventually(lambda: all(ran(seen, one) for one in called), "all ran")
        assert found.status().faults == 0
        assert found._watching.left.keys() == {
            "a Set, whose members are removed by what they are",
            "a frozen object",
        }
        os.kill(process.pid, signal.SIGUSR2)
        told = process.wait_for_line("now (.*)")[1]
        assert told == '[0,[],1,1,["asynchronous0","generate0"]]'
    assert [get(port, path) for path in paths[1:]] == before[1:]


@pytest.mark.parametrize(
    ("text", "package", "names", "path"),
    [
        (EXPRESS, "express5", {"first", "home", "item", "failed"}, "/api/item/7"),
        (EXPRESS, "express", {"first", "home", "item", "failed"}, "/api/item/7"),
        (KOA, "koa", {"timing", "home"}, "/"),
        (FASTIFY, "fastify", {"early", "home"}, "/"),
        (CONNECT, "connect", {"first", "home"}, "/"),
    ],
    ids=["express5", "express4", "koa", "fastify", "connect"],
)
def test_servers_under_load(
    node_version, start_app, syntax, text, package, names, path
):
    process, port = start_app(
        text.replace("process.argv[2]", repr(str(PACKAGES / package))),
        node=node_version,
    )
    before = {one: get(port, one) for one in ("/", path)}
    with Load(port, *before) as load:
        with watched(process.pid, syntax, names) as (found, seen, literals):
            assert names <= set(literals)
            eventually(lambda: len(ran(seen, literals["home"])) > 5, "home is seen")
            status = found.status()
        many = len(load.answers)
        eventually(lambda: len(load.answers) > many + 5, "it serves on")
    assert load.failures == []
    assert set(load.answers) == set(before.values())
    assert (status.faults, status.dropped) == (0, 0)
    ends = seen.records(Event.EXIT)
    starts = seen.records(Event.ENTER)
    assert {r[2] for r in ends} <= {r[2] for r in starts}
    counts = {tuple(r[1:3]): r[3:] for r in seen.records(Event.COUNT)}
    for literal in literals.values():
        key = (literal.ref.script, literal.ref.start)
        if key in counts:
            observed, kept, dropped, *_ = counts[key]
            assert observed == kept + dropped
            assert len(ran(seen, literal)) == kept


def test_a_stand_in_is_like_its_original_in_every_use(node_version):
    script = ROOT / "tests/agent/stand_ins.js"
    done = subprocess.run(
        [str(node_version), str(script)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert json.loads(done.stdout) == []


def test_a_handler_that_is_registered_later_is_seen_in_the_next_round(
    start_app, syntax
):
    text = PLAIN.replace(
        "setInterval(",
        "process.on('SIGWINCH', () => { bus.on('tick', function late() {}); "
        "console.log('added'); });\nsetInterval(",
    )
    process, _ = start_app(text)
    with watched(process.pid, syntax) as (found, seen, literals):
        assert "late" not in literals
        os.kill(process.pid, signal.SIGWINCH)
        process.wait_for_line("added")
        found._watching._round.next_at = 0.0
        more: list[Function] = []
        eventually(
            lambda: "late" in {one.name for one in more + extend(more, found)}, "seen"
        )
        [late] = [one for one in more if one.name == "late"]
        eventually(lambda: ran(seen, late), "it ran")


def test_a_round_that_is_given_up_loses_no_function(start_app, syntax):
    process, _ = start_app(PLAIN)
    with attached(process.pid, syntax, mode="watch") as (found, seen):
        probe = found._probe
        probe.later("watch.round")
        fresh: list[int] = []
        while not fresh:
            told = probe.later("watch.step", 8, 40)
            fresh = [one["id"] for one in told["fresh"] if one["name"] == "onTick"]
        probe.later("watch.round")
        assert probe.later("watch.wrap", [[fresh[0], 1, 0]]) == [[fresh[0], 0]]
        literals: list[Function] = []
        while not found.resting:
            literals += functions(found.watch(0.1))
        [tick] = [one for one in literals if one.name == "onTick"]
        eventually(lambda: ran(seen, tick), "it ran")


def test_the_stand_in_of_a_sloppy_function_is_a_plain_function(start_app, syntax):
    """The bundle must not be strict as a whole: then it would be a slow Proxy."""
    text = PLAIN.replace("'use strict';", "").replace(
        "setInterval(",
        "process.on('SIGWINCH', () => console.log('kinds', "
        "bus.rawListeners('tick').map((one) => "
        "[require('util').types.isProxy(one), Object.hasOwn(one, 'caller')])"
        "));\nsetInterval(",
    )
    process, _ = start_app(text)
    with watched(process.pid, syntax) as (_, seen, literals):
        eventually(lambda: ran(seen, literals["onTick"]), "it ran")
        os.kill(process.pid, signal.SIGWINCH)
        told = process.wait_for_line("kinds.*")
    assert told.group() == "kinds [ [ false, true ] ]"


def extend(more: list[Function], found) -> list[Function]:
    more += functions(found.watch(0.2))
    return more


def test_a_twin_takes_the_place_and_no_run_is_lost_or_counted_twice(start_app, syntax):
    process, port = start_app(PLAIN)
    with watched(process.pid, syntax) as (found, seen, literals):
        main = literals["main"]
        for _ in range(20):
            get(port, "/none")
        everything = found.walk()
        wanted = [one for one in everything if one.app and one.name == "main"]
        with Load(port, "/none") as load:
            results = found.trace(wanted, 5)
            eventually(lambda: len(load.answers) > 30, "requests")
        assert main.ref in {one.ref for one in results if isinstance(one, Function)}
        assert load.failures == []
        sent = 20 + len(load.answers)
    assert seen.records(Event.READ), "the twin tells what it reads"
    [*_, last] = [r for r in seen.records(Event.COUNT) if r[1:3] == [1, main.ref.start]]
    observed, kept, dropped, gated, missed = last[3:8]
    assert sent - missed <= observed + gated <= sent
    assert observed == kept + dropped


def test_the_debugger_is_never_turned_on(start_app, syntax):
    process, port = start_app(PLAIN)
    endpoint = open_inspector(by_pid(process.pid))
    with Proxy(endpoint.port) as proxy:
        seen = Seen()
        target = resolve(f"127.0.0.1:{proxy.port}")
        options = AttachOptions(mode="watch")
        with attach(
            target, options=options, rewrite=refuse, on_block=seen.blocks.append
        ) as found:
            while not found.resting:
                found.watch(0.1)
            get(port, "/none")
            eventually(lambda: seen.records(Event.ENTER), "seen")
        methods = {str(one.get("method")) for one in proxy.commands}
    assert methods == {"Runtime.evaluate"}
    with Control(endpoint.url) as control:
        control.tell(
            'setTimeout(() => process.getBuiltinModule("inspector").close(), 10)'
        )


LOOK = (
    "JSON.stringify([globalThis[Symbol.for('fluxion.probe')] === undefined,"
    "process.rawListeners('SIGUSR2').map((one) => String(one).slice(0, 18))])"
)


def look(url: str) -> str:
    with Control(url) as control:
        return str(
            evaluated(
                control.call(
                    "Runtime.evaluate", {"expression": LOOK, "returnByValue": True}
                )
            )
        )


@pytest.mark.parametrize("how", ["detach", "killed"])
def test_everything_is_as_found_afterwards(node_version, start_app, syntax, how):
    process, port = start_app(PLAIN, node=node_version, flags=("--inspect=0",))
    target = by_pid(process.pid)
    url = open_inspector(target).url
    before = look(url)
    if how == "killed":
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BaseException):
                hold(process.pid)
            os._exit(0)
        eventually(lambda: "[false" in look(url), "watched")
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    else:
        with (
            Load(port, "/map", "/none") as load,
            watched(process.pid, syntax) as (_, seen, _),
        ):
            eventually(lambda: seen.records(Event.ENTER), "seen")
        assert load.failures == []
    eventually(lambda: look(url) == before, "as found", 12)
    assert get(port, "/map") == b"mapped"


def hold(pid: int) -> None:
    with attached(pid, None, mode="watch") as (found, _):
        while True:
            found.watch(1.0)
