"""Builds of one file with cuts made by hand: what a planner would have decided.

In: the text of an app and the names in it. Out: files of a build on disk.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rewriter.emit import emit
from rewriter.emit.access import name_of, reach
from rewriter.syntax.client import Syntax
from store.facts import FunctionRef, Process, Recording, Script
from store.plans import Capture, Catch, Cut, Fluxion, Plan, Shape, SliceFile, Where

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rewriter.syntax.tree import Node, Tree


@dataclass(frozen=True)
class Spec:
    """A cut, told by names."""

    host: str
    call: str = ""
    """Text of the callee at the cut."""
    callee: str = ""
    arguments: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    """Names whose top-level statements the slice keeps besides the callee's."""
    builtins: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    catch_in: tuple[str, ...] = ()
    """Functions whose try statements stand around the host."""
    stateful: bool = False
    dead: tuple[str, ...] = ()
    shape: Shape = "call"
    captures: tuple[tuple[str, str], ...] = ()
    snapshot: tuple[str, ...] = ()
    sole_listener: str = ""
    group: str = ""
    importers: tuple[tuple[int, int], ...] = field(default=())


def function(tree: Tree, name: str) -> Node:
    """Return the first function or class that a name means."""
    for node in tree.of_type("ClassDeclaration"):
        if node.the("id").name == name:
            return node
    for node in tree.functions():
        own = None if node.type == "ArrowFunctionExpression" else node.one("id")
        if own is not None and own.name == name:
            return node
        if (name_of(node) or "").split(".")[-1] == name:
            return node
    raise LookupError(name)


def statement(tree: Tree, name: str) -> tuple[int, int]:
    """Return the range of the top-level statement that declares a name."""
    for node in tree.root.all("body"):
        for below in tree.of_type("VariableDeclarator", within=node):
            if below.the("id").raw == name:
                return node.start, node.end
    found = reach(function(tree, name))
    assert found is not None
    return found.statement.start, found.statement.end


def cut_of(tree: Tree, spec: Spec) -> Cut:
    """Return the cut that a spec means."""
    host = function(tree, spec.host)
    keep = {statement(tree, name) for name in spec.keep}
    callee = None
    start, end = host.start, host.end
    if spec.shape != "callback":
        literal = function(tree, spec.callee)
        keep.add(statement(tree, spec.callee))
        callee = FunctionRef(1, literal.start)
        calls = tree.of_type("CallExpression", within=host)
        call = next(c for c in calls if c.the("callee").raw == spec.call)
        start, end = call.start, call.end
    catches = [
        Catch(1, node.start)
        for name in spec.catch_in
        for node in tree.of_type("TryStatement", within=function(tree, name))
    ]
    return Cut(
        host=FunctionRef(1, host.start),
        start=start,
        end=end,
        callee=callee,
        callee_text=spec.call,
        arguments=spec.arguments,
        receiver="none",
        captures=tuple(Capture(n, f, None) for n, f in spec.captures),  # type: ignore[arg-type]
        slices=(SliceFile(1, tuple(sorted(keep)), (), spec.builtins),),
        stateful=spec.stateful,
        dead_exports=tuple((1, name) for name in spec.dead),
        catches=tuple(catches),
        holds=spec.holds,
        snapshot=spec.snapshot,
        sole_listener=spec.sole_listener,
        importers=spec.importers,
    )


def fluxion(number: int, spec: Spec, cut: Cut, path: str) -> Fluxion:
    """Return a fluxion around a cut."""
    return Fluxion(
        id=f"f{number}",
        shape=spec.shape,
        function=Where(path, 1, 1, spec.host, cut.host),
        kind="start",
        tags=(),
        context=(),
        streams=(),
        decision="moved",
        guards=(),
        group=spec.group or f"group{number}",
        bytes=0,
        gain_ms=1.0,
        confidence=1.0,
        unseen=(),
        cut=cut,
    )


def recording(paths: Sequence[Path]) -> Recording:
    """Return a recording that knows these scripts and nothing else."""
    scripts = []
    for number, path in enumerate(paths, 1):
        text = path.read_text("utf-8")
        digest = hashlib.sha256(text.encode()).hexdigest()
        url = path.as_uri()
        scripts.append(Script(number, url, str(path), digest, len(text), "commonjs"))
    entry = str(paths[0])
    process = Process(
        1, "v20", ("node", entry), (), str(paths[0].parent), entry, (), 0, "launched"
    )
    return Recording(process, 1.0, tuple(scripts))


def files_of(app: Path, *specs: Spec, others: Sequence[Path] = ()) -> dict[str, bytes]:
    """Return the files of a build of an app's first file."""
    paths = [app, *others]
    texts = {n: path.read_text("utf-8") for n, path in enumerate(paths, 1)}
    with Syntax() as syntax:
        tree = syntax.parse(texts[1], "commonjs")
        cuts = [cut_of(tree, spec) for spec in specs]
        fluxions = [
            fluxion(number, spec, cut, str(app))
            for number, (spec, cut) in enumerate(zip(specs, cuts, strict=True))
        ]
        made = emit(Plan(tuple(fluxions), ()), recording(paths), texts, syntax)
    return {n: b if isinstance(b, bytes) else b.encode() for n, b in made.items()}


def build(app: Path, *specs: Spec, others: Sequence[Path] = ()) -> Path:
    """Write a build beside an app and return its loader."""
    for name, content in files_of(app, *specs, others=others).items():
        place = app.parent / "build" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return app.parent / "build" / "loader.cjs"
