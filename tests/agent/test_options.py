"""Node's command line, read as Node reads it."""

from __future__ import annotations

import json
import subprocess

import pytest

from agent.options import inspect_address, of_command, of_environment, script_of


@pytest.mark.parametrize(
    ("command", "options", "script"),
    [
        (["node", "app.js", "--inspect"], (), "app.js"),
        (["node", "--inspect-port", "0", "app.js"], ("--inspect-port=0",), "app.js"),
        (["node", "-r", "./x", "--inspect", "a.js"], ("-r=./x", "--inspect"), "a.js"),
        (["node", "--inspect_port=1", "a.js"], ("--inspect-port=1",), "a.js"),
        (["node", "--", "--inspect"], (), "--inspect"),
        (["node", "-e", "1 + 1"], ("-e=1 + 1",), ""),
        (["node"], (), ""),
        (["my-title"], (), ""),
        ([], (), ""),
    ],
)
def test_own_options_end_at_the_script(command, options, script):
    assert of_command(command) == options
    assert script_of(command) == script


def test_options_in_the_environment_may_be_quoted():
    assert of_environment('--inspect-port=0 --require "./a b.js"') == (
        "--inspect-port=0",
        "--require=./a b.js",
    )
    assert of_environment("--title='open") == ("--title='open",)
    assert of_environment("") == ()


@pytest.mark.parametrize(
    ("options", "address"),
    [
        ((), ("127.0.0.1", 9229)),
        (("--inspect",), ("127.0.0.1", 9229)),
        (("--inspect=0",), ("127.0.0.1", 0)),
        (("--inspect-brk=9300",), ("127.0.0.1", 9300)),
        (("--inspect-port=0.0.0.0:9300",), ("0.0.0.0", 9300)),
        (("--inspect=[::1]:9300",), ("::1", 9300)),
        (("--inspect=localhost",), ("localhost", 9229)),
        (("--inspect-port=9300", "--inspect"), ("127.0.0.1", 9300)),
        (("--inspect-port=9300", "--inspect=9301"), ("127.0.0.1", 9301)),
        (("--inspect-publish-uid=http",), ("127.0.0.1", 9229)),
        (("--debug-port=9300",), ("127.0.0.1", 9300)),
    ],
)
def test_where_the_inspector_would_be(options, address):
    assert inspect_address(options) == address


def test_node_agrees(node_version, tmp_path):
    """The same words give Node the same options and the same script."""
    script = tmp_path / "s.js"
    script.write_text(
        "console.log(JSON.stringify([process.execArgv.length, process.argv[1],"
        " process.debugPort]))"
    )
    preload = tmp_path / "empty.js"
    preload.write_text("")
    for words in (
        ["--inspect-port", "9317", "--no-warnings"],
        ["-r", str(preload), "--inspect-port=9318"],
        ["--title", "x", "--stack-trace-limit=3", "--inspect_port=127.0.0.1:9319"],
    ):
        command = [str(node_version), *words, str(script)]
        told = subprocess.run(command, capture_output=True, text=True, check=True)
        _, main, port = json.loads(told.stdout)
        assert script_of(command) == main
        assert inspect_address(of_command(command)) == ("127.0.0.1", port)
