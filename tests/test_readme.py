"""The tour of the README, run as it is printed; what it shows is what comes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from fluxion import exits
from fluxion.cli import main
from tests.conftest import ROOT
from tests.processes import unused_port

README = (ROOT / "README.md").read_text("utf-8")
TOUR = README.partition("## A tour")[2].partition("\n## ")[0]
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NUMBER = re.compile(r"\d[\d,.:]*")
UNWATCHED = re.compile(r"(branches not watched in:) .*")
SERVER_READY_S = 3


class Step(NamedTuple):
    """Commands, and what the README says that they print."""

    commands: str
    shown: list[str]


def steps() -> list[Step]:
    found: list[Step] = []
    for language, text in BLOCK.findall(TOUR):
        if language == "sh":
            found.append(Step(text, []))
        else:
            found[-1].shown.extend(text.splitlines())
    return found


def script(port: int) -> str:
    """Give all commands one shell, mark where each step begins, end what it began."""
    parts = ["set -e; trap 'kill $(jobs -p) || true; wait' EXIT"]
    for number, step in enumerate(steps()):
        commands = step.commands.replace("8080", str(port))
        commands = re.sub(r"^cd .*\n", "", commands)
        if "fluxion run" in commands:  # it stays in the foreground
            commands = f"{commands.rstrip()} & sleep {SERVER_READY_S}\n"
        parts.append(f"echo; echo '=== {number}'\n{commands}")
    return "\n".join(parts)


def general(line: str) -> str:
    """Any number is as good as another, and columns may be wider or narrower.

    Which functions were only sampled is chance.
    """
    return " ".join(NUMBER.sub("N", UNWATCHED.sub(r"\1 ...", line)).split())


@pytest.mark.timeout(300)
def test_the_tour_prints_what_it_shows(tmp_path):
    app = tmp_path / "gif-chat"
    shutil.copytree(ROOT / "examples/gif-chat", app, symlinks=True)
    port = unused_port()
    done = subprocess.run(
        ["bash", "-c", script(port)],
        cwd=app,
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    printed = done.stdout.replace(str(tmp_path), "/home/you")
    assert done.returncode == 0, printed
    outputs = re.split(r"^=== \d+$", printed, flags=re.MULTILINE)[1:]
    assert len(outputs) == len(steps())
    for step, output in zip(steps(), outputs, strict=True):
        lines = {general(line) for line in output.splitlines()}
        missing = [line for line in step.shown if general(line) not in lines]
        assert missing == [], f"{step.commands} printed:\n{output}"


def test_the_tour_uses_every_verb_of_the_way():
    used = set(re.findall(r"^(?:PORT=\d+ )?fluxion (\w+)", TOUR, re.MULTILINE))
    assert used == {"record", "report", "plan", "compile", "verify", "run"}


def test_the_exit_codes_are_those_of_the_program():
    rows = re.findall(r"^\| (\d+) +\| (.*?) +\|$", README, re.MULTILINE)
    assert {int(code): meaning for code, meaning in rows} == exits.MEANING


def test_every_verb_that_is_named_exists(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    verbs = set(re.findall(r"^    (\w+) ", capsys.readouterr().out, re.MULTILINE))
    named = set(re.findall(r"`fluxion (\w+)", README))
    assert named
    assert named <= verbs
