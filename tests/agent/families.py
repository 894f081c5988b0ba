"""A target with cluster workers, a pool of worker threads and a child process."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import msgpack

from agent.group import Group, attach_all
from agent.observation import AttachOptions
from agent.target import by_pid
from store.abi import Event
from tests.agent.live import refuse, rewriter

PRIMARY = """
'use strict';
const cluster = require('cluster');
const { fork } = require('child_process');
const path = require('path');
cluster.setupPrimary({ exec: path.join(__dirname, 'worker.js') });
let ready = 0;
const child = fork(path.join(__dirname, 'child.js'));
cluster.on('listening', (worker, at) => {
  ready += 1;
  if (ready === 3) console.log('port ' + at.port);
});
for (let i = 0; i < 3; i += 1) cluster.fork();
process.on('SIGHUP', () => cluster.fork());
"""
WORKER = """
'use strict';
const http = require('http');
const path = require('path');
const { Worker } = require('worker_threads');
const pool = new Worker(path.join(__dirname, 'pool.js'));
const waiting = new Map();
let last = 0;
let hits = 0;
pool.on('message', function answered({ number, result }) {
  waiting.get(number)(result);
  waiting.delete(number);
});
function ask(n, done) {
  last += 1;
  waiting.set(last, done);
  pool.postMessage({ number: last, n });
}
const server = http.createServer(function handler(req, res) {
  hits += 1;
  ask(20, function told(result) { res.end(process.pid + ' ' + hits + ' ' + result); });
});
server.keepAliveTimeout = 1;
server.listen(0, '127.0.0.1');
"""
POOL = """
'use strict';
const { parentPort } = require('worker_threads');
let jobs = 0;
parentPort.on('message', function job({ number, n }) {
  jobs += 1;
  let a = 0, b = 1;
  for (let i = 0; i < n; i += 1) [a, b] = [b, a + b];
  parentPort.postMessage({ number, result: a });
});
"""
CHILD = """
'use strict';
let ticks = 0;
setInterval(function tick() { ticks += 1; }, 20);
"""


def write(folder) -> str:
    """Put the files beside the primary; its text."""
    for name, text in (("worker", WORKER), ("pool", POOL), ("child", CHILD)):
        (folder / f"{name}.js").write_text(text, "utf-8")
    return PRIMARY


class Blocks:
    """What every isolate streamed."""

    def __init__(self) -> None:
        self.blocks: list[tuple[int, bytes]] = []

    def __call__(self, process: int, block: bytes) -> None:
        self.blocks.append((process, block))

    def records(self, event: Event) -> dict[int, list[list[Any]]]:
        """Records of one kind, by isolate."""
        found: dict[int, list[list[Any]]] = {}
        for process, block in list(self.blocks):
            unpacker = msgpack.Unpacker(raw=False, strict_map_key=False)
            unpacker.feed(block)
            found.setdefault(process, []).extend(r for r in unpacker if r[0] == event)
        return {process: records for process, records in found.items() if records}


@contextlib.contextmanager
def grouped(pid: int, syntax=None, **options: Any) -> Iterator[tuple[Group, Blocks]]:
    """Attach to a process and to all that belongs to it."""
    seen = Blocks()
    with attach_all(
        by_pid(pid),
        options=AttachOptions(**options),
        rewrite=rewriter(syntax) if syntax else refuse,
        on_block=seen,
    ) as found:
        yield found, seen
