"""Sessions with worker threads."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from agent.control import Control
from agent.inspector import open_inspector
from agent.target import by_pid
from agent.threads import Threads, ThreadSession
from store.errors import ProtocolError, TargetGone
from tests.agent.test_inspector import close
from tests.processes import eventually

APP = """
const { Worker } = require('worker_threads');
const start = (text, more) => new Worker(text, { eval: true, ...more });
const plain = "setInterval(() => {}, 1000);";
start(plain, { name: 'plain' });
start(plain, { name: 'limited', resourceLimits: { maxOldGenerationSizeMb: 32 },
  execArgv: ['--no-warnings'], argv: ['x'] });
start(`const { Worker } = require('worker_threads');
  new Worker(${JSON.stringify(plain)}, { eval: true, name: 'nested' }); ${plain}`,
  { name: 'outer' });
start("for (;;);", { name: 'busy' });
const wait = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)";
start(wait, { name: 'waiting' });
globalThis.later = (text) => start(text, { name: 'later' })
  .on('exit', (code) => { globalThis.ended = code; });
setInterval(() => {}, 1000);
setTimeout(() => console.log('port 1'), 300);
"""

BUSY = "for (const end = Date.now() + 1500; Date.now() < end;);"


@contextlib.contextmanager
def threads_of(pid: int) -> Iterator[tuple[Threads, dict[str, ThreadSession]]]:
    endpoint = open_inspector(by_pid(pid))
    found: dict[str, ThreadSession] = {}

    def joined(session: ThreadSession) -> None:
        found[session.title.rpartition(" ")[2]] = session

    threads = Threads(endpoint.url, joined)
    try:
        yield threads, found
    finally:
        threads.close()
        close(endpoint)


def test_every_kind_of_worker_answers(node_version, start_app):
    process, _ = start_app(APP, node=node_version)
    with threads_of(process.pid) as (threads, found):
        names = {"plain", "limited", "outer", "nested", "busy", "waiting"}
        eventually(lambda: found.keys() >= names, "all are there")
        numbers = set()
        for name in names - {"busy"}:
            session = found[name]
            number = "process.getBuiltinModule('worker_threads').threadId"
            numbers.add(session.evaluate(number, 10))
            results, took = session.timed([("Runtime.enable", {})])
            assert results == [{}]
            assert took >= 0
            created = session.events("Runtime.executionContextCreated")
            assert len(created) == 1
        assert len(numbers) == len(names) - 1
        assert threads.port
    assert not found["plain"].open
    with pytest.raises(TargetGone, match="ended before"):
        found["plain"].evaluate("1")


def test_what_goes_wrong_in_one_worker(start_app):
    process, _ = start_app(APP)
    with threads_of(process.pid) as (_, found):
        session = found["plain"]
        with pytest.raises(ProtocolError, match="the target threw: Error: mine"):
            session.evaluate("throw new Error('mine')")
        with pytest.raises(ProtocolError, match=r"Nothing\.known"):
            session.call("Nothing.known")
        with pytest.raises(TargetGone, match="did not answer"):
            session.evaluate(
                "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)),0,0,1500)", 0.3
            )
        # The late answer belongs to nobody; the others were never held up.
        assert found["outer"].evaluate("1 + 1") == 2
        assert session.evaluate("2 + 2") == 4


def test_workers_that_start_and_end_later(node_version, start_app):
    process, _ = start_app(APP, node=node_version)
    endpoint = open_inspector(by_pid(process.pid))
    with threads_of(process.pid) as (_, found), Control(endpoint.url) as main:
        main.evaluate("void later('setTimeout(() => {}, 300)')")
        eventually(lambda: "later" in found, "it is told")
        session = found["later"]
        assert session.evaluate("1 + 1") == 2
        # Our session neither keeps it alive nor delays its exit.
        eventually(lambda: main.evaluate("globalThis.ended") == 0, "it ends")
        eventually(lambda: not session.open, "its session ends")
        with pytest.raises(TargetGone):
            session.evaluate("1")
