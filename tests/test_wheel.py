"""A built wheel, installed where there is Node.js but no npm, works by itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.timeout(480)

READ_BUNDLES = """
import sys
from importlib.resources import files
for name in sys.argv[1:]:
    room, _, rest = name.partition("/")
    text = files(room).joinpath(rest).read_text("utf-8")
    assert len(text) > 100, (name, text)
    print(name)
"""


SERVER = """\
'use strict';
const http = require('http');

function mix(n) {
  let sum = n;
  for (let i = 0; i < 4e6; i++) sum = (sum * 31 + i) >>> 0;
  return sum;
}

http
  .createServer(function handle(request, answer) {
    const mixed = mix(request.url.length);
    answer.end(`mixed ${mixed}`);
  })
  .listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening'));
"""


class Installed(NamedTuple):
    """A wheel, and a place where it is installed."""

    wheel: Path
    python: Path
    fluxion: Path
    env: dict[str, str]
    """A PATH with Node.js and without npm, and nothing of this checkout."""


def run(*command: object, cwd: Path | None = None, env: dict[str, str] | None = None):
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def installed(node: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    place = tmp_path_factory.mktemp("wheel")
    run(
        *(sys.executable, "-m", "build", "--wheel", "--no-isolation"),
        *("--outdir", place, ROOT),
    )
    (wheel,) = place.glob("fluxion_agent-*.whl")
    venv.create(place / "venv", with_pip=True)
    python = place / "venv/bin/python"
    run(python, "-m", "pip", "install", "--quiet", wheel)
    tools = place / "tools"
    tools.mkdir()
    (tools / "node").symlink_to(node.resolve())
    env = {"PATH": str(tools), "HOME": str(place), "LANG": os.environ.get("LANG", "C")}
    return Installed(wheel, python, place / "venv/bin/fluxion", env)


@pytest.fixture(scope="module")
def bundles(node: Path) -> list[str]:
    return run(node, ROOT / "scripts/bundle.mjs", "--list").split()


def test_it_runs_without_npm(installed, tmp_path):
    told = run(installed.fluxion, "--version", env=installed.env, cwd=tmp_path)
    assert told == "fluxion 0.1.0\n"


def test_its_bundles_are_readable(installed, bundles, tmp_path):
    told = run(
        *(installed.python, "-I", "-c", READ_BUNDLES, *bundles),
        env=installed.env,
        cwd=tmp_path,
    )
    assert told.split() == bundles


def test_it_holds_rooms_and_bundles_but_nothing_that_needs_npm(installed, bundles):
    names = zipfile.ZipFile(installed.wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {
        *("agent", "fluxion", "profiler", "rewriter", "store"),
        "fluxion_agent-0.1.0.dist-info",
    }
    assert set(bundles) <= set(names)
    assert [name for name in names if "node_modules" in name] == []
    assert {f"{room}/py.typed" for room in tops if "." not in room} <= set(names)


def test_it_brings_the_example(installed):
    names = set(zipfile.ZipFile(installed.wheel).namelist())
    for name in ("package.json", "package-lock.json", "server.js"):
        assert f"fluxion/example/gif-chat/{name}" in names


@contextmanager
def traffic(port: int) -> Iterator[None]:
    """Ask one thing after another, as long as the block lasts."""
    leave = threading.Event()

    def ask() -> None:
        n = 0
        while not leave.is_set():
            n += 1
            url = f"http://127.0.0.1:{port}/{'x' * (n % 7)}"
            with urllib.request.urlopen(url, timeout=30) as answer:
                answer.read()

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield
    finally:
        leave.set()
        asking.join()


def test_a_running_server_goes_the_whole_way_without_npm(
    installed, spawn_node, free_port, tmp_path
):
    def fluxion(*words: object) -> str:
        return run(installed.fluxion, *words, env=installed.env, cwd=tmp_path)

    (tmp_path / "server.js").write_text(SERVER)
    server = spawn_node(
        "server.js", cwd=tmp_path, env={"PORT": str(free_port)}, line="listening"
    )
    with traffic(free_port):
        fluxion(
            *("record", server.pid, "-o", "app.db", "-d", "8s"),
            *("--capture-requests", "20", "--json"),
        )
    assert server.alive()
    server.stop()

    report = json.loads(fluxion("report", "app.db", "--json"))
    names = {point["function"]["name"] for point in report["ruptures"]}
    assert "handle" in names

    built = json.loads(fluxion("compile", "app.db", "-o", "build", "--json"))
    assert [moved["function"]["name"] for moved in built["fluxions"]] == ["handle"]

    outcome = json.loads(fluxion("verify", "build", "--against", "app.db", "--json"))
    assert outcome["different"] == []
    assert outcome["identical"] == outcome["requests"] > 0
    assert outcome["fluxions"][0]["moved"] > 0
