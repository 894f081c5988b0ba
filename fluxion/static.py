"""``fluxion chains --static``: the rupture points that a list of names finds.

In: a source file, or a recording. Out: what the list finds in the file and in the
local files that it requires; or what it would have found of what a recording saw.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fluxion import exits
from fluxion.listing import (
    compared_lines,
    compared_rows,
    found_lines,
    found_rows,
)
from fluxion.settings import own_names
from fluxion.sources import unchanged_texts
from rewriter.callees import Names
from rewriter.scopes import analyse
from rewriter.static import specifiers, static_points
from rewriter.syntax.cache import Cache
from rewriter.syntax.client import Syntax
from store.errors import FluxionError, NothingDone
from store.facts import Refusal
from store.recording import load

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from fluxion.terminal import Terminal
    from rewriter.static import StaticPoint
    from rewriter.syntax.tree import Kind
    from store.facts import Recording, Script

SQLITE = b"SQLite format 3\0"
SOURCES = frozenset({".js", ".cjs", ".mjs"})
TYPED = frozenset({".ts", ".cts", ".mts", ".tsx", ".jsx"})
MOST_BYTES = 8_000_000
MOST_FILES = 2000
ENDINGS = ("", ".js", ".cjs", ".mjs", "/index.js", "/index.cjs", "/index.mjs")
MODULE = re.compile(r"'(import|export)'|import\.meta|top level of a module|await")
"""What acorn says of an ES module that it was to read as CommonJS."""


@dataclass(slots=True)
class Sought:
    """What was found in some files."""

    points: list[StaticPoint] = field(default_factory=list)
    paths: dict[int, str] = field(default_factory=dict)
    """Every file that was read, by its number."""
    refused: list[tuple[str, str]] = field(default_factory=list)
    """Files that were not, and why."""


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """List a source's rupture points, or compare the list with a recording."""
    names = Names(own_names(arguments.config))
    path: Path = arguments.store
    with Syntax(cache=Cache.of_user()) as syntax:
        if _is_store(path):
            recording = load(path)
            sought = seek_recorded(recording, names, syntax)
            rows = compared_rows(recording, sought)
            lines = compared_lines(rows)
        else:
            sought = seek(path, names, syntax)
            rows = found_rows(sought, Path.cwd())
            lines = found_lines(rows)
    if arguments.json:
        terminal.json(rows)
    else:
        terminal.data("\n".join(lines))
    return exits.DONE


def _is_store(path: Path) -> bool:
    """Tell a store from a source; what is neither is left to the store to refuse."""
    try:
        with path.open("rb") as file:
            if file.read(len(SQLITE)) == SQLITE:
                return True
    except OSError:
        pass
    return path.suffix not in SOURCES | TYPED


def seek(entry: Path, names: Names, syntax: Syntax) -> Sought:
    """Look into a file and the local files that it requires by a literal."""
    sought = Sought()
    waiting = [entry.absolute()]
    met = {waiting[0].resolve()}
    for path in waiting:
        problem, more = _look(path, names, syntax, sought)
        if problem is None:
            pass
        elif path == waiting[0]:
            raise problem
        else:
            sought.refused.append((str(path), problem.message))
        for specifier in more:
            file = _file(path.parent / specifier)
            if file is None:
                sought.refused.append((str(path.parent / specifier), "there is none"))
            elif file.suffix in SOURCES | TYPED and file.resolve() not in met:
                if len(waiting) >= MOST_FILES:
                    sought.refused.append((str(file), f"only {MOST_FILES} are read"))
                    continue
                met.add(file.resolve())
                waiting.append(file)
    return sought


def _look(
    path: Path, names: Names, syntax: Syntax, sought: Sought
) -> tuple[FluxionError | None, list[str]]:
    """Add a file's points; return why it cannot be read, and what it requires."""
    if path.suffix in TYPED:
        hint = "compile it first, and give the JavaScript that was made from it"
        return NothingDone(f"{path} is not JavaScript", hint), []
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        return FluxionError(f"{path} cannot be read: {error.strerror or error}"), []
    if len(data) > MOST_BYTES:
        hint = "name the files that the app itself is made of"
        return NothingDone(f"{path} has more than {MOST_BYTES:,} bytes", hint), []
    number = len(sought.paths) + 1
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    return _look_into(path, number, text, names, syntax, sought)


def _look_into(
    path: Path, number: int, text: str, names: Names, syntax: Syntax, sought: Sought
) -> tuple[FluxionError | None, list[str]]:
    kind = _kind(path)
    tree = syntax.try_parse(text, kind, number)
    if isinstance(tree, Refusal) and kind == "commonjs" and path.suffix == ".js":
        # Without a word from package.json, Node tells a module by its syntax too.
        other = syntax.try_parse(text, "module", number)
        tree = tree if isinstance(other, Refusal) else other
    if isinstance(tree, Refusal):
        at = f"{path}:{tree.place.line}:{tree.place.column}" if tree.place else path
        return NothingDone(f"{at}: {tree.reason}", tree.remedy), []
    sought.paths[number] = str(path)
    scopes = analyse(tree)
    sought.points += static_points(tree, scopes, number, names)
    return None, [s for s in specifiers(tree, scopes) if s.startswith(("./", "../"))]


def _kind(path: Path) -> Kind:
    """Return how Node reads a file."""
    if path.suffix != ".js":
        return "module" if path.suffix == ".mjs" else "commonjs"
    for folder in path.parents:
        try:
            found = json.loads((folder / "package.json").read_bytes())
        except OSError:
            continue
        except (ValueError, RecursionError):
            return "commonjs"
        typed = isinstance(found, dict) and found.get("type") == "module"
        return "module" if typed else "commonjs"
    return "commonjs"


def _file(base: Path) -> Path | None:
    """Return the file that a relative specifier means."""
    try:
        return next(filter(Path.is_file, _guesses(base)), None)
    except (OSError, ValueError):  # a name that no file can have
        return None


def _guesses(base: Path) -> Iterator[Path]:
    for ending in ENDINGS:
        yield Path(f"{base}{ending}")
    # An import of TypeScript names the file that will be made from it.
    for ending in sorted(TYPED):
        yield Path(f"{base}{ending}")
        yield base.with_suffix(ending)


def seek_recorded(recording: Recording, names: Names, syntax: Syntax) -> Sought:
    """Look into the app's own files of a recording, not into its packages'."""
    sought = Sought()
    own = [script for script in recording.scripts if is_own(script)]
    texts = unchanged_texts(own)
    for script in own:
        path = script.path or ""
        if script.number not in texts:
            sought.refused.append((path, "it is gone, or not as it was recorded"))
            continue
        kind: Kind = "module" if script.kind == "module" else "commonjs"
        tree = syntax.try_parse(texts[script.number], kind, script.number)
        if isinstance(tree, Refusal):
            sought.refused.append((path, tree.reason))
            continue
        sought.paths[script.number] = path
        sought.points += static_points(tree, analyse(tree), script.number, names)
    return sought


def is_own(script: Script) -> bool:
    """Tell the app's own files from its packages'."""
    path = script.path or ""
    source = script.kind in {"commonjs", "module"} and not path.endswith(".json")
    return bool(path) and source and "/node_modules/" not in path
