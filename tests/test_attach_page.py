"""docs/attach.md: commands are run where this machine can, sentences are ours."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

import pytest

from fluxion.cli import parser
from tests.agent.namespaces import possible, unshared
from tests.conftest import ROOT

PAGE = (ROOT / "docs/attach.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
COMMANDS = [
    line
    for block in BLOCKS
    for line in block.replace("\\\n", " ").splitlines()
    if "fluxion " in line
]
APP = (
    "const server = require('http').createServer((req, res) => res.end('ok'));"
    "server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));"
)


@pytest.fixture
def shell(tmp_path, monkeypatch):
    """Run a line as the page has it; `sudo` is only for those who need it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "fluxion").write_text(
        f'#!/bin/sh\nexec {sys.executable} -m fluxion "$@"\n'
    )
    (folder / "sudo").write_text('#!/bin/sh\nexec "$@"\n')
    for file in folder.iterdir():
        file.chmod(0o755)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    def run(line, pid):
        return subprocess.run(
            ["sh", "-c", line],
            cwd=tmp_path,
            env={
                **os.environ,
                "PATH": f"{folder}:{os.environ['PATH']}",
                "PYTHONPATH": str(ROOT),
                "PID": str(pid),
            },
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    return run


def test_the_first_block_works_from_top_to_bottom(shell, spawn_node, tmp_path):
    (tmp_path / "app.js").write_text(APP)
    process = spawn_node(tmp_path / "app.js", flags=("--inspect-port=0",), line="port")
    lines = next(block for block in BLOCKS if "doctor $PID" in block).splitlines()
    assert len(lines) == 5
    for line in lines:
        done = shell(line, process.pid)
        # A server that nobody asks anything has an empty recording, and doctor says so.
        assert done.returncode == (1 if "doctor app.db" in line else 0), done.stderr
    assert process.alive()


def test_from_inside_its_network(shell, node, tmp_path):
    if not possible("-n") or shutil.which("nsenter") is None:
        return
    (tmp_path / "app.js").write_text(APP)
    line = next(one for one in COMMANDS if "nsenter" in one)
    with unshared(("-n",), node, tmp_path / "app.js", "--inspect") as (app, pid, _):
        done = shell(line, pid)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "app.db").exists()
        assert app.alive()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_one_that_fluxion_takes(command):
    words = command[command.index("fluxion ") + len("fluxion ") :]
    words = re.sub(r'"\$\([^)]*\)"|\$PID|\$pid', "4711", words)
    arguments = parser().parse_args(words.split())
    assert arguments.verb


def test_every_sentence_of_the_table_is_one_of_ours():
    rows = re.findall(
        r"^\| `([^`]+)` +\|", PAGE[PAGE.index("## What a refusal") :], re.MULTILINE
    )
    assert len(rows) >= 15
    texts = [file.read_text("utf-8") for file in (ROOT / "agent").glob("*.py")]
    # Sentences are broken over lines in the sources.
    source = re.sub(r'"\s+f?"', "", "\n".join(texts))
    assert [row for row in rows if row not in source] == []
