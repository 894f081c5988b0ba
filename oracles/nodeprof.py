"""Compare our trace of a program with the one that NodeProf publishes for it.

In: a checkout of NodeProf (github.com/Haiyang-Sun/nodeprof.js): programs, and what its
analyses print of them. Out: per program the events by place, theirs and ours; each
difference with what explains it. The program becomes one function, because only
functions are traced.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from oracles.running import NODE
from rewriter.scopes import analyse
from rewriter.syntax.positions import Lines
from rewriter.trace import rewrite
from rewriter.trace.builtins import INTRINSICS
from store.facts import FunctionSource, Rewrite

if TYPE_CHECKING:
    from rewriter.syntax.client import Syntax
    from rewriter.syntax.tree import Node, Tree

PROGRAMS = Path("src/ch.usi.inf.nodeprof.test/js")
EXPECTED = Path("src/ch.usi.inf.nodeprof/js/analysis")
RUNNER = Path(__file__).parent / "nodeprof.cjs"
HEAD = "(function program() {"
TOLD = re.compile(
    r"^(getField|putField|invokeFunPre|read|write) [^(]*"
    r"\(([^()]*):(\d+):(\d+):\d+:\d+\)(?: (\S+))?"
)
VARIABLES = frozenset({"read", "write"})
RUN_S = 30

Event = tuple[str, int, int, str]
"""What, 1-based line and column, and the name of a variable."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One published trace beside ours."""

    name: str
    same: int
    theirs: dict[str, list[Event]]
    """Events that only they have, by what explains them."""
    ours: list[Event]
    """Events that only we have."""
    unknown: list[str]
    """What we say that we cannot see into."""


def published(folder: Path) -> dict[Path, Path]:
    """Return the program of each published trace that tells events we know."""
    found = {}
    for trace in sorted((folder / EXPECTED).rglob("*.expected")):
        kind, _, name = trace.name.removesuffix(".expected").partition(".")
        program = folder / PROGRAMS / kind / name
        if program.is_file() and theirs(trace.read_text("utf-8"), program.name):
            found[trace] = program
    return found


def theirs(text: str, program: str) -> Counter[Event]:
    """Read a published trace."""
    events = Counter[Event]()
    for line in text.split("\n"):
        found = TOLD.match(line)
        if found is not None and found[2].endswith(f"/{program}"):
            name = (found[5] or "") if found[1] in VARIABLES else ""
            events[(found[1], int(found[3]), int(found[4]), name)] += 1
    return events


def traced(syntax: Syntax, text: str) -> tuple[Tree, list[list[str | int]]]:
    """Run a program with all of it traced; return its tree and what was told."""
    made = rewrite(syntax, FunctionSource(1, "program.js", text, 0, "load"))
    assert isinstance(made, Rewrite), made
    done = subprocess.run(
        [NODE, str(RUNNER)],
        input=made.text,
        capture_output=True,
        text=True,
        check=False,
        timeout=RUN_S,
    )
    line = next(
        one for one in reversed(done.stdout.split("\n")) if one.startswith("TRACE ")
    )
    return syntax.parse(text, "commonjs"), json.loads(line.removeprefix("TRACE "))


def compare(syntax: Syntax, trace: Path, program: Path) -> Compared:
    """Compare one published trace with ours of the same program."""
    text = HEAD + program.read_text("utf-8") + "\n})()"
    expected = theirs(trace.read_text("utf-8"), program.name)
    kinds = {what for what, *_ in expected}
    tree, told = traced(syntax, text)
    lines = Lines(text)
    found, unknown = Counter[Event](), list[str]()
    for what, site, name in told:
        line0, column0 = lines.position(int(site))
        column = column0 + 1 - (len(HEAD) if line0 == 0 else 0)
        if what == "opaque":
            unknown.append(f"{name} in line {line0 + 1}")
        elif what in kinds:
            shown = str(name) if what in VARIABLES else ""
            found[(str(what), line0 + 1, column, shown)] += 1
    explained: dict[str, list[Event]] = {}
    for event in (expected - found).elements():
        explained.setdefault(why(tree, lines, event), []).append(event)
    return Compared(
        f"{trace.parent.name}/{program.name}",
        (expected & found).total(),
        explained,
        sorted((found - expected).elements()),
        unknown,
    )


def why(tree: Tree, lines: Lines, event: Event) -> str:
    """Say why we do not tell an event of theirs; empty when nothing explains it."""
    what, line, column, name = event
    if name == "this":
        return "this is told at entry"
    if what not in VARIABLES:
        return ""
    at = lines.offset(line - 1, column - 1 + (len(HEAD) if line == 1 else 0))
    here = innermost(tree, at)
    own = here.one("id") if here.type != "ArrowFunctionExpression" else None
    if what == "write" and here.start == at and own is not None and own.name == name:
        here = innermost(tree, at - 1)  # the function is what is written
    owners = {
        innermost(tree, scope.node.start + (scope.node == here))
        for scope in analyse(tree).all
        if name in scope.variables
    }
    if here in owners:
        return "a variable of the activation itself"
    return "a global of the language" if name in INTRINSICS and not owners else ""


def innermost(tree: Tree, offset: int) -> Node:
    """Return the smallest function around an offset."""
    around = [f for f in tree.functions() if f.start <= offset < f.end]
    return min(around, key=lambda one: one.end - one.start)
