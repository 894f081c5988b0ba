"""What runs in a process, whatever it is called."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from agent import binary, proc
from agent.binary import NODE_MARK, OTHERS, SINGLE_MARK, Runtime
from tests.conftest import node_binary
from tests.processes import NodeProcess


def home(pid: int) -> Path:
    return Path(f"/proc/{pid}")


@pytest.mark.parametrize(("name", "mark"), OTHERS)
def test_other_runtimes_have_names(name, mark, tmp_path):
    file = tmp_path / "server"
    extra = NODE_MARK if name == "electron" else b""
    file.write_bytes(Path("/bin/sleep").read_bytes() + mark + extra)
    file.chmod(0o755)
    running = subprocess.Popen([file, "60"])
    try:
        assert binary.runtime(home(running.pid)) == Runtime(name)
        assert not proc.facts(running.pid).is_node
    finally:
        running.kill()
        running.wait()


def test_no_node_carries_the_mark_of_another(node_version):
    content = node_version.read_bytes()
    assert NODE_MARK in content
    assert SINGLE_MARK not in content
    assert dict(OTHERS)["electron"] not in content


def test_us():
    assert binary.runtime(home(os.getpid())) == binary.OTHER


def test_an_app_inside_a_node_reads_its_own_command_line(tmp_path):
    """Node 26 writes such a file by itself; its words are the app's, not Node's."""
    (tmp_path / "app.js").write_text(
        "setInterval(() => {}, 1000); console.log('port 1', process.argv.length)"
    )
    (tmp_path / "sea.json").write_text(json.dumps({"main": "app.js", "output": "shop"}))
    subprocess.run(
        [node_binary("26"), "--build-sea", "sea.json"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=60,
    )
    process = NodeProcess([str(tmp_path / "shop"), "--inspect"], dict(os.environ), None)
    try:
        process.wait_for_line("port 1")
        facts = proc.facts(process.pid)
        assert facts.is_node
        assert facts.single
        assert facts.options == ()
    finally:
        process.stop()
