"""Recording real servers, and everything that can be in the way."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from typing import Any

import pytest

from fluxion import exits
from store.database import open_store
from store.errors import FluxionError
from store.recording import load
from tests.processes import eventually

SERVER = """\
const http = require('http')
let served = 0
function work (n) {
  let s = n
  for (let i = 0; i < 3e6; i++) s = (s * 31 + i) >>> 0
  return s
}
function handle (req, res) {
  setTimeout(function later () { served += 1; res.end(String(work(1) + served)) }, 1)
}
http.createServer(handle).listen(Number(process.argv[2]), "127.0.0.1")
"""


def fluxion(*args, **more):
    return subprocess.run(
        [sys.executable, "-m", "fluxion", *map(str, args)],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        **more,
    )


@pytest.fixture
def server(tmp_path, spawn_node, free_port):
    (tmp_path / "server.js").write_text(SERVER)
    process = spawn_node(
        tmp_path / "server.js",
        str(free_port),
        flags=("--inspect-port=0",),
        port=free_port,
    )
    process.port = free_port
    return process


def kept(store) -> bool:
    """Whether functions were traced and blocks came of them."""
    try:
        with open_store(store) as opened:
            return sum(len(block) for block in opened.blocks()) > 2000
    except FluxionError:
        return False


@pytest.fixture
def asking(server):
    """Requests that come all the time."""
    over = threading.Event()

    def ask():
        while not over.is_set():
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{server.port}/x").read()
            except OSError:
                time.sleep(0.05)

    thread = threading.Thread(target=ask)
    thread.start()
    yield
    over.set()
    thread.join(20)


def test_a_running_server_is_recorded_and_left_as_it_was(server, asking, tmp_path):
    store = tmp_path / "app.db"
    done = fluxion(
        *("record", server.pid, "-o", store, "-d", "5", "--capture-requests", "3"),
        "--json",
    )
    assert done.returncode == exits.DONE, done.stderr
    told = json.loads(done.stdout)
    assert {"store", "seconds", "events", "dropped", "overhead_percent"} < told.keys()
    assert told["callbacks"] >= 2
    assert told["scripts"] >= 1
    assert "tracing will stop the target once for about" in done.stderr
    assert "beginning to sample its CPU will stop it for about" in done.stderr
    assert f"next: fluxion plan {store}" in done.stderr
    recording = load(store)
    kinds = {
        f.name: r.kind
        for r in recording.ruptures
        for f in recording.functions
        if f.ref == r.function
    }
    assert kinds["handle"] == "start"
    assert kinds["later"] == "post"
    assert len(recording.requests) == 3
    with open_store(store) as opened:
        assert opened.status()["ports"] == [server.port]
    assert urllib.request.urlopen(f"http://127.0.0.1:{server.port}/").read()


def test_a_launched_app_is_recorded_until_it_ends(tmp_path):
    (tmp_path / "app.js").write_text(
        "setTimeout(function later () { console.log('done', process.argv[2]) }, 50)\n"
    )
    done = fluxion("record", "-o", "app.db", "--", "node", "app.js", "x", cwd=tmp_path)
    assert done.returncode == exits.DONE, done.stderr
    assert done.stdout == "done x\n"
    recording = load(tmp_path / "app.db")
    assert recording.process.how == "launched"
    assert {f.name for f in recording.functions} >= {"later"}


def test_a_launched_server_ends_with_the_recording(tmp_path, free_port):
    (tmp_path / "server.js").write_text(SERVER)
    code = (
        "import os, urllib.request as u\n"
        "for _ in range(5): u.urlopen('http://127.0.0.1:' + os.environ['PORT']).read()"
    )
    done = fluxion(
        *("record", "-o", "app.db", "-d", "20"),
        *("--on-port", f'{sys.executable} -c "{code}"'),
        *("--", "node", "server.js", free_port),
        cwd=tmp_path,
    )
    assert done.returncode == exits.DONE, done.stderr
    recording = load(tmp_path / "app.db")
    assert recording.seconds < 15, "the end of the command is the end"
    assert any(r.activations == 5 for r in recording.ruptures)


@pytest.mark.parametrize("target", ["999999999", "no-such-name", ":1", "ws://x"])
def test_no_such_target_ends_with_3_and_leaves_no_store(target, tmp_path):
    done = fluxion("record", target, "-o", tmp_path / "x.db", "-d", "1")
    assert done.returncode == exits.NO_TARGET
    assert done.stderr.startswith("error: ")
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_is_not_node_ends_with_3_and_lives_on(tmp_path):
    sleeper = subprocess.Popen(["sleep", "60"])
    try:
        done = fluxion("record", sleeper.pid, "-o", tmp_path / "x.db", "-d", "1")
        assert done.returncode == exits.NO_TARGET
        assert "not Node.js" in done.stderr
        assert sleeper.poll() is None
    finally:
        sleeper.kill()
        sleeper.wait()


def test_somebody_elses_process_ends_with_3(server, tmp_path):
    tmp_path.chmod(0o777)
    root = os.geteuid() == 0
    pid = server.pid if root else 1
    code = (
        "import os, sys, fluxion.record\n"
        "from fluxion.cli import main\n"
        f"if {root}: os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        f"sys.exit(main(['record', '{pid}', '-o', '{tmp_path}/x.db']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == exits.NO_TARGET, done.stderr
    assert "belongs to somebody else" in done.stderr


def test_a_busy_inspector_port_ends_with_3_and_names_it(
    tmp_path, spawn_node, free_port
):
    (tmp_path / "server.js").write_text(SERVER)
    with socket.create_server(("127.0.0.1", 0)) as holder:
        taken = holder.getsockname()[1]
        node = spawn_node(
            tmp_path / "server.js",
            str(free_port),
            flags=(f"--inspect-port={taken}",),
            port=free_port,
        )
        done = fluxion("record", node.pid, "-o", tmp_path / "x.db", "-d", "1")
        assert node.alive()
    assert done.returncode == exits.NO_TARGET, done.stderr
    assert f"port {taken}" in done.stderr
    assert "hint: " in done.stderr
    assert not (tmp_path / "x.db").exists()


def test_a_store_is_not_overwritten(server, tmp_path):
    store = tmp_path / "app.db"
    store.write_text("precious")
    done = fluxion("record", server.pid, "-o", store, "-d", "1")
    assert done.returncode == exits.STORE
    assert "--force" in done.stderr
    assert store.read_text() == "precious"


def test_a_target_that_dies_ends_with_4_and_a_store_that_opens(
    server, asking, tmp_path
):
    store = tmp_path / "app.db"
    process = subprocess.Popen(
        [sys.executable, "-m", "fluxion", "record", str(server.pid), "-o", store],
        stderr=subprocess.PIPE,
        text=True,
    )
    eventually(lambda: kept(store), "something was kept", timeout=60, every=0.2)
    os.kill(server.pid, signal.SIGKILL)
    _, told = process.communicate(timeout=30)
    assert process.returncode == exits.TARGET_GONE, told
    assert f"is in {store}" in told
    assert load(store).process.pid == server.pid


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_finishes_and_writes(server, asking, tmp_path, number):
    store = tmp_path / "app.db"
    process = subprocess.Popen(
        [sys.executable, "-m", "fluxion", "record", str(server.pid), "-o", store],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    assert "events" in process.stderr.readline()
    time.sleep(1)
    process.send_signal(number)
    told = process.stderr.read()
    process.stderr.close()
    assert process.wait(30) == exits.DONE, told
    assert "finishing and writing" in told
    assert load(store).seconds > 0


def test_a_store_that_is_full_ends_with_5_and_opens(server, asking, tmp_path):
    store = tmp_path / "app.db"
    done = fluxion(
        *("record", server.pid, "-o", store, "-d", "30", "--max-store", "240kB"),
    )
    assert done.returncode == exits.STORE, done.stderr
    assert urllib.request.urlopen(f"http://127.0.0.1:{server.port}/").read()
    with open_store(store) as opened:
        assert opened.observed().process.pid == server.pid


def test_a_stop_that_would_be_too_long_is_refused_and_the_target_only_watched(
    server, asking, tmp_path
):
    store = tmp_path / "app.db"
    told: dict[str, Any] = {}
    for seconds in (4, 12, 36):  # on a busy machine nothing was found after four
        done = fluxion(
            *("record", server.pid, "-o", store, "-d", seconds, "--max-stall", "1ms"),
            *("--force", "--json"),
        )
        assert done.returncode == exits.DONE, done.stderr
        told = json.loads(done.stdout)
        if told["callbacks"]:
            break
    assert told["stall"]["predicted_ms"] > 1
    assert told["stall"]["measured_ms"] is None, "the Debugger was never on"
    assert "only watching" in done.stderr
    assert {one.code for one in load(store).refusals} >= {"FX109"}
    assert told["callbacks"] >= 1


def test_a_recording_ends_in_order_when_the_probes_time_is_over(
    server, asking, tmp_path
):
    store = tmp_path / "app.db"
    done = fluxion("record", server.pid, "-o", store, "--ttl", "4s", "--json")
    assert done.returncode == exits.DONE, done.stderr
    assert 2 < json.loads(done.stdout)["seconds"] < 30
    with open_store(store) as opened:
        assert opened.status()["ended"] == "finished"
    assert load(store).processes
