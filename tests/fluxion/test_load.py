"""The load generator tells what a client feels, stalls included."""

from __future__ import annotations

import math

import pytest

from fluxion.load import Ask, Felt, main_cpu_ms, run_load

SERVER = """\
const http = require('http')
http.createServer((req, res) => {
  if (req.url === '/heavy') { const end = Date.now() + 60; while (Date.now() < end); }
  if (req.url === '/bad') res.statusCode = 500
  if (req.url === '/close') res.setHeader('Connection', 'close')
  res.end('ok')
}).listen(Number(process.argv[2]), '127.0.0.1')
"""


@pytest.fixture
def server(tmp_path, spawn_node, free_port):
    (tmp_path / "s.js").write_text(SERVER)
    return spawn_node(tmp_path / "s.js", str(free_port), port=free_port), free_port


def measure(server, heavy="/heavy", light="/light"):
    process, port = server
    return run_load(
        port,
        process.pid,
        heavy=Ask("GET", heavy),
        light=Ask("GET", light),
        connections=2,
        seconds=1,
    )


def test_a_stalled_loop_is_felt_by_the_light_route(server):
    load = measure(server)
    assert load.heavy.failed == load.light.failed == 0
    assert load.light.percentile(0.99) > 50, "two heavy requests stand before it"
    assert len(load.light.latencies_ms) >= 45, "one every 20 ms, answered or not"
    assert 30 < load.main_cpu_per_heavy_ms < 90
    assert load.heavy_per_s > 5


def test_errors_are_no_latencies(server):
    load = measure(server, heavy="/bad", light="/close")
    assert load.heavy.failed > 0
    assert load.heavy.latencies_ms == []
    assert load.light.failed == 0


def test_percentiles():
    felt = Felt([float(n) for n in range(100, 0, -1)])
    assert felt.percentile(0.5) == 50
    assert felt.percentile(0.99) == 99
    assert math.isnan(Felt().percentile(0.5))


def test_the_cpu_of_a_process_that_is_gone_is_none():
    assert main_cpu_ms(2**22 + 1) == 0.0
