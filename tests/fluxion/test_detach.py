"""Taking a probe out, by whatever name, and all of them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from agent import leftover, loops, proc
from agent.discovery import discover
from agent.target import resolve
from fluxion import exits
from fluxion.cli import main
from tests.conftest import ROOT
from tests.processes import eventually, unused_port

SERVER = "setInterval(() => {}, 50); console.log('up')\n"
LEAVE_A_PROBE = """
import os, sys, time
from agent.attach import attach
from agent.observation import AttachOptions
from agent.target import by_pid
attached = attach(by_pid(int(sys.argv[1])), rewrite=None, on_block=lambda block: None)
print("in", flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def _own_state(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def server(tmp_path, spawn_node):
    def start(*flags, name="s.js"):
        (tmp_path / name).write_text(SERVER)
        return spawn_node(tmp_path / name, flags=flags, line="up")

    return start


@pytest.fixture
def probed():
    """Agents that attach and are then stopped, so that they say nothing more."""
    agents = []

    def start(pid):
        agent = subprocess.Popen(
            [sys.executable, "-c", LEAVE_A_PROBE, str(pid)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        agents.append(agent)
        assert agent.stdout
        assert agent.stdout.readline() == "in\n"
        return agent

    yield start
    for agent in agents:
        agent.kill()
        agent.wait()
        assert agent.stdout
        agent.stdout.close()


@pytest.mark.parametrize("form", ["pid", "port", "host", "url", "name"])
def test_by_every_name(form, server, probed, capsys):
    port = unused_port()
    process = server(f"--inspect={port}", name="left-behind.js")
    probed(process.pid)
    spec = {
        "pid": str(process.pid),
        "port": f":{port}",
        "host": f"localhost:{port}",
        "url": str(discover("127.0.0.1", port)),
        "name": "left-behind",
    }[form]
    assert main(["detach", spec]) == exits.DONE
    assert "the probe was removed" in capsys.readouterr().err
    assert main(["detach", spec]) == exits.DONE
    assert "there was no probe" in capsys.readouterr().err
    assert process.alive()


def test_where_no_probe_is(server, capsys):
    process = server("--inspect-port=0")
    assert main(["detach", str(process.pid)]) == exits.DONE
    assert "there was no probe" in capsys.readouterr().err
    eventually(lambda: loops.beside_main(process.pid) == [], "its port is closed again")
    assert process.alive()


def test_from_everything(server, probed, capsys):
    first, second = server("--inspect-port=0"), server("--inspect-port=0", name="2.js")
    for process in (first, second):
        probed(process.pid)
    assert main(["detach", "--all"]) == exits.DONE
    told = capsys.readouterr().err
    assert told.count("the probe was removed") == 2
    for process in (first, second):
        assert proc.listeners(process.pid) == []
        assert process.alive()
    assert main(["detach", "--all"]) == exits.DONE
    assert "no process of this user" in capsys.readouterr().err


def test_what_left_by_itself_gets_no_signal(server, probed, capsys):
    process = server("--inspect-port=0")
    agent = probed(process.pid)
    agent.kill()
    agent.wait()
    eventually(lambda: proc.listeners(process.pid) == [], "the probe left", timeout=15)
    before = list(process.err)
    assert main(["detach", "--all"]) == exits.DONE
    assert "has left by itself" in capsys.readouterr().err
    assert leftover.everything() == []
    assert process.err == before


def test_one_or_all(capsys):
    assert main(["detach"]) == exits.USAGE
    assert main(["detach", "1", "--all"]) == exits.USAGE
    assert "either a TARGET or --all" in capsys.readouterr().err
    assert resolve(":1").port == 1
