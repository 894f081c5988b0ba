"""Which node a function range of V8 means.

In: what run_coverage.cjs tells of a script, and its tree. Out: one node for each range,
or why there is not exactly one.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rewriter.syntax.tree import Tree
from rewriter.trace.names import is_method
from rewriter.trace.positions import Literals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rewriter.syntax.client import Syntax
    from rewriter.syntax.tree import Node

SCRIPT = Path(__file__).with_name("run_coverage.cjs")
STATIC = re.compile(r"static(?:\s|/\*.*?\*/|//.*\n)*", re.DOTALL)
INITIALIZERS = {"<instance_members_initializer>", "<static_initializer>"}
"""Functions that V8 makes of the fields and static blocks of a class."""


@dataclass
class Ranges:
    """What came of all the ranges of some scripts."""

    scripts: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    """By the type of the node."""
    wrong: list[str] = field(default_factory=list)
    functions: int = 0
    """Functions that stand in those scripts; V8 reports what was compiled of them."""
    wide: int = 0
    """Scripts with characters that are two units."""
    longest: int = 0
    """Units of the longest line."""

    @property
    def total(self) -> int:
        """Ranges that mean one node."""
        return sum(self.counts.values())


def told(node: Path, files: Sequence[Path]) -> list[dict[str, Any]]:
    """Load files in Node; return what V8 says of every script."""
    done = subprocess.run(
        [str(node), "--no-warnings", str(SCRIPT)],
        input=json.dumps([str(file) for file in files]),
        capture_output=True,
        text=True,
        check=True,
        cwd=SCRIPT.parent,
    )
    return [json.loads(line) for line in done.stdout.split("\n") if line]


def judge(result: Ranges, syntax: Syntax, script: dict[str, Any]) -> None:
    """Find the node of each range of a script; no node may have two."""
    tree = parsed(syntax, script)
    where = script["url"] or "eval"
    if tree is None:
        result.wrong.append(f"{where}: not parsed")
        return
    result.scripts += 1
    result.functions += sum(1 for _ in tree.functions())
    result.wide += len(tree.units) != len(tree.text)
    result.longest = max(result.longest, *map(len, tree.units.split("\n")))
    known: set[tuple[int, bool]] = set()
    for start, end, name in script["ranges"]:
        node = node_of(tree, start, end, name)
        key = (-1 if node is None else node.index, name == "<static_initializer>")
        if node is None or key in known:
            said = "no node" if node is None else f"{node!r} again"
            result.wrong.append(f"{where}:{start}-{end} {name}: {said}")
            continue
        known.add(key)
        result.counts[node.type] += 1


def parsed(syntax: Syntax, script: dict[str, Any]) -> Tree | None:
    """Parse a script as what V8 took it for."""
    if script["module"]:
        found = syntax.try_parse(script["text"], "module")
    elif script["url"]:
        found = syntax.try_parse(script["text"], "commonjs")
    else:
        found = syntax.try_parse(script["text"], "script")
    return found if isinstance(found, Tree) else None


def node_of(tree: Tree, start: int, end: int, name: str) -> Node | None:
    """Return the function, class or program that V8 means; None without exactly one.

    A range ends where its function ends and begins at or before V8's position of it,
    so of several that end together the first is meant.
    """
    if name in INITIALIZERS:
        classes = tree.of_type("ClassDeclaration", "ClassExpression")
        around = [c for c in classes if c.start <= start and end <= c.end]
        return around[-1] if around else None
    if (start, end, name) == (0, len(tree.units), ""):
        return tree.root
    ending = ends_of(tree).at.get(end, [])
    inside = sorted((offset, f.index) for offset, f in ending if offset >= start)
    if not inside:
        return None
    node = tree.node(inside[0][1])
    return node if start == start_of(node) else None


def start_of(node: Node) -> int:
    """Return where the range of a function begins: of a method, after ``static``."""
    above = node.parent
    if above is None or not is_method(node):
        return node.start
    head = STATIC.match(above.raw) if above.flag("static") else None
    return above.start + (head.end() if head else 0)


class Ends:
    """V8's offsets of the functions of a tree, by where they end."""

    def __init__(self, tree: Tree) -> None:
        self.at: dict[int, list[tuple[int, Node]]] = defaultdict(list)
        for offset, node in Literals(tree).at.items():
            if not node.type.startswith("Class"):
                self.at[node.end].append((offset, node))


def ends_of(tree: Tree) -> Ends:
    """Index a tree, once."""
    known = tree.memo.get("ends")
    if not isinstance(known, Ends):
        known = tree.memo["ends"] = Ends(tree)
    return known
