"""What the tests of the tracer share: a parser, and programs run in real Node.js."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rewriter.syntax.client import Syntax
from rewriter.trace import rewrite
from store.facts import FunctionSource, Refusal, Rewrite

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
REAL_CODE = (ROOT / "tests/apps/node_modules", ROOT / "node_modules")


def programs_of(folder: str) -> dict[str, str]:
    files = sorted((ROOT / "tests/golden/trace" / folder).glob("*.js"))
    return {file.stem: file.read_text("utf-8") for file in files}


PROGRAMS = programs_of("programs")
"""One for each thing that rewriting could break; each logs what can be seen of it."""
TWINS = programs_of("twins")
"""One function of each kind, after ``/*F*/``, with a use of it."""


@pytest.fixture(scope="session", name="syntax")
def open_syntax() -> Iterator[Syntax]:
    """One parser for all tests, started before the first of them looks around."""
    with Syntax() as syntax:
        syntax.parse("", "script")
        yield syntax


def real_files(
    count: int, suffixes: tuple[str, ...] = (".js", ".cjs", ".mjs")
) -> list[Path]:
    """Files of other people's packages, spread over all that are installed."""
    found = sorted(
        file
        for folder in REAL_CODE
        for file in folder.rglob("*")
        if file.suffix in suffixes and file.is_file() and not file.is_symlink()
    )
    assert len(found) > 500, "install the packages first: make setup"
    return found[:: max(1, len(found) // count)]


def read(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "replace").removeprefix("\ufeff")


def loaded(syntax: Syntax, text: str, *, module: bool = False) -> Rewrite:
    """Rewrite a file; it must work."""
    made = rewrite(syntax, FunctionSource(1, "x.js", text, 0, "load", module))
    assert isinstance(made, Rewrite), made
    return made


def twin_of(syntax: Syntax, text: str, mark: str = "/*F*/") -> Rewrite | Refusal:
    """Rewrite the function after a mark as a twin."""
    start = text.index(mark) + len(mark)
    return rewrite(syntax, FunctionSource(1, "x.js", text, start, "twin"))


def run(script: str, given: object, node: Path | None = None) -> list[dict[str, Any]]:
    """Run one of the scripts of this folder; it answers in JSON lines."""
    binary = str(node) if node else shutil.which("node")
    assert binary is not None
    done = subprocess.run(
        [binary, str(HERE / script)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def told(syntax: Syntax, text: str) -> list[list[Any]]:
    """What the probe hears while a rewritten program runs; it must do the same."""
    programs = [
        {"name": "plain", "text": text},
        {"name": "traced", "text": loaded(syntax, text).text},
    ]
    plain, traced = run("run_programs.js", programs)
    assert traced["logged"] == plain["logged"]
    assert traced["faults"] == []
    heard: list[list[Any]] = traced["told"]
    return heard
