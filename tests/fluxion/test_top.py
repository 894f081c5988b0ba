"""`top` and `dump` on real servers: what they tell, how they end, what they leave."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request

import pytest

from fluxion import exits
from fluxion.top import screen
from store.errors import FluxionError, UsageError
from tests.agent.live import ports
from tests.conftest import ROOT
from tests.fault.screen import CTRL_C, Screen
from tests.processes import eventually

SERVER = """\
const http = require('http')
function work (n) {
  let s = n
  for (let i = 0; i < 4e5; i++) s = (s * 31 + i) >>> 0
  return s
}
function handle (req, res) {
  if (req.url === '/long') { const end = Date.now() + 6000; while (Date.now() < end); }
  if (req.url === '/mine') res.end(String(server.listeners('request').includes(handle)))
  else res.end(String(work(1)))
}
const server = http.createServer(handle)
server.listen(Number(process.argv[2]), "127.0.0.1")
"""
KEYS = {"function", "kind", "rate", "cpu_ms", "p99_ms"}


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


def ask(port: int, path: str = "/") -> bytes:
    return urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30).read()


class Asking:
    """Requests one after the other; when each was answered."""

    def __init__(self, port: int) -> None:
        self.answered: list[float] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(port,))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(40)

    def _run(self, port: int) -> None:
        while not self._over.is_set():
            try:
                ask(port)
                self.answered.append(time.time())
            except OSError:
                pass
            self._over.wait(0.02)


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "fluxion", *map(str, words)]


def fluxion(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*words), capture_output=True, text=True, timeout=100, check=False
    )


@contextlib.contextmanager
def running_top(server):
    running = subprocess.Popen(
        command("top", server.pid, "--json"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


def named(told: dict, name: str) -> dict:
    return next(
        (one for one in told["callbacks"] if one["function"]["name"] == name), {}
    )


def left_alone(server) -> None:
    """The target is as it was: its port only, its own function in its place."""
    eventually(lambda: ports(server.pid) == {server.port}, "the inspector is closed", 9)
    assert ask(server.port, "/mine") == b"true"


def test_top_tells_as_many_runs_as_there_were(server):
    with Asking(server.port) as asking:
        done = fluxion("top", server.pid, "--json", "-d", "7s")
    assert done.returncode == exits.DONE, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(told) >= 4
    assert all(one.keys() == {"t", "loop", "callbacks", "fluxions"} for one in told)
    # A rate is what was counted since the object before, by the target's own clock.
    # Where none is told for long, the ones between say that nothing ran.
    heard = [told[0], *(one for one in told if one["loop"]["utilization"] is not None)]
    pairs = list(itertools.pairwise(heard))
    counted = sum(
        named(now, "handle").get("rate", 0) * (now["t"] - before["t"])
        for before, now in pairs
        if "handle" in str(before["callbacks"])
    )
    begins = next(one["t"] for one in told if named(one, "handle"))
    ends = told[-1]["t"]
    were = sum(begins < at <= ends for at in asking.answered)
    assert were > 20
    assert abs(counted - were) <= 5 + were / 20, (counted, were)
    busy = [one for one in told if named(one, "handle").get("rate")][-1]
    last = named(busy, "handle")
    assert last.keys() == KEYS
    assert last["kind"] == "start"
    assert last["function"]["line"] == 7
    assert 0 < last["cpu_ms"] <= 1100
    assert last["p99_ms"] > 0
    loop = heard[-1]["loop"]
    assert 0 < loop["utilization"] <= 1
    assert 0 <= loop["p50_ms"] <= loop["p99_ms"]
    left_alone(server)


def test_dump_shows_a_table_once(server):
    with Asking(server.port):
        done = fluxion("dump", server.pid)
        again = fluxion("dump", server.pid, "--json")
    assert done.returncode == again.returncode == exits.DONE, done.stderr
    lines = done.stdout.splitlines()
    assert f"pid {server.pid}" in lines[0]
    assert " ".join(lines[3].split()) == "cpu ms/s runs/s p50 p99 kind callback"
    assert any("handle" in line and "server.js:7:1" in line for line in lines[4:])
    assert named(json.loads(again.stdout), "handle")["rate"] > 0
    left_alone(server)


def test_a_loop_that_does_not_turn_is_told_while_it_does_not(server):
    with Asking(server.port), running_top(server) as running:
        assert running.stdout is not None
        first = json.loads(running.stdout.readline())
        assert first["loop"]["p50_ms"] is not None
        threading.Thread(target=ask, args=(server.port, "/long")).start()
        for line in running.stdout:
            told = json.loads(line)
            if told["loop"]["p99_ms"] > 3000:
                break
        assert first["t"] < told["t"]
        assert told["loop"]["utilization"] is None
        assert named(told, "handle").get("rate", 0) == 0
        for line in running.stdout:
            told = json.loads(line)
            if told["loop"]["utilization"] is not None:
                break
        assert named(told, "handle")["p99_ms"] is not None
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=30)
        assert running.returncode == exits.DONE
    left_alone(server)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_and_leaves_the_target(server, number):
    with Asking(server.port), running_top(server) as running:
        assert running.stdout is not None
        json.loads(running.stdout.readline())
        running.send_signal(number)
        rest, said = running.communicate(timeout=30)
    assert running.returncode == exits.DONE, said
    assert all(json.loads(line) for line in rest.splitlines())
    left_alone(server)


def test_a_reader_that_has_seen_enough_ends_it(server):
    line = f"{' '.join(command('top', server.pid, '--json'))} | head -n 1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (exits.DONE, "")
    assert json.loads(done.stdout)["fluxions"] == []
    left_alone(server)


def test_the_end_of_the_target_ends_json_with_4(server):
    with Asking(server.port), running_top(server) as running:
        assert running.stdout is not None
        json.loads(running.stdout.readline())
        server.popen.kill()
        _, said = running.communicate(timeout=60)
    assert running.returncode == exits.TARGET_GONE
    assert f"the target has ended (process {server.pid})" in said


@pytest.mark.parametrize("verb", ["top", "dump"])
def test_no_such_target_ends_with_3(verb):
    done = fluxion(verb, "999999999", "--json")
    assert (done.returncode, done.stdout) == (exits.NO_TARGET, "")


def test_without_a_terminal_it_says_what_to_do(server):
    done = fluxion("top", server.pid)
    assert (done.returncode, done.stdout) == (exits.USAGE, "")
    assert "--json" in done.stderr
    assert "fluxion dump" in done.stderr


@contextlib.contextmanager
def terminal(monkeypatch):
    """Make all streams a terminal, for the length of a block."""
    master, slave = os.openpty()
    made = [os.fdopen(os.dup(slave), mode) for mode in ("r", "w", "w")]
    for name, one in zip(("stdin", "stdout", "stderr"), made, strict=True):
        monkeypatch.setattr(sys, name, one)
    monkeypatch.setenv("TERM", "xterm")
    yield
    monkeypatch.undo()
    for one in made:
        one.close()
    os.close(slave)
    os.close(master)


def test_without_textual_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "textual", None)
    for name in [one for one in sys.modules if one.startswith("textual.")]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, "fluxion.screen", raising=False)
    with terminal(monkeypatch), pytest.raises(FluxionError) as failed:
        screen()
    assert failed.value.exit_code == exits.ERROR
    assert "pip install 'fluxion-agent[tui]'" in failed.value.hint


def test_a_terminal_that_cannot_draw_is_told_so(monkeypatch):
    with terminal(monkeypatch):
        monkeypatch.setenv("TERM", "dumb")
        with pytest.raises(UsageError, match="TERM"):
            screen()


@pytest.fixture
def shown(server, tmp_path):
    """`top` in a terminal of its own that shows a callback of a server under load."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    env |= {"COLUMNS": "110", "LINES": "30"}
    one = Screen(command("top", server.pid), tmp_path, env)
    with Asking(server.port):
        one.wait_for("handle")
        yield one
    one.close()


def ctrl_c(shown) -> None:
    shown.press(CTRL_C)


def quit_(shown) -> None:
    shown.press(b"q")


def terminate(shown) -> None:
    os.kill(shown.pid, signal.SIGTERM)


def interrupt(shown) -> None:
    os.kill(shown.pid, signal.SIGINT)


def close_terminal(shown) -> None:
    shown.hang_up()


@pytest.mark.parametrize(
    "end",
    [quit_, ctrl_c, terminate, interrupt, close_terminal],
    ids=lambda f: f.__name__,
)
def test_however_the_screen_ends_the_target_is_left(server, shown, end):
    end(shown)
    assert shown.code() == exits.DONE
    left_alone(server)


def test_the_screen_survives_the_end_of_the_target(server, shown):
    server.popen.kill()
    shown.wait_for("the target has ended")
    assert not shown.ended()
    shown.press(b"s")
    shown.wait_for("sorted by")
    shown.press(b"q")
    assert shown.code() == exits.TARGET_GONE


def test_detaching_leaves_the_target_and_keeps_the_screen(server, shown):
    shown.press(b"d")
    shown.wait_for("detached")
    left_alone(server)
    assert not shown.ended()
    shown.press(b"q")
    assert shown.code() == exits.DONE
