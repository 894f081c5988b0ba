"""What cannot be joined is left as it is, with a reason."""

from __future__ import annotations

from store.isolates import Process
from tests.agent.families import grouped
from tests.processes import eventually

BUSY = """
const { Worker } = require('worker_threads');
const start = (text, name) => new Worker(text, { eval: true, name });
start("setInterval(function tick() {}, 20)", 'turns');
start("Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)", 'waits');
setInterval(() => {}, 1000);
setTimeout(() => console.log('port 1'), 200);
"""
CHILD = """
const { spawn } = require('child_process');
spawn(process.execPath, ['--disable-sigusr1', '-e', 'setInterval(() => {}, 1000)'],
  { stdio: 'ignore' });
setInterval(() => {}, 1000);
console.log('port 1');
"""


def test_a_thread_whose_loop_does_not_turn(node_version, start_app):
    process, _ = start_app(BUSY, node=node_version)
    with grouped(process.pid) as (group, _):
        eventually(group.left_out, "it is left alone", 25)
        (refusal,) = group.left_out()
        assert refusal.code == "FX112"
        assert "waits" in refusal.reason
        assert [one.role for one in group.processes] == ["main", "thread"]
        assert isinstance(group.process, Process)
        assert group.status().alive


def test_a_child_that_refuses_signals(nodes, start_app):
    process, _ = start_app(CHILD, node=nodes["24"])
    with grouped(process.pid) as (group, _):
        eventually(group.left_out, "it is left alone", 25)
        (refusal,) = group.left_out()
        assert refusal.code == "FX111"
        assert "--disable-sigusr1" in refusal.reason
        assert len(group.processes) == 1
