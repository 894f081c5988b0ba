"""The functions that a walk found in a target.

In: what the probe tells of each. Out: `Found` values, those of the app's own code that
something will call first. Names and paths are the target's words: data, never code.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Root = Literal["handle", "process", "timer", "module", "global"]
ROOTS: tuple[Root, ...] = ("handle", "process", "timer", "module", "global")
HELD = frozenset({"element", "entry", "member", "bound", "private", "key", "listener"})
"""Slots of a registry: whoever holds a function so means to call it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A live function and how it is reached."""

    id: int
    """The probe's number for it."""
    script: int
    offset: int
    """Where V8 says that it begins; for a method its key or parenthesis."""
    line: int
    column: int
    """V8's, from zero."""
    name: str
    distance: int
    root: Root
    slots: tuple[str, ...]
    """Kinds of the places that hold it, such as ``element`` or ``captured``."""
    path: str
    """How the walk came here, such as ``Server ._events.request.router.stack[2]``."""
    app: bool
    """Written in the app's own package, not in one that it uses."""
    is_class: bool
    process: int = 1
    """Number of the isolate in which it lives."""

    @property
    def registered(self) -> bool:
        """Held by a registry of the event loop's, not only by a name."""
        return self.root != "module" and bool(HELD.intersection(self.slots))


def order(found: list[Found]) -> list[Found]:
    """The app's handlers first, then what is near."""
    return sorted(
        found,
        key=lambda one: (
            not one.app,
            not one.registered,
            ROOTS.index(one.root),
            one.distance,
            one.id,
        ),
    )


def package_of(entry: str, cwd: str, root: Path | None = None) -> Path:
    """The folder whose code is the app's own: the package of the main script.

    `root` is where the files of the target are seen, when not where it sees them.
    """
    start = Path(entry).parent if entry else Path(cwd)
    for folder in (start, *start.parents):
        if folder.name == "node_modules":
            break
        seen = folder if root is None else root / folder.relative_to(folder.anchor)
        if (seen / "package.json").is_file():
            return folder
    return start


def is_app(path: Path | None, package: Path) -> bool:
    """Tell whether a script belongs to the app, not to a package that it uses."""
    if path is None:
        return False
    if path.is_relative_to(package):
        return "node_modules" not in path.relative_to(package).parts
    return "node_modules" not in path.parts


def told(
    value: Any,
) -> tuple[int, str, int, int, str, int, Root, tuple[str, ...], str, bool]:
    """Decode what the probe tells of one function."""
    root = str(value["root"])
    return (
        int(value["id"]),
        str(value["script"]),
        int(value["line"]),
        int(value["column"]),
        str(value["name"])[:200],
        int(value["depth"]),
        root if root in ROOTS else "global",
        tuple(str(kind) for kind in value["slots"]),
        str(value["path"])[:300],
        bool(value["isClass"]),
    )
