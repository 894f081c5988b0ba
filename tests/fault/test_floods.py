"""F5 and F6: a million callbacks a second, ten thousand scripts, fifty megabytes."""

from __future__ import annotations

import time
from collections import Counter

import psutil

from fluxion import exits
from store.database import open_store
from store.recording import load
from tests.fault.worlds import figure
from tests.processes import eventually

FLOOD = """
'use strict';
const http = require('http');
let ran = 0;
const bus = new (require('events').EventEmitter)();
function often(by) { ran += by; }
function rare(req, res) { res.end('one ' + ran); }
function burst() {
  for (let n = 0; n < 20000; n += 1) bus.emit('often', 1);
  setImmediate(burst);
}
bus.on('often', often);
const server = http.createServer(rare);
server.listen(0, '127.0.0.1', () => {
  console.log(`port ${server.address().port}`);
  burst();
});
"""
SCRIPTS = """
'use strict';
const http = require('http');
const vm = require('vm');
const body = '// ' + 'x'.repeat(5000) + '\\n';
const held = [];
for (let n = 0; n < 10000; n += 1) {
  held.push(vm.runInThisContext(`(function f${n}(a) { return a + ${n}; })\\n${body}`,
    { filename: `/nowhere/made-${n}.js` }));
}
let evaluated = 0;
setInterval(() => {
  for (let n = 0; n < 20; n += 1) eval(`evaluated += ${n} - ${n} + 1`);
}, 50);
const server = http.createServer(function entry(req, res) {
  res.end(`one ${held[evaluated % held.length](1) > 0}`);
});
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
"""
MOST_MB = 300
ATTACHED_S = 5.0


def test_a_flood_is_accounted_for_exactly(start, agent, tmp_path):
    file, store = tmp_path / "app.js", tmp_path / "x.db"
    file.write_text(FLOOD, "utf-8")
    app = start(file)
    one = agent("record", app.pid, "-o", store, "-d", "6")
    assert one.popen.wait(60) == exits.DONE, one.told()
    recording = load(store)
    kept = Counter(run.function for run in recording.activations)
    names = {f.ref: f.name for f in recording.functions}
    for loss in recording.losses:
        assert loss.seen == loss.kept + loss.dropped, loss
        assert kept[loss.function] == loss.kept, (names.get(loss.function), loss)
    with open_store(store) as opened:
        overhead = opened.status()["overhead_percent"]
    told = [one for one in recording.losses if names.get(one.function) == "often"]
    seen = sum(one.seen for one in told)
    figure(
        f"F5: `often` seen {seen:,} = kept {sum(one.kept for one in told):,} + dropped "
        f"{sum(one.dropped for one in told):,}, as for {len(recording.losses)} "
        f"functions; overhead {overhead:.2f} % of 2 %"
    )
    assert seen


def test_ten_thousand_scripts(start, agent, tmp_path):
    file, store = tmp_path / "app.js", tmp_path / "x.db"
    file.write_text(SCRIPTS, "utf-8")
    app = start(file)
    began = time.monotonic()
    one = agent("record", app.pid, "-o", store, "-d", "6", "--mode", "watch")
    process, most = psutil.Process(one.pid), 0.0
    one.wait_for(r"\d events")
    attached = time.monotonic() - began
    while one.popen.poll() is None:
        try:
            most = max(most, process.memory_info().rss / 1e6)
        except psutil.Error:
            break
        time.sleep(0.05)
    assert one.popen.wait(60) == exits.DONE, one.told()
    eventually(lambda: app.ports() == {app.port}, "the port is closed")
    figure(
        f"F6: 10,000 scripts and 50 MB of source, eval in a loop: attached after "
        f"{attached:.1f} s, agent <= {most:.0f} MB"
    )
    assert load(store).process.pid == app.pid
    assert most <= MOST_MB
    assert attached <= ATTACHED_S
