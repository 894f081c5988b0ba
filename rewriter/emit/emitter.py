"""A plan becomes the files of a build.

In: what was decided, what was recorded, and the sources. Out: every file of the build
by its relative path, the same for the same input. Reads nothing but this package's own
runtime files; the caller writes.
"""

from __future__ import annotations

import hashlib
import json
from importlib import metadata, resources
from typing import TYPE_CHECKING, Any

from rewriter.emit import callback, clauses, host
from rewriter.emit.build import Build, Overlay, path_of
from rewriter.emit.guards import bury, named, text_hash
from rewriter.emit.host import Site
from rewriter.emit.isolate import group_of, isolate
from rewriter.emit.patch import slug
from rewriter.emit.slices import Slice
from rewriter.emit.tokens import is_directive
from store.errors import FluxionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rewriter.syntax.client import Syntax
    from rewriter.syntax.tree import Node, Tree
    from store.facts import FunctionRef, Recording
    from store.plans import Fluxion, Plan

VERSION = 1
RUNTIME = 'globalThis[Symbol.for("fluxion.runtime")]'
Files = dict[str, str | bytes]


def emit(
    plan: Plan, recording: Recording, texts: Mapping[int, str], syntax: Syntax
) -> Files:
    """Return the files of a build: manifest, language, overlays, slices, runtime."""
    build = Build(plan, recording, texts, syntax)
    convert_hosts(build)
    slices = [isolate(build, n, fluxion) for n, fluxion in enumerate(plan.fluxions)]
    bury_copies(build)
    register_clauses(build)
    files = runtime_files()
    manifest = {
        "version": VERSION,
        "fluxion": own_version(),
        "entry": entry_of(recording),
        "files": [overlay_file(build, files, overlay) for overlay in ordered(build)],
        "slices": [
            slice_file(build, files, s) for _, s in sorted(build.slices.items())
        ],
        "fluxions": [
            fluxion_of(build, fluxion, slice_id)
            for fluxion, slice_id in zip(plan.fluxions, slices, strict=True)
        ],
        "workers": None,
    }
    files["manifest.json"] = json.dumps(manifest, separators=(",", ":")) + "\n"
    files["app.flx"] = language(plan, texts)
    return dict(sorted(files.items()))


def own_version() -> str:
    """Return the version of this distribution, "" in a bare checkout."""
    try:
        return metadata.version("fluxion-agent")
    except metadata.PackageNotFoundError:
        return ""


def ordered(build: Build) -> list[Overlay]:
    """Return the overlays in the order of their scripts."""
    return [overlay for _, overlay in sorted(build.overlays.items())]


def language(plan: Plan, texts: Mapping[int, str]) -> str:
    """Return the plan in the fluxional language."""
    # Late: the language's room asks ours what can be emitted.
    from rewriter import flx  # noqa: PLC0415

    return flx.show(plan, texts)


def convert_hosts(build: Build) -> None:
    """Convert every host once, with all its cuts."""
    by_host: dict[FunctionRef, list[Site]] = {}
    for number, fluxion in enumerate(build.plan.fluxions):
        cut = fluxion.cut
        if fluxion.shape == "callback":
            overlay = build.overlay(cut.host.script)
            literal = build.function(cut.host)
            callback.offer(overlay.patch, literal, number, cut, overlay.fx)
            continue
        call = call_at(build.tree(cut.host.script), cut.start, cut.end)
        if call is None:
            raise FluxionError(f"{fluxion.id}: there is no call at its cut")
        by_host.setdefault(cut.host, []).append(Site(call, number, cut.holds))
    for ref, sites in by_host.items():
        overlay, literal = build.overlay(ref.script), build.function(ref)
        reason = host.obstacle(literal, [site.call for site in sites])
        if reason:
            raise FluxionError(f"{overlay.path}: {reason}")
        host.convert(overlay.patch, literal, sites, overlay.fx)


def call_at(tree: Tree, start: int, end: int) -> Node | None:
    """Return the call expression that covers exactly a range."""
    calls = tree.of_type("CallExpression")
    return next((c for c in calls if (c.start, c.end) == (start, end)), None)


def bury_copies(build: Build) -> None:
    """Guard main's copies of functions whose state moves, each once per group."""
    dead = {
        (group_of(fluxion), script, name)
        for fluxion in build.plan.fluxions
        for script, name in fluxion.cut.dead_exports
    }
    for group, script, name in sorted(dead):
        overlay = build.overlay(script)
        for literal in named(overlay.tree, name):
            bury(overlay.patch, literal, group, overlay.fx)


def register_clauses(build: Build) -> None:
    """Register the catch clauses around hosts, each once."""
    wanted = {
        (c.script, c.try_start) for f in build.plan.fluxions for c in f.cut.catches
    }
    for number, (script, start) in enumerate(sorted(wanted)):
        overlay = build.overlay(script)
        statement = overlay.tree.at(start, "TryStatement")
        if statement is None:
            raise FluxionError(f"{overlay.path} has no try statement at {start}")
        reason = clauses.obstacle(statement)
        if reason:
            raise FluxionError(f"{overlay.path}: {reason}")
        clauses.register(overlay.patch, statement, number, overlay.fx)


def entry_of(recording: Recording) -> dict[str, Any]:
    """Return how the app was started."""
    process = recording.process
    return {
        "argv": list(process.argv),
        "exec_argv": list(process.exec_argv),
        "cwd": process.cwd,
        "env_names": list(process.env_names),
        "script": process.entry,
    }


def fluxion_of(build: Build, fluxion: Fluxion, slice_id: str) -> dict[str, Any]:
    """Return what the runtime needs to know of a fluxion."""
    cut = fluxion.cut
    told: dict[str, Any] = {
        "id": fluxion.id,
        "shape": fluxion.shape,
        "group": group_of(fluxion),
        "stateful": cut.stateful,
        "arguments": list(cut.arguments),
        "receiver": cut.receiver,
        "method": cut.callee_text.rpartition(".")[2],
        "slice": slice_id,
        "sole_listener": cut.sole_listener,
        "importers": [
            [path_of(build.script(own)), path_of(build.script(other))]
            for own, other in cut.importers
        ],
    }
    if fluxion.shape == "callback":
        values = callback.values_of(build.function(cut.host), cut)
        told["arguments"] = list(values.modes)
        told["names"] = list(values.names)
        told["parameters"] = len(values.parameters)
        told["snapshot"] = list(cut.snapshot)
    else:
        assert cut.callee is not None
        overlay = build.overlay(cut.callee.script)
        literal = build.function(cut.callee)
        told["callee_sha256"] = text_hash(overlay.patch, literal)
    return told


def overlay_file(build: Build, files: Files, overlay: Overlay) -> dict[str, Any]:
    """Add the text of an overlay and its map; return its entry."""
    tree, patch = overlay.tree, overlay.patch
    if patch or overlay.tail:
        patch.insert(top_of(tree), prologue(tree, overlay.fx))
    tail = f"\n;{overlay.tail}" if overlay.tail else ""
    text = patch.text() + tail
    name = f"overlay/{digest(text)[:16]}-{slug(overlay.path)}.js"
    files[name] = text
    edits = [*patch.edits()]
    end = len(tree.units)
    edited = build.syntax.edit(
        tree.text, [*edits, (end, end, tail)] if tail else edits, overlay.path
    )
    files[f"{name}.map"] = edited.map_json
    return {
        "path": overlay.path,
        "sha256": digest(tree.text),
        "overlay": name,
        "map": f"{name}.map",
        "positions": patch.positions(),
    }


def top_of(tree: Tree) -> int:
    """Return where the first statement of a module may stand."""
    at = 0
    if tree.units.startswith("#!"):
        at = min(
            (i for i, c in enumerate(tree.units) if c in "\n\r"),
            default=len(tree.units),
        )
        at = min(at + 1, len(tree.units))
    for statement in tree.root.all("body"):
        if not is_directive(statement):
            break
        at = statement.end
    return at


def prologue(tree: Tree, fx: str) -> str:
    """Return the statement that makes the runtime known to the module."""
    return f"{';' if top_of(tree) else ''}const {fx}={RUNTIME};"


def slice_file(build: Build, files: Files, slice_: Slice) -> dict[str, Any]:
    """Add the text of a slice; return its entry."""
    text = slice_.text()
    path = path_of(slice_.script)
    # What two plans of one group keep may not fit together.
    build.syntax.parse(text, "commonjs")
    name = f"overlay/{digest(text)[:16]}-{slug(path)}.slice.js"
    files[name] = text
    return {
        "id": slice_.id,
        "path": path,
        "sha256": digest(slice_.tree.text),
        "overlay": name,
        "group": slice_.group,
        "parameter": slice_.fx,
        "imports": {
            specifier: build.slice(slice_.group, number).id
            for specifier, number in sorted(slice_.imports.items())
        },
        "builtins": sorted(slice_.builtins),
        "positions": slice_.patch.positions(),
    }


def digest(text: str) -> str:
    """Return the hash of a text as it lies on disk, without a byte order mark."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def runtime_files() -> Files:
    """Return the runtime as it is copied into every build."""
    found: Files = {}
    for file in sorted((resources.files("rewriter") / "runtime").iterdir(), key=str):
        if file.name.endswith((".js", ".cjs")) and file.name != "abi.js":
            place = file.name if file.name == "loader.cjs" else f"runtime/{file.name}"
            found[place] = file.read_bytes()
    return found
