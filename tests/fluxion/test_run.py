"""The compiled app is started as the original was."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fluxion.verify.seeded import make_build
from tests.processes import eventually


def build_of(folder, source: str, **entry):
    build = make_build(folder)
    build.entry.script.write_text("original\n")
    (build.folder / "overlay/server.js").write_text(source)
    path = build.folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["files"][0]["sha256"] = hashlib.sha256(b"original\n").hexdigest()
    manifest["entry"].update(entry)
    path.write_text(json.dumps(manifest))
    (build.folder / "runtime/order.cjs").write_text("")
    return build


def run(build, *arguments, **more):
    return subprocess.run(
        [sys.executable, "-m", "fluxion", "run", str(build.folder), *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        **more,
    )


SHOW = "console.log(JSON.stringify([process.argv.slice(2), process.cwd()]))\n"


def test_arguments_and_folder_are_the_recorded_ones(tmp_path):
    argv = ["node", str(tmp_path / "app/server.js"), "--db", "x"]
    build = build_of(tmp_path, SHOW, argv=argv)
    assert json.loads(run(build).stdout) == [["--db", "x"], str(tmp_path / "app")]
    assert run(build, "--", "-x", "--", "y").stdout.startswith('[["-x","--","y"]')


def test_the_exit_code_is_the_apps(tmp_path):
    assert run(build_of(tmp_path, "process.exit(42)\n")).returncode == 42


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_reach_the_app(tmp_path, number):
    source = (
        f"process.on('{number.name}', () => {{"
        " console.log('got it'); process.exit(3) })"
        "\nconsole.log('up'); setInterval(() => {}, 1000)\n"
    )
    build = build_of(tmp_path, source)
    process = subprocess.Popen(
        [sys.executable, "-m", "fluxion", "run", str(build.folder)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    process.send_signal(number)
    told, _ = process.communicate(timeout=10)
    assert (told, process.returncode) == ("got it\n", 3)


def test_a_build_of_another_source_version_does_not_start(tmp_path):
    build = build_of(tmp_path, SHOW)
    build.entry.script.write_text("newer\n")
    done = run(build)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("sha256") == 1
    assert str(build.entry.script) in done.stderr


def test_a_working_folder_that_is_gone_is_an_error(tmp_path):
    done = run(build_of(tmp_path, SHOW, cwd=str(tmp_path / "gone")))
    assert done.returncode == 1
    assert "cannot be entered" in done.stderr


def test_this_process_becomes_node(tmp_path):
    build = build_of(tmp_path, "console.log(process.pid); setTimeout(() => {}, 100)\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "fluxion", "run", str(build.folder)],
        stdout=subprocess.PIPE,
        text=True,
    )
    told, _ = process.communicate(timeout=10)
    assert int(told) == process.pid
    eventually(lambda: not Path(f"/proc/{process.pid}").exists(), "it ends")
