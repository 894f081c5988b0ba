"""What works here, what a code means, and taking a probe out."""

from __future__ import annotations

import json
import os
import signal

import pytest

from fluxion import exits
from fluxion.cli import main
from fluxion.reasons import TABLE
from tests.fluxion.recordings import make_store
from tests.processes import unused_port

SERVER = "setInterval(() => {}, 50); console.log('up')\n"


def test_this_machine_is_fit(capsys):
    assert main(["doctor"]) == exits.DONE
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith("ok ") for line in lines), lines
    assert any("node v" in line for line in lines)


def test_a_target_is_looked_at_from_outside(tmp_path, spawn_node, capsys):
    (tmp_path / "s.js").write_text(SERVER)
    process = spawn_node(tmp_path / "s.js", line="up")
    assert main(["doctor", str(process.pid), "--json"]) == exits.DONE
    checks = json.loads(capsys.readouterr().out)
    assert all(check["ok"] for check in checks)
    assert {"node", "way", "entry"} <= {check["about"] for check in checks}
    assert process.err == [], "no inspector was opened"


def test_a_target_that_cannot_be_reached_ends_with_3(tmp_path, spawn_node, capsys):
    (tmp_path / "s.js").write_text(SERVER)
    flag = f"--inspect-port={unused_port()}"
    process = spawn_node(tmp_path / "s.js", flags=(flag,), line="up")
    os.kill(process.pid, signal.SIGSTOP)
    assert main(["doctor", str(process.pid)]) == exits.NO_TARGET
    told = capsys.readouterr().out
    assert f"NO  process {process.pid} is stopped" in told
    assert f"kill -CONT {process.pid}" in told


def test_a_store_is_looked_at(tmp_path, capsys):
    store = make_store(tmp_path)
    assert main(["doctor", str(store)]) == exits.DONE
    assert f"    fluxion plan {store}" in capsys.readouterr().out
    store.write_bytes(b"no store")
    assert main(["doctor", str(store)]) == exits.STORE
    assert "NO  store: " in capsys.readouterr().out


def test_a_target_that_is_none_ends_with_3(capsys):
    assert main(["doctor", "999999999"]) == exits.NO_TARGET
    assert "NO  target: there is no process" in capsys.readouterr().out


@pytest.mark.parametrize("code", sorted(TABLE))
def test_every_code_is_explained(code, capsys):
    assert main(["explain", code.lower()]) == exits.DONE
    told = capsys.readouterr().out
    assert told.startswith(f"{code}: {TABLE[code].title}")
    assert TABLE[code].remedy in told


def test_an_explanation_as_json(capsys):
    assert main(["explain", "FX001", "--json"]) == exits.DONE
    assert json.loads(capsys.readouterr().out)["code"] == "FX001"
