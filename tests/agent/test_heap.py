"""The sampling heap profiler: who allocates, and nothing left on."""

from __future__ import annotations

import json

from agent.sampling import sampling
from agent.target import by_pid
from tests.agent.live import get

TEXT = """
'use strict';
const http = require('http');
let kept = [];
function allocate() { for (let i = 0; i < 20000; i++) kept.push({ i, text: 'x' + i }); }
const server = http.createServer((req, res) => {
  kept = []; allocate(); kept = []; if (global.gc) gc(); res.end('done');
});
server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
"""


def sizes(text: str) -> dict[str, int]:
    """Bytes by name, from V8's own text."""
    found: dict[str, int] = {}
    waiting = [json.loads(text)["head"]]
    while waiting:
        node = waiting.pop()
        name = node["callFrame"]["functionName"]
        found[name] = found.get(name, 0) + node["selfSize"]
        waiting += node["children"]
    return found


def test_every_node_what_was_collected_counts_as_well(node_version, start_app):
    flags = ("--inspect-port=0", "--expose-gc")
    process, port = start_app(TEXT, node=node_version, flags=flags)
    with sampling(by_pid(process.pid)) as found:
        found.heap.start(4096)
        for _ in range(5):
            get(port, "/")
        so_far = sizes(found.heap.so_far())
        for _ in range(5):
            get(port, "/")
        whole = sizes(found.heap.stop())
        assert found.heap.stop() == "", "it does not run any more"
    # 20,000 objects of 40 bytes or so a time, all of them garbage by then.
    assert so_far["allocate"] > 5 * 20_000 * 30
    assert whole["allocate"] > 1.5 * so_far["allocate"]


def test_what_is_abandoned_can_begin_again(start_app):
    process, port = start_app(TEXT)
    with sampling(by_pid(process.pid)) as found:
        found.heap.start(4096)
        get(port, "/")
        found.heap.abandon()
        assert not found.heap.running
        found.heap.start(4096)
        assert sizes(found.heap.stop()).get("allocate", 0) == 0
