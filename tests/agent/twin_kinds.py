"""A live twin for each kind of function: what became of it, on one Node.js.

In: the files of tests/golden/kinds, each with one function under test; a Node.js. Out:
for each kind a word: ``twin`` when the twin ran and every answer was the same,
``FX...`` when it was refused, ``not found`` when the walk did not come to it. Another
answer, or a twin that does not run, is told as what it is.
"""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fluxion.record import instrument
from rewriter.syntax.tree import Tree
from rewriter.trace import literal_at_offset
from store.abi import Event
from store.facts import Function, Refusal
from tests.agent.live import Load, Seen, attached, functions, get
from tests.processes import NodeProcess, eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.attach import Attached
    from agent.found import Found
    from rewriter.syntax.client import Syntax

FOLDER = Path(__file__).parents[1] / "golden/kinds"
MARK = "/*F*/"
TRACE_S = 10.0
"""Twins take a second of it; what is left is for those that never come."""
APP = """
const fs = require('fs'), http = require('http');
const files = fs.readdirSync(__dirname).filter((name) => /^[0-9]/.test(name)).sort();
(async () => {
  const kinds = [];
  for (const file of files) {
    const isModule = file.endsWith('.mjs');
    kinds.push(isModule ? await import('./' + file) : require('./' + file));
  }
  const ask = async (kind) => {
    try {
      return await kind.run();
    } catch (error) {
      return { error: String(error) };
    }
  };
  const server = http.createServer(async (req, res) => {
    res.end(JSON.stringify(await Promise.all(kinds.map(ask))));
  });
  server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
})();
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """One row: a file, and where the function under test begins in it."""

    file: str
    title: str
    text: str
    start: int
    """Of the literal in the text without the mark; -1 where it is made by the app."""


def kinds() -> list[Kind]:
    """Read the table's rows."""
    made = []
    for file in sorted(FOLDER.iterdir()):
        text = file.read_text("utf-8")
        title = text.split("\n")[0].removeprefix("// ")
        made.append(Kind(file.name, title, text.replace(MARK, ""), text.find(MARK)))
    return made


def prepare(folder: Path, rows: list[Kind]) -> None:
    """Write the app."""
    for row in rows:
        (folder / row.file).write_text(row.text, "utf-8")
    (folder / "other.mjs").write_text("export const other = 'beside';\n")
    (folder / "package.json").write_text("{}")


@dataclass(frozen=True, slots=True)
class Reached:
    """A function of a row as the walk found it; its user has no row."""

    found: Found
    row: Kind | None
    start: int


def reach(observed: Attached, syntax: Syntax, rows: list[Kind]) -> list[Reached]:
    """Find the functions under test among those of the walk, and their users."""
    by_file = {row.file: row for row in rows}
    everything, reached = observed.walk(), list[Reached]()
    urls = {script.number: script.url for script in observed.scripts()}
    for found in everything:
        row = by_file.get(urls.get(found.script, "").rsplit("/", 1)[-1])
        held = re.search(r"kinds\[(\d+)\]", found.path)
        if row is not None:
            literal = literal_at_offset(parsed(syntax, row), found.offset)
            start = -2 if literal is None else literal.start
            reached.append(Reached(found, row if start == row.start else None, start))
        elif held is not None and rows[int(held[1])].start < 0:
            reached.append(Reached(found, rows[int(held[1])], -1))
    return reached


def parsed(syntax: Syntax, row: Kind) -> Tree:
    """Parse a row's file as Node does."""
    is_module = row.file.endswith("mjs")
    tree = syntax.try_parse(row.text, "module" if is_module else "commonjs")
    return tree if isinstance(tree, Tree) else syntax.parse(row.text, "script")


def asked(port: int) -> list[list[Any]]:
    """What each kind answers, twice."""
    once, again = (json.loads(get(port, "/")) for _ in range(2))
    return [list(pair) for pair in zip(once, again, strict=True)]


def words(
    folder: Path, syntax: Syntax, start: Callable[..., tuple[NodeProcess, int]], **how
) -> dict[str, str]:
    """Return what became of each kind on a Node.js, by title."""
    rows = kinds()
    prepare(folder, rows)
    process, port = start(APP, **how)
    before = asked(port)
    rewrite = partial(instrument, syntax)
    with attached(process.pid, rewrite=rewrite) as (observed, seen):
        reached = reach(observed, syntax, rows)
        with Load(port, "/"):
            results = observed.trace([one.found for one in reached], seconds=TRACE_S)
            made = {(f.ref.script, f.ref.start) for f in functions(results)}
            with contextlib.suppress(AssertionError):  # the page tells which one not
                eventually(lambda: made <= entered(seen), "each twin runs", 10)
        during = asked(port)
        ran, refused = entered(seen), refusals(results)
    after = asked(port)
    told = {}
    for number, row in enumerate(rows):
        mine = [one for one in reached if one.row is row]
        answers = [during[number], after[number]]
        if answers != [before[number]] * 2:
            told[row.title] = f"WRONG: {before[number]} became {answers}"
        elif not mine:
            told[row.title] = "not found"
        else:
            told[row.title] = word(mine, ran, refused)
    return told


def entered(seen: Seen) -> set[tuple[int, int]]:
    """Where the functions begin of which a run was observed."""
    return {(one[3], one[4]) for one in seen.records(Event.ENTER)}


def refusals(results: list[Function | Refusal]) -> dict[tuple[int, int], str]:
    """Return the code of each refusal, by where the function is."""
    return {
        (one.function.script, one.function.start): one.code
        for one in results
        if isinstance(one, Refusal) and one.function is not None
    }


def word(
    mine: list[Reached],
    ran: set[tuple[int, int]],
    refused: dict[tuple[int, int], str],
) -> str:
    """Say what became of the functions of a row: all of them must have a twin."""
    told = set[str]()
    for one in mine:
        script = one.found.script
        if one.start < 0:  # all of its script is the function
            here = {key for key in (*ran, *refused) if key[0] == script}
        else:
            here = {(script, at) for at in (one.start, one.found.offset)}
        codes = {refused[key] for key in here if key in refused}
        told |= codes or {"twin" if here & ran else "LOST"}
    return ", ".join(sorted(told))
