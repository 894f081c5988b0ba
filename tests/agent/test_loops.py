"""The inspector's socket is told from the app's without asking either."""

from __future__ import annotations

import os
import signal

from agent import proc
from agent.loops import beside_main
from tests.processes import eventually, unused_port

TWO = """
const http = require('http'); const inspector = require('inspector');
const other = http.createServer(() => {}).listen(0, '127.0.0.1');
const server = http.createServer((req, res) => res.end(req.url));
server.listen(0, '127.0.0.1', () => {
  if (process.argv[2]) inspector.open(Number(process.argv[2]), '127.0.0.1');
  console.log('port ' + server.address().port);
});
"""


def test_opened_at_the_start(start_app, node_version):
    port = unused_port()
    process, _ = start_app(TWO, node=node_version, flags=(f"--inspect={port}",))
    assert len(proc.listeners(process.pid)) == 3
    assert [one.port for one in beside_main(process.pid)] == [port]


def test_opened_by_the_app(start_app, node_version, spawn_node, tmp_path):
    port = unused_port()
    file = tmp_path / "own.js"
    file.write_text(TWO)
    process = spawn_node(file, str(port), node=node_version, line="port")
    assert [one.port for one in beside_main(process.pid)] == [port]


def test_opened_by_a_signal(start_app, node_version):
    process, _ = start_app(TWO, node=node_version)
    assert beside_main(process.pid) == []
    os.kill(process.pid, signal.SIGUSR1)
    eventually(lambda: len(beside_main(process.pid)) == 1, "its inspector is seen")


def test_nothing_of_nobody():
    assert beside_main(2**22 + 1) == []
    assert beside_main(os.getpid()) == []
