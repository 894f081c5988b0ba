"""A built wheel, installed where there is Node.js but no npm, works by itself."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
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
