"""What a probe says of itself and of its process."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace

from agent.attach import Attached
from agent.launch import Launched
from agent.observation import Observation, process_of, status_of, unmet, with_words
from agent.target import Target
from tests.conftest import ROOT


def takes(_: Observation) -> None:
    """Take what a recording needs; mypy checks that both kinds are it."""


def both(attached: Attached, launched: Launched) -> None:
    takes(attached)
    takes(launched)


def test_both_kinds_offer_the_same():
    for kind in (Attached, Launched):
        for name in vars(Observation):
            if not name.startswith("_"):
                assert hasattr(kind, name), name


def test_a_process_is_decoded():
    told = {
        "pid": os.getpid(),
        "node": "24.0.0",
        "argv": ["node", "app"],
        "execArgv": [],
        "cwd": "/srv",
        "file": "",
        "env": ["B", "A"],
    }
    process = process_of(told, None, "launched")
    assert process.entry == "/srv/app"
    assert process.env_names == ("A", "B")
    assert process.started_ns > 0
    assert process_of({**told, "file": "/x/app.js"}, 1, "launched").entry == "/x/app.js"


def test_a_word_is_no_file_where_code_was_given(node):
    describing = ROOT / "agent/probe/describing.js"
    code = f"console.log(JSON.stringify(require({str(describing)!r}).describe().file))"
    words = [node, "-e", code, "/a/word?token=abc"]
    assert json.loads(subprocess.check_output(words)) == ""


def test_a_module_is_told_by_its_path(node, tmp_path):
    file = tmp_path / "app.mjs"
    describing = (ROOT / "agent/probe/describing.js").as_uri()
    file.write_text(
        f"const {{ default: told }} = await import('{describing}');\n"
        "console.log(JSON.stringify(told.describe().file));\n"
    )
    told = subprocess.check_output([node, "app.mjs", "/another"], cwd=tmp_path)
    assert json.loads(told) == str(file)


def test_its_command_line_may_come_later():
    told = {"pid": 1, "node": "24.0.0", "cwd": "/srv", "file": "/srv/a.js", "env": []}
    process = process_of(told, 1, "attached")
    words = {"argv": ["node", "/srv/a.js", "x"], "execArgv": ["--expose-gc"]}
    known = with_words(process, words)
    assert (known.argv, known.exec_argv) == (tuple(words["argv"]), ("--expose-gc",))
    assert replace(known, argv=(), exec_argv=()) == process


def test_overhead_is_a_share_of_the_targets_cpu():
    told = dict.fromkeys(
        ("events", "dropped", "rss", "seen", "kept", "gated", "faults"), 0
    )
    more = {
        "spent": 20_000,
        "cpu": 1e6,
        "installed": 1500,
        "clock": "thread",
        "memory": 0,
    }
    status = status_of({**told, **more}, alive=True)
    assert status.overhead_percent == 2.0
    assert (status.installed_ms, status.clock) == (1.5, "thread")


def test_of_a_target_that_never_said_what_it_is_the_pid_is_known():
    attached = unmet(Target("4711", 4711, 1))
    assert (attached.pid, attached.node, attached.how) == (4711, "", "attached")
    assert attached.started_ns > 0
    launched = unmet(None, ("node", "app.js"))
    assert (launched.argv, launched.how) == (("node", "app.js"), "launched")
