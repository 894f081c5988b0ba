"""The fixtures themselves: a test that leaves something behind must fail."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT, SpawnNode
from tests.processes import accepts, eventually

SERVER = """
const http = require('http');
const server = http.createServer((_, answer) => answer.end('here'));
server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('listening'));
"""

LEAVES_A_PROCESS = """
import subprocess

def test_child():
    subprocess.Popen(["sleep", "600"])
"""

LEAVES_A_PORT = """
import socket

kept = []

def test_port():
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen()
    kept.append(server)
"""

LEAVES_A_DAEMON = """
import subprocess

def test_daemon():
    subprocess.run(["setsid", "--fork", "sleep", "600"], check=True)
"""


def test_every_version_is_the_one_it_says(nodes):
    for version, binary in nodes.items():
        told = subprocess.check_output([binary, "--version"], text=True)
        assert told.startswith(f"v{version}.")


def test_spawn_waits_for_a_line_and_a_port(
    spawn_node: SpawnNode, tmp_path, free_port, node_version
):
    script = tmp_path / "server.js"
    script.write_text(SERVER)
    server = spawn_node(
        script, str(free_port), node=node_version, line="^listening$", port=free_port
    )
    assert server.alive()
    server.stop()
    assert not accepts(free_port)


def test_spawn_tells_what_a_failed_program_said(spawn_node: SpawnNode, tmp_path):
    script = tmp_path / "broken.js"
    script.write_text("throw new Error('on purpose')")
    with pytest.raises(AssertionError, match=r"(?s)exit code 1.*on purpose"):
        spawn_node(script, line="never")


SKIPS = """
import pytest

def test_not_here():
    pytest.skip("no such tool")

@pytest.mark.xfail(strict=True)
def test_known():
    assert False
"""


HEARS = """
import subprocess
import sys

def test_the_child_is_interrupted():
    program = "import signal; print(signal.getsignal(signal.SIGINT).__name__)"
    told = subprocess.check_output([sys.executable, "-c", program], text=True)
    assert told == "default_int_handler\\n"
"""


def inner_command(folder) -> list[str]:
    return [
        *(sys.executable, "-m", "pytest", "-p", "tests.conftest", "-q"),
        *("-W", "default", "--rootdir", str(folder), "-c", "/dev/null"),
        str(folder),
    ]


def run_inner(folder, program) -> subprocess.CompletedProcess[str]:
    """Run a file of tests with our fixtures, in a session of its own."""
    (folder / "test_inner.py").write_text(program)
    return subprocess.run(
        inner_command(folder),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("program", "told"),
    [
        (LEAVES_A_PROCESS, "sleep 600"),
        (LEAVES_A_PORT, "a listener on 127.0.0.1:"),
        (LEAVES_A_DAEMON, "sleep 600"),
    ],
    ids=["process", "port", "daemon"],
)
def test_what_is_left_behind_fails_the_test(tmp_path, program, told):
    inner = run_inner(tmp_path, program)
    assert inner.returncode == 1, inner.stdout + inner.stderr
    assert "left behind" in inner.stdout
    assert told in inner.stdout


def test_a_skipped_test_fails_and_an_expected_failure_does_not(tmp_path):
    inner = run_inner(tmp_path, SKIPS)
    assert "1 failed, 1 xfailed" in inner.stdout, inner.stdout + inner.stderr
    assert "no such tool" in inner.stdout


def test_eventually_says_what_did_not_happen():
    with pytest.raises(AssertionError, match="the sky falls"):
        eventually(lambda: False, "the sky falls", timeout=0.05)


def test_children_hear_ctrl_c_even_when_we_run_in_the_background(tmp_path):
    (tmp_path / "test_inner.py").write_text(HEARS)
    script = 'trap "" INT; exec "$@"'
    inner = subprocess.run(
        ["bash", "-c", script, "inner", *inner_command(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert inner.returncode == 0, inner.stdout + inner.stderr


def test_rounds_are_never_none(rounds):
    assert rounds(1) == 1
    assert rounds(1_000) >= 20
