"""What can be told of a target from outside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from agent import leftover, loops, proc
from agent.control import Control
from agent.discovery import discover
from agent.target import by_pid, resolve
from fluxion.examine import entry_of, examine
from tests.agent.live import attached
from tests.agent.namespaces import possible, unshared
from tests.processes import eventually, unused_port

APP = """
const server = require('http').createServer((req, res) => res.end('ok'));
server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
"""


@pytest.fixture
def app(tmp_path, spawn_node):
    def start(text=APP, *, flags=("--inspect-port=0",), name="app.js", **more):
        (tmp_path / name).write_text(text)
        return spawn_node(tmp_path / name, flags=flags, line="^port", **more)

    return start


def looked_at(process):
    pid = process if isinstance(process, int) else process.pid
    found = {check.about: check for check in examine(by_pid(pid))}
    assert len(found) >= 3
    return found


def test_an_unprepared_process_is_not_touched(app, node_version):
    process = app(node=node_version, flags=())
    before = proc.listeners(process.pid)
    found = looked_at(process)
    version = subprocess.run(
        [node_version, "--version"], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert f"is Node.js {version[1:]}: " in found["node"].what
    assert "SIGUSR1 opens its inspector, on port 9229" in found["way"].what
    assert found["entry"].what.endswith("app.js: CommonJS")
    assert found["ports"].what == f"it listens on {before[0].port}"
    assert "MB" in found["memory"].what
    assert "tracing stops it once: about" in found["stall"].what
    assert all(check.good for check in found.values())
    assert proc.listeners(process.pid) == before
    assert loops.beside(process.pid) == 0
    assert process.err == []


def test_an_open_inspector_and_who_uses_it(app):
    port = unused_port()
    process = app(flags=(f"--inspect=0.0.0.0:{port}",))
    found = looked_at(process)
    assert found["way"].what == f"attach: its inspector is open on 0.0.0.0:{port}"
    assert found["exposed"].state == "warning"
    assert "clients" not in found
    url = discover("127.0.0.1", port)
    assert url
    with Control(url):
        assert looked_at(process)["clients"].what.startswith("1 connections")
    assert looked_at(process)["way"].good


def test_refusals_are_told(app):
    port = unused_port()
    holder = app(flags=(f"--inspect={port}",), name="holder.js")
    process = app(flags=(f"--inspect-port={port}",))
    found = looked_at(process)
    assert not found["way"].good
    assert f"held by process {holder.pid}" in found["way"].what
    os.kill(process.pid, signal.SIGSTOP)
    eventually(lambda: proc.facts(process.pid).state == "T", "it is stopped")
    assert "kill -CONT" in looked_at(process)["way"].remedy


def test_an_address_is_looked_at_too(app):
    port = unused_port()
    found = {c.about: c for c in examine(resolve(f":{port}"))}
    assert not found["inspector"].good
    process = app(flags=(f"--inspect={port}",))
    found = {c.about: c for c in examine(resolve(f":{port}"))}
    assert found["inspector"].good
    assert str(process.pid) in found["node"].what


def test_our_own_probe_and_one_that_was_left(app):
    process = app()
    with attached(process.pid):
        assert "is attached to it now" in looked_at(process)["probe"].what
    assert looked_at(process)["probe"].what.startswith("no fluxion")
    since = proc.started(process.pid)
    script = (
        f"import sys; sys.path[:0] = {sys.path!r}\n"
        f"from agent import leftover; leftover.note({process.pid}, {since}, 0)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
    assert "was killed" in looked_at(process)["probe"].what
    leftover.forget(process.pid)


def test_workers_children_and_threads(app, node_version):
    process = app(
        "const cluster = require('cluster');"
        "const {Worker} = require('worker_threads');"
        "const {fork} = require('child_process');"
        "if (process.argv[2] === 'child') { process.send('up'); }"
        "else if (cluster.isPrimary) { let up = 0;"
        "  const heard = () => { if (++up === 3) console.log('port 1'); };"
        "  cluster.on('message', heard); cluster.fork();"
        "  fork(__filename, ['child']).on('message', heard);"
        '  new Worker(\'require("worker_threads").parentPort.postMessage(1);'
        "    setInterval(() => {}, 1e3)', {eval: true}).on('message', heard);"
        "} else process.send('up');"
        "setInterval(() => {}, 1000);",
        node=node_version,
        flags=(),
    )
    found = looked_at(process)
    assert found["workers"].what.startswith("cluster workers: ")
    assert found["children"].what.startswith("Node.js processes below it: ")
    assert found["threads"].what.startswith("1 event loops more")
    worker = int(found["workers"].what.rpartition(" ")[2])
    assert f"primary is process {process.pid}" in looked_at(worker)["workers"].what


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("app.mjs", "", "an ES module"),
        ("app.cjs", "\n//# sourceMappingURL=app.js.map\n", "source map"),
    ],
)
def test_the_main_script(app, name, text, told):
    setting = "import http from 'http'; " if name == "app.mjs" else ""
    body = APP.replace("require('http')", "http") if setting else APP
    assert told in looked_at(app(setting + body + text, name=name))["entry"].what


def test_no_main_script(spawn_node):
    process = spawn_node(
        "-e", "console.log('up'); setInterval(() => {}, 1e3)", line="up"
    )
    assert entry_of(proc.facts(process.pid)) is None
    assert "no main script" in looked_at(process)["entry"].what


def test_a_container(node, tmp_path):
    flags = ("-n", "-pf", "--mount-proc", "--kill-child", "-m")
    if not possible(*flags):
        return
    (tmp_path / "app.js").write_text(APP)
    with unshared(flags, node, tmp_path / "app.js") as (_, pid, port):
        found = looked_at(pid)
        assert "process numbers: inside it is 1" in found["container"].what
        assert found["ports"].what == f"it listens on {port}"
        assert "--with-sources" in found["sources"].remedy
        assert found["way"].good
