"""Traffic keeps a server busy, and stops."""

from __future__ import annotations

import time

from fluxion.load import Ask
from fluxion.traffic import Traffic
from tests.processes import eventually

SERVER = """\
const http = require('http')
const seen = {}
http.createServer((req, res) => {
  seen[req.url] = (seen[req.url] || 0) + 1
  console.log(JSON.stringify(seen))
  if (req.url === '/live') return res.write('x')
  res.end('ok')
}).listen(Number(process.argv[2]), '127.0.0.1')
"""


def test_it_asks_until_the_block_ends(tmp_path, spawn_node, free_port):
    (tmp_path / "s.js").write_text(SERVER)
    process = spawn_node(tmp_path / "s.js", str(free_port), port=free_port)
    with Traffic(free_port, Ask("POST", "/heavy", b"x"), Ask("GET", "/l"), "/live"):
        eventually(
            lambda: process.out and all(p in process.out[-1] for p in ("/l", "/live")),
            "all three kinds arrive",
        )
    time.sleep(0.2)
    count = len(process.out)
    time.sleep(0.3)
    assert len(process.out) == count
