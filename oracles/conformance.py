"""The tests of the language itself keep their verdicts when they are traced.

In: a checkout of test262. Out: for each test how it ends in Node as it is, and how with
each of its functions instrumented and the real probe listening. A test runs as the body
of a CommonJS file, in strict mode or not as it asks, or as a module.
"""

from __future__ import annotations

import json
import os
import re
import selectors
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oracles.running import NODE
from rewriter.trace import rewrite
from store.facts import FunctionSource, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rewriter.syntax.client import Syntax

ROOT = Path(__file__).parent.parent
RUNNER = ROOT / "oracles/conformance.cjs"
BUNDLE = ROOT / "agent/bundles/probe.js"
BATCH = 60
"""Tests that share a process: the probe's tables are bounded."""
TEST_S = 30.0
STRICT = '"use strict";'
FRONT = re.compile(r"/\*---(.*?)---\*/", re.DOTALL)
IMPORT = re.compile(r"""['"](\./[\w./-]+\.js)['"]""")


@dataclass(frozen=True, slots=True)
class Program:
    """One test as it is run: its text, and what its head asks for."""

    path: str
    text: str
    module: bool
    is_async: bool
    raw: bool
    includes: tuple[str, ...]
    negative: str
    """The name of the error that it must end with, empty for none."""
    files: dict[str, str] = field(default_factory=dict)
    """What it may import, by path."""
    before: str = ""
    """Its text before it was instrumented."""

    def json(self) -> str:
        """Return the line that the runner takes."""
        told = {
            "path": self.path,
            "text": self.text,
            "module": self.module,
            "async": self.is_async,
            "raw": self.raw,
            "includes": self.includes,
            "negative": self.negative,
            "files": self.files,
            "before": self.before,
        }
        return json.dumps(told) + "\n"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a test ended, and how many activations were observed meanwhile."""

    path: str
    passed: bool
    why: str
    seen: int


def chosen(folder: Path, every: int, first: int = 0) -> Iterator[Program]:
    """Read each n-th test of ``language/`` that compiles: no tests of early errors."""
    root = folder / "test/language"
    files = sorted(f for f in root.rglob("*.js") if not f.stem.endswith("_FIXTURE"))
    for file in files[first::every]:
        made = read(folder, file)
        if made is not None:
            yield made


def read(folder: Path, file: Path) -> Program | None:
    """Read a test; None for one that must not compile."""
    text = file.read_text("utf-8", "surrogatepass")
    found = FRONT.search(text)
    head = found[1] if found else ""
    flags, phase = listed(head, "flags"), re.search(r"phase:\s*(\w+)", head)
    if phase is not None and phase[1] in {"parse", "resolution"}:
        return None
    kind = re.search(r"negative:.*?type:\s*(\w+)", head, re.DOTALL)
    module = "module" in flags
    return Program(
        str(file.relative_to(folder)),
        STRICT + text if "onlyStrict" in flags else text,
        module,
        "async" in flags,
        "raw" in flags,
        tuple(listed(head, "includes")),
        kind[1] if kind else "",
        imported(folder, file, text),
    )


def listed(head: str, name: str) -> list[str]:
    """Return a list of the head of a test, in either form of YAML."""
    found = re.search(rf"^\s*{name}:\s*\[(.*?)\]", head, re.MULTILINE | re.DOTALL)
    if found is None:
        found = re.search(rf"^\s*{name}:\s*\n((?:\s+-\s*\S+\n)+)", head, re.MULTILINE)
        return re.findall(r"-\s*(\S+)", found[1]) if found else []
    return [one.strip() for one in found[1].split(",") if one.strip()]


def imported(folder: Path, file: Path, text: str) -> dict[str, str]:
    """Return the texts that a test may import, and what these may."""
    files: dict[str, str] = {}
    waiting = [(file, text)]
    while waiting:
        place, content = waiting.pop()
        for name in IMPORT.findall(content):
            other = (place.parent / name).resolve()
            path = str(other.relative_to(folder.resolve()))
            if path not in files and other.is_file():
                files[path] = other.read_text("utf-8", "surrogatepass")
                waiting.append((other, files[path]))
    return files


@dataclass(frozen=True, slots=True)
class Traced:
    """A test with its functions instrumented."""

    test: Program
    functions: int
    left_alone: tuple[str, ...]
    """Codes of what was not instrumented, one for each function or file."""


def traced(syntax: Syntax, test: Program) -> Traced | Refusal:
    """Return a test as the tracer rewrites it when it is loaded."""
    made = rewrite(
        syntax, FunctionSource(1, test.path, test.text, 0, "load", test.module)
    )
    if isinstance(made, Refusal):
        return made
    files, left = {}, [one.code for one in made.left_alone]
    count = len(made.functions)
    for path, text in test.files.items():
        other = rewrite(syntax, FunctionSource(2, path, text, 0, "load", module=True))
        if isinstance(other, Refusal):
            files[path] = text
            left.append(other.code)
        else:
            files[path] = other.text
            count += len(other.functions)
    changed = Program(
        **{
            **{name: getattr(test, name) for name in Program.__slots__},
            "text": made.text,
            "before": test.text,
            "files": files,
        }
    )
    return Traced(changed, count, tuple(left))


def verdicts(
    folder: Path, given: Iterable[Program], *, probe: bool
) -> dict[str, Verdict]:
    """Run tests, a batch of them in each process, and return how they ended."""
    waiting, ended = list(given), dict[str, Verdict]()
    while waiting:
        batch, waiting = waiting[:BATCH], waiting[BATCH:]
        told = run(folder, batch, probe=probe)
        ended.update((one.path, one) for one in told)
        if len(told) < len(batch):
            stuck, rest = batch[len(told)], batch[len(told) + 1 :]
            ended[stuck.path] = Verdict(stuck.path, False, "the process ended", 0)
            waiting = rest + waiting
    return ended


def run(folder: Path, batch: list[Program], *, probe: bool) -> list[Verdict]:
    """Run a batch in one process; fewer verdicts than tests: the next one ended it."""
    command = [
        *(NODE, "--no-warnings", "--experimental-vm-modules", "--expose-gc"),
        *(str(RUNNER), str(BUNDLE) if probe else "-", str(folder / "harness")),
    ]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "NODE_OPTIONS": ""},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        ended: list[Verdict] = []
        with selectors.DefaultSelector() as waits:
            waits.register(process.stdout, selectors.EVENT_READ)
            for test in batch:
                try:
                    process.stdin.write(test.json().encode("utf-8", "surrogatepass"))
                    process.stdin.flush()
                except BrokenPipeError:
                    break
                if not waits.select(TEST_S):
                    break
                line = process.stdout.readline()
                if not line:
                    break
                told: dict[str, Any] = json.loads(line)
                ended.append(
                    Verdict(told["path"], told["passed"], told["why"], told["seen"])
                )
        process.kill()
    return ended
