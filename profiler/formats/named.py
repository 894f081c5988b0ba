"""What functions and frames are called in an export.

In: a Recording. Out: a name, a file and a position for each function and frame, as the
user wrote them where a source map knew it. Everything is inert: without control
characters, direction overrides or lone surrogates, and never long.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import quote

from profiler.labels import shown
from profiler.places import origin, plain_path
from store.facts import Frame, FunctionRef, Recording

LONGEST_NAME = 200
LONGEST_FILE = 400
PACKAGES = "/node_modules/"
Unit = Literal["microseconds", "bytes"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of an export."""

    fold: bool = True
    """All functions of an npm package become one."""
    version: str = ""
    """Of this program, for formats that name who wrote them."""
    resource: tuple[tuple[str, str], ...] = ()
    """More attributes of what was recorded, for formats that have them."""
    unit: Unit = "microseconds"
    """What the frames' own amounts are."""
    steps: tuple[tuple[int, int], ...] = ()
    """The samples in order, where they are known: a frame's number, and how long."""


@dataclass(frozen=True, slots=True)
class Named:
    """A function or a package, as the reader of an export sees it."""

    name: str
    """Empty for a function without a name."""
    file: str
    """From the working folder where it lies below; empty for native frames."""
    line: int
    """1-based, 0 when there is none."""
    column: int
    url: str = ""
    """Where it is, as V8 tells it: what tools open on a click."""
    package: str = ""
    """Name of the npm package that it belongs to, empty for the app and for Node."""

    @property
    def title(self) -> str:
        """The name, or the word for a function that has none."""
        return self.name or "(anonymous)"

    @property
    def where(self) -> str:
        """``file:line:column``, as far as it is known."""
        if not self.file or not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}"


class Names:
    """The names of one recording."""

    def __init__(self, recording: Recording, *, fold: bool) -> None:
        """Index the recording; ``fold`` gives all of a package one name."""
        self._fold = fold
        self._cwd = recording.process.cwd.rstrip("/")
        self._functions = {f.ref: f for f in recording.functions}
        self._scripts = {s.number: s for s in recording.scripts}
        self._origins = {FunctionRef(o.script, o.start): o for o in recording.origins}
        # An app that was itself installed by npm is no package of its own.
        self._own = _root(recording.process.entry)

    def function(self, ref: FunctionRef) -> Named:
        """Return what a function is called."""
        found = self._functions.get(ref)
        script = self._scripts.get(ref.script)
        path = (script.path or plain_path(script.url)) if script else ""
        if found is None:
            return self._named("", path, 0, 0, ref)
        return self._named(found.name, path, found.line, found.column, ref)

    def frame(self, frame: Frame) -> Named:
        """Return what a frame of the profile is called."""
        named = self._named(
            frame.name,
            plain_path(frame.url),
            frame.line,
            frame.column,
            frame.function,
        )
        if named.url or not frame.url:
            return named
        return replace(named, url=inert(frame.url, LONGEST_FILE))

    def _named(
        self, name: str, path: str, line: int, column: int, ref: FunctionRef | None
    ) -> Named:
        source = None if ref is None else self._origins.get(ref)
        if source is not None:
            name, path = source.name or name, source.source
            line, column = source.line, source.column
        package = self._package(path)
        if package and self._fold:
            name, path, line, column = package, _root(path), 0, 0
        return Named(
            inert(name, LONGEST_NAME),
            inert(self._below(path), LONGEST_FILE),
            max(line, 0),
            max(column, 0),
            _url(path),
            inert(package, LONGEST_NAME),
        )

    def _package(self, path: str) -> str:
        package = origin(path)
        if package in {"app", "node:"} or _root(path) == self._own:
            return ""
        return package

    def _below(self, path: str) -> str:
        if self._cwd and path.startswith(self._cwd + "/"):
            return path[len(self._cwd) + 1 :]
        return path


def inert(text: str, longest: int) -> str:
    """Return a text without anything hostile in it, at most so long."""
    return shown(shown(text, longest), longest)


def _root(path: str) -> str:
    """Return the folder of the package that a path lies in, empty for none."""
    head, found, _ = path.rpartition(PACKAGES)
    return f"{head}{found}{origin(path)}" if found else ""


def _url(path: str) -> str:
    if path.startswith("/"):
        return inert("file://" + quote(path, errors="replace"), LONGEST_FILE)
    return inert(path, LONGEST_FILE)
