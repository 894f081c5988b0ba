"""Live targets for the tests of the agent: apps, the rewriter, decoded records.

In: a running Node process. Out: an attachment with everything it streamed, decoded.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

import msgpack
import psutil

from agent.attach import Attached, attach
from agent.found import Found
from agent.observation import AttachOptions
from agent.positions import part
from agent.target import by_pid
from agent.tracing import Rewriter
from rewriter.syntax.client import Syntax
from rewriter.trace import literal_at_offset
from rewriter.trace import rewrite as rewrite_
from store.abi import Event
from store.facts import Function, FunctionSource, Refusal, Rewrite
from tests.conftest import ROOT
from tests.processes import NodeProcess, eventually, listeners

ANY_PORT = ("--inspect-port=0",)
"""A port of its own for each target: tests run beside others."""

APP = """
'use strict';
const http = require('http');
const { double } = (() => {
  function double(n) { return n * 2; }
  return { double };
})();
const routes = new Map();
let hits = 0;
function plus(n) { return n + 1; }
function make(word) {
  return function greet(req, res) {
    hits += 1;
    res.end(word + ' ' + hits + ' ' + plus(1) + ' ' + double(4));
  };
}
const api = { echo(req, res) {
  const chunks = [];
  req.on('data', (chunk) => chunks.push(chunk));
  req.on('end', () => { req.body = Buffer.concat(chunks); api.after(req, res); });
}, after(req, res) { res.end(req.body); } };
routes.set('/one', make('one'));
routes.set('/two', make('two'));
routes.set('/echo', api.echo);
routes.set('/slow', (req, res) => {
  const end = Date.now() + 300; while (Date.now() < end); res.end('slow');
});
const server = http.createServer((req, res) => {
  const route = routes.get(req.url.split('?')[0]);
  if (route) route(req, res); else res.end('none');
});
server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
"""


def rewriter(syntax: Syntax) -> Rewriter:
    """The rewriter as a recording uses it: V8's positions become literals."""

    def rewritten(source: FunctionSource) -> Rewrite | Refusal:
        if source.mode == "watch":
            return rewrite_(syntax, source)
        if source.mode == "twin":
            tree = syntax.parse(source.text, "module" if source.module else "commonjs")
            node = literal_at_offset(tree, source.start)
            assert node is not None, f"no literal at {source.start}"
            source = replace(source, start=node.start)
        return rewrite_(syntax, source)

    return rewritten


class Seen:
    """What a probe streamed."""

    def __init__(self) -> None:
        self.blocks: list[bytes] = []

    def records(self, event: Event | None = None) -> list[list[Any]]:
        """Every record so far, of one kind or of all."""
        found = []
        for block in list(self.blocks):
            unpacker = msgpack.Unpacker(raw=False, strict_map_key=False)
            unpacker.feed(block)
            found += [r for r in unpacker if event is None or r[0] == event]
        return found


@contextlib.contextmanager
def attached(
    pid: int,
    syntax: Syntax | None = None,
    *,
    seen: Seen | None = None,
    rewrite: Rewriter | None = None,
    on_audit: Callable[[str], None] | None = None,
    at_once: bool = False,
    **options: Any,
) -> Iterator[tuple[Attached, Seen]]:
    """Attach to a process for the length of a block; everything is observed."""
    seen = seen or Seen()
    options.setdefault("overhead_percent", 10_000)
    with attach(
        by_pid(pid),
        options=AttachOptions(**options),
        rewrite=rewrite or (rewriter(syntax) if syntax else refuse),
        on_block=seen.blocks.append,
        on_audit=on_audit,
        at_once=at_once,
    ) as found:
        yield found, seen


def refuse(source: FunctionSource) -> Refusal:
    return Refusal("FX000", None, None, "not asked for", (source.url,), "")


def get(port: int, path: str, body: bytes | None = None, **headers: str) -> bytes:
    """Send one request and return the answer's body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET" if body is None else "POST", path, body, headers)
        return connection.getresponse().read()
    finally:
        connection.close()


def named(found: list[Found], *names: str) -> list[Found]:
    """The app's functions with these names."""
    return [one for one in found if one.app and one.name in names]


def functions(results: Iterable[Function | Refusal]) -> list[Function]:
    """Those that were not refused."""
    return [one for one in results if isinstance(one, Function)]


def named_files(found: Attached, function: Function) -> str:
    """The first words of a literal, as its script's text has them."""
    text = part(found.source(function.ref.script), function.ref.start, function.end)
    return text.split("(")[0]


def talks(pid: int, other: int) -> bool:
    """Tell whether the probe's own connection to the agent stands.

    Of all connections between the two it is the one to no port of the target's.
    """
    theirs = {
        one.laddr.port
        for one in psutil.Process(other).net_connections("tcp")
        if one.status in {"ESTABLISHED", "LISTEN"}
    }
    own = ports(pid)
    return any(
        one.status == "ESTABLISHED"
        and one.raddr.port in theirs
        and one.laddr.port not in own
        for one in psutil.Process(pid).net_connections("tcp")
    )


def ports(pid: int) -> set[int]:
    """The ports that one process listens on."""
    return {port for _, port in listeners(psutil.Process(pid))}


@contextlib.contextmanager
def elsewhere(
    program: str, pid: int, line: str = ""
) -> Iterator[subprocess.Popen[bytes]]:
    """Run an agent in a process of its own, until the block ends.

    It has the target's pid as its argument; with `line` it has printed that first.
    """
    agent = subprocess.Popen(
        [sys.executable, "-c", program, str(pid)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    )
    try:
        if line:
            assert agent.stdout is not None
            assert agent.stdout.readline().decode().rstrip() == line
        yield agent
    finally:
        agent.kill()
        agent.communicate()


def abandoned(
    agent: subprocess.Popen[bytes], number: int, process: NodeProcess, port: int
) -> None:
    """Kill or stop an agent; only the port at which its target serves stays open."""
    assert len(ports(process.pid)) == 2
    agent.send_signal(number)
    if number == signal.SIGSTOP:
        eventually(lambda: not talks(process.pid, agent.pid), "the probe left", 9)
        # Closing waits for who is connected, and one that is stopped is: not now.
        assert get(port, "/none") == b"none"
        agent.kill()
    eventually(lambda: ports(process.pid) == {port}, "the port is closed", 9)


class Load:
    """Requests one after the other, until told to stop; remembers every answer."""

    def __init__(self, port: int, *paths: str) -> None:
        self.answers: list[bytes] = []
        self.failures: list[Exception] = []
        self.longest = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(port, paths))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self, port: int, paths: tuple[str, ...]) -> None:
        while not self._stop.is_set():
            for path in paths:
                before = time.monotonic()
                try:
                    self.answers.append(get(port, path))
                except (OSError, http.client.HTTPException) as error:
                    self.failures.append(error)
                self.longest = max(self.longest, time.monotonic() - before)
                time.sleep(0.005)
