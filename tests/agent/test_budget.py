"""What observing may cost, and who is observed all the same.

Figures of CPU are printed, never asserted: other processes share the machine. What is
asserted are the accounts, who was seen, and that everything is back in its place.
"""

from __future__ import annotations

import json

import pytest

from store.abi import Event
from store.facts import Function
from tests.agent.live import ANY_PORT, Load, Seen, attached, get, named
from tests.processes import eventually

FLOOD = """
'use strict';
const { EventEmitter } = require('events');
const http = require('http');
const bus = new EventEmitter();
// By identity, in a way that no analysis of sources takes for one.
const same = (one, another) => new WeakSet([one]).has(another);
const counts = { hot: 0, rare: 0, other: 0 };
const hot = function hot(n) { counts.hot += 1; return n + 1; };
const other = function other() { counts.other += 1; };
const table = { hot, rare() { counts.rare += 1; } };
const members = new Set([function member() { return 1; }]);
bus.on('tick', other);
bus.on('tick', function second() {});
function pump() {
  const end = Date.now() + 4;
  while (Date.now() < end) {
    for (let i = 0; i < 200; i += 1) table.hot(i);
    bus.emit('tick');
    for (const member of members) member();
  }
  setTimeout(pump, 2);
}
setTimeout(pump, 10);
setInterval(() => table.rare(), 1500);
const actions = {
  '/state': () => ({
    ...counts, hotIs: same(table.hot, hot), listeners: bus.rawListeners('tick').length,
    otherIs: same(bus.rawListeners('tick')[0], other), members: members.size,
  }),
  '/replace': () => { table.hot = function mine(n) { counts.hot += 1; return n; }; },
  '/off': () => { bus.off('tick', other); },
  '/mine': () => ({ mine: table.hot.name }),
};
const server = http.createServer((req, res) => {
  res.end(JSON.stringify(actions[req.url]() || {}));
});
server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
"""

HOARDER = """
'use strict';
const http = require('http');
const kept = [];
const table = {
  take(callback, item) { kept.push(callback, item); return kept.length; },
  make(n) {
    for (let i = 0; i < n; i += 1) table.take(() => i, { ['key' + i]: { i } });
  },
};
setInterval(() => { if (kept.length < 2e6) table.make(2000); }, 2);
const server = http.createServer((req, res) => res.end(String(kept.length)));
server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
"""

LOOP = """
'use strict';
const http = require('http');
const rows = Array.from({ length: 300000 }, (_, i) => ({ n: i, w: i % 7 }));
const table = { work() {
  let sum = 0;
  for (let i = 0; i < rows.length; i += 1) sum += rows[i].n * rows[i].w;
  return sum;
} };
const server = http.createServer((req, res) => {
  const began = process.hrtime.bigint();
  const sum = table.work();
  res.end(JSON.stringify([sum, Number(process.hrtime.bigint() - began) / 1e6]));
});
server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
"""


@pytest.fixture
def start(spawn_node, tmp_path):
    """Start one of the apps above; its process and its port."""

    def start(text: str):
        file = tmp_path / "app.js"
        file.write_text(text, "utf-8")
        process = spawn_node(file, flags=ANY_PORT, line=r"^port")
        return process, int(process.wait_for_line(r"port (\d+)")[1])

    return start


def counts(seen: Seen) -> dict[int, list[int]]:
    """The last COUNT of each function, by its offset."""
    return {one[2]: one[3:] for one in seen.records(Event.COUNT)}


IDLE = """
'use strict';
const http = require('http');
http.createServer((req, res) => {
  const end = Date.now() + 700; while (Date.now() < end); res.end('slow');
}).listen(0, '127.0.0.1', function () { console.log('port ' + this.address().port); });
"""


def test_how_busy_and_how_late_the_loop_is(node_version, spawn_node, tmp_path):
    (tmp_path / "app.js").write_text(IDLE, "utf-8")
    process = spawn_node(
        tmp_path / "app.js", node=node_version, flags=ANY_PORT, line=r"^port"
    )
    port = int(process.wait_for_line(r"port (\d+)")[1])

    def reports() -> list[list[int]]:
        return seen.records(Event.COST)

    with attached(process.pid) as (_, seen):
        eventually(lambda: len(reports()) >= 2, "an idle second is told")
        quiet, late = reports(), len(seen.records(Event.LATE))
        assert get(port, "/") == b"slow"
        eventually(lambda: len(reports()) > len(quiet), "a busy second is told")
        # A turn of 700 ms holds up a timer that is due every 100 ms.
        held = [us for _, us in seen.records(Event.LATE)[late:]]
        assert max(held) >= 500_000
    # Time of the loop is time: what it waits is never more than what passes.
    last = reports()[0]
    for now in reports()[1:]:
        assert 0 <= now[5] - last[5] <= now[1] - last[1] + 2000
        last = now
    slept = sum(now[5] for now in quiet[-1:]) - quiet[0][5]
    assert slept > 0, "an idle loop waits"


def test_a_flood_is_sampled_and_a_rare_callback_is_seen_every_time(start, syntax):
    process, port = start(FLOOD)
    with attached(process.pid, syntax, overhead_percent=2) as (observed, seen):
        found = named(observed.walk(), "hot", "rare", "other", "member")
        traced = observed.trace(found, seconds=8)
        names = {o.ref.start: o.name for o in traced if isinstance(o, Function)}
        assert set(names.values()) == {"hot", "rare", "other", "member"}

        def state() -> dict:
            return json.loads(get(port, "/state"))

        before, began = state()["rare"], state()["hot"]
        eventually(lambda: state()["rare"] >= before + 4, "it ran", timeout=30)
        rare, hot = state()["rare"] - before, state()["hot"] - began
        eventually(lambda: state()["hotIs"], "the hot one is parked")
        status = observed.status()
        print(f"overhead {status.overhead_percent} % ({status.clock})", hot, "runs")
    by_name = {names[start]: told for start, told in counts(seen).items()}
    for seen_, kept, dropped, *_ in by_name.values():
        assert seen_ == kept + dropped
    assert by_name["rare"][0] >= rare - 1, "one may have run before we asked"
    assert by_name["rare"][3] == 0, "never gated"
    assert 4 <= by_name["hot"][0] < hot / 10, by_name["hot"]
    assert by_name["hot"][4] > by_name["hot"][0], "runs that nobody saw are estimated"
    after = state()
    assert after["hotIs"]
    assert after["otherIs"]
    assert (after["listeners"], after["members"]) == (2, 1)


def test_what_the_app_changes_while_a_twin_is_parked_is_the_apps(start, syntax):
    process, port = start(FLOOD)
    with attached(process.pid, syntax, overhead_percent=2) as (observed, seen):
        observed.trace(named(observed.walk(), "hot", "other"), seconds=8)
        eventually(
            lambda: json.loads(get(port, "/state"))["hotIs"] and counts(seen), "parked"
        )
        get(port, "/replace")
        get(port, "/off")
        state = json.loads(get(port, "/state"))
        assert state["listeners"] == 1
        told = len(seen.records(Event.COST))
        eventually(lambda: len(seen.records(Event.COST)) > told + 2, "bursts", 20)
        assert json.loads(get(port, "/mine")) == {"mine": "mine"}
    state = json.loads(get(port, "/state"))
    assert state["listeners"] == 1
    assert not state["hotIs"]
    assert json.loads(get(port, "/mine")) == {"mine": "mine"}


def test_a_million_closures_do_not_grow_the_probes_tables(start, syntax):
    process, port = start(HOARDER)
    with attached(process.pid, syntax) as (observed, seen):
        observed.trace(named(observed.walk(), "take", "make"), seconds=8)
        most = 0.0

        def hoarded() -> bool:
            nonlocal most
            most = max(most, observed.status().memory_mb)
            return int(get(port, "/")) >= 2_000_000

        eventually(hoarded, "a million closures", timeout=120, every=0.3)
        assert observed.status().alive
        print(f"{most} MB at most")
    assert most <= 8
    assert all(told[0] == told[1] + told[2] for told in counts(seen).values())


def test_the_probe_leaves_when_its_time_is_over(start, syntax):
    process, port = start(FLOOD)
    with attached(process.pid, syntax, ttl_s=1.0) as (observed, seen):
        eventually(lambda: not observed.status().alive, "it left")
        notes = [one[1] for one in seen.records(Event.NOTE)]
    assert "left: its time (--ttl) is over" in notes
    state = json.loads(get(port, "/state"))
    assert state["hotIs"]
    assert state["otherIs"]


def test_a_long_loop_is_told_of_in_part_and_holds_the_target_up_once(start, syntax):
    process, port = start(LOOP)
    before = [json.loads(get(port, "/")) for _ in range(4)]
    with attached(process.pid, syntax, overhead_percent=2) as (observed, seen):
        found = named(observed.walk(), "work")
        with Load(port, "/"):  # it must run for its twin to be made
            (traced,) = observed.trace(found, seconds=8)
        assert isinstance(traced, Function), traced
        during = [json.loads(get(port, "/")) for _ in range(4)]
        eventually(lambda: seen.records(Event.EXIT), "its run is told")
    assert {one[0] for one in (*before, *during)} == {before[0][0]}
    print("ms before", [one[1] for one in before], "during", [o[1] for o in during])
    runs = [one[2] for one in seen.records(Event.ENTER)]
    assert len(runs) == 1, "the next would be as dear"
    told = seen.records(Event.OPAQUE)
    assert [one[3] for one in told].count("more than could be kept") == 1
    effects = [*seen.records(Event.READ), *seen.records(Event.WRITE)]
    assert 0 < len(effects) <= 1000
    assert {one[1] for one in effects} == set(runs)
    ((_, kept, dropped, *_),) = counts(seen).values()
    assert kept + dropped == 1
