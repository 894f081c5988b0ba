"""Which scope is reached by which call, and what the twin in it tells."""

from __future__ import annotations

import http.client
import threading

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


HELD = """
'use strict';
const http = require('http');
const idle = (() => { function never() {} return () => never; })();
const kept = [function compared(req, res) { res.end('compared'); }];
const index = (fn) => kept.indexOf(fn);
function show(req, res) { res.end(this.word + this.more); }
function soon(req, res) { res.end('soon'); }
function late(req, res) { res.end('late'); }
const table = {
  twice: show.bind({ word: 'a', more: 'b' }).bind({ word: 'c' }),
  soon, late, compared: kept[0],
};
const server = http.createServer((req, res) => table[req.url.slice(1)](req, res));
Object.assign(server, { table, kept, idle, index });
server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
"""


def test_what_is_bound_twice_has_its_twin_below_both(start_app, syntax):
    process, port = start_app(HELD)
    with Load(port, "/twice"), attached(process.pid, syntax) as (observed, seen):
        results = observed.trace(named(observed.walk(), "show"), seconds=4)
        assert [one.name for one in results if isinstance(one, Function)] == ["show"]
        eventually(lambda: len(seen.records(Event.ENTER)) > 3, "it runs")
        assert get(port, "/twice") == b"ab"
    assert get(port, "/twice") == b"ab"


def test_what_is_called_later_is_reached_while_another_is_waited_for(start_app, syntax):
    process, port = start_app(HELD)
    with Load(port, "/soon"), attached(process.pid, syntax) as (observed, _):
        found = named(observed.walk(), "never", "soon", "late")
        assert {one.name for one in found} == {"never", "soon", "late"}
        load = Load(port, "/late")
        timer = threading.Timer(0.3, load.__enter__)
        timer.start()
        try:
            results = observed.trace(found, seconds=1.4)
        finally:
            timer.join()
            load.__exit__(None, None, None)
    assert {r.name for r in results if isinstance(r, Function)} >= {"soon", "late"}


def test_where_each_place_is_compared_that_is_the_reason(start_app, syntax):
    process, port = start_app(
        HELD.replace("compared: kept[0],", "").replace(
            "table[req.url.slice(1)]", "(table[req.url.slice(1)] || kept[0])"
        )
    )
    with Load(port, "/compared"), attached(process.pid, syntax) as (observed, seen):
        results = observed.trace(named(observed.walk(), "compared"), seconds=4)
        assert get(port, "/compared") == b"compared"
    assert [one.code for one in results if isinstance(one, Refusal)] == ["FX110"]
    assert not seen.records(Event.ENTER)


TURNS = """
'use strict';
const http = require('http');
const { EventEmitter } = require('events');
const bus = new EventEmitter();
bus.on('told', function heard(res) { res.end('heard'); });
const tell = (res) => setTimeout(bus.emit.bind(bus), 1, 'told', res);
function gives(req, res) { setTimeout(bus.emit.bind(bus), 1, 'told', res); }
const table = { gives };
const server = http.createServer((req, res) =>
  (req.url === '/gives' ? table.gives(req, res) : tell(res)));
Object.assign(server, { table, bus });
server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
"""


def test_requests_of_one_connection_are_not_each_others_cause(start_app, syntax):
    process, port = start_app(TURNS)
    with attached(process.pid, syntax) as (observed, seen):
        found = named(observed.walk(), "gives", "heard")
        with Load(port, "/gives", "/other"):
            results = observed.trace(found, seconds=4)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        starts = {f.name: f.ref.start for f in results if isinstance(f, Function)}
        assert set(starts) == {"gives", "heard"}

        def runs(name: str) -> list:
            records = seen.records(Event.ENTER)
            return [r for r in records if r[4] == starts[name]]

        def asked() -> bool:
            for path in ("/gives", "/other", "/other"):
                connection.request("GET", path)
                assert connection.getresponse().read() == b"heard"
            return sum(r[7] > 0 for r in runs("heard")) >= 3

        eventually(asked, "some are observed")
        connection.close()
        causes = [r[7] for r in runs("heard") if r[7]]
        assert len(set(causes)) == len(causes), "each led to one"
        assert set(causes) <= {r[2] for r in runs("gives")}


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
