"""Find in which file a live function was written, by its text alone.

In: V8's script id, line, column and a hash of the function's text, for several
functions; where the files may be. Out: for each script its file and the text that V8
compiled. Nothing is asked of a debugger: a file is the script's when the functions
stand in it at exactly the places that V8 names.
"""

from __future__ import annotations

import hashlib
import re
import time
from array import array
from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from agent.cdp import as_list
from agent.positions import ASTRAL, Lines

LONG = 60
"""A text of so many units stands at one place in one file only."""
MOST_FILE = 16 * 1024 * 1024
MOST_KEPT = 500
"""Texts of files that are remembered."""
MOST_FILES = 3_000
"""Files of the app's own folder that are looked through."""
SUFFIXES = frozenset({".js", ".cjs", ".mjs", ".ts", ".cts", ".mts", ".jsx", ".tsx"})
MODULE = re.compile(r"^\s*(?:import\b|export\b)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Spot:
    """A text that stands at one place of a script."""

    line: int
    column: int
    openings: tuple[int, ...]
    """Where in the text V8 may say that it begins: see builtins.js."""
    size: int
    """UTF-16 units."""
    sha256: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """One live function, as the probe describes it."""

    id: int
    script: str
    name: str
    spot: Spot
    witness: Spot | None = None
    """The longest function of the same script that the walk has met."""
    is_class: bool = False


@dataclass(frozen=True, slots=True)
class Home:
    """The file of a script."""

    path: Path
    text: str
    """What V8 compiled: without a byte order mark."""
    kind: Literal["commonjs", "module"]


def sighting(value: Any) -> Sighting:
    """Decode what the probe tells of one function; every field is the target's word."""
    other = value.get("witness")
    return Sighting(
        int(value["id"]),
        str(value["script"]),
        str(value["name"])[:200],
        _spot(value),
        None if other is None else _spot(other),
        bool(value["isClass"]),
    )


def _spot(value: Any) -> Spot:
    return Spot(
        int(value["line"]),
        int(value["column"]),
        tuple(int(one) for one in as_list(value["openings"])),
        int(value["size"]),
        str(value["sha"])[:64],
    )


class Located:
    """The files of one target's scripts, as far as they were found."""

    def __init__(
        self,
        package: Path,
        entry: Path | None,
        paths: Callable[[int], list[str]],
        root: Path | None = None,
    ) -> None:
        """Take the app's folder; `paths(n)` are the loaded CommonJS files from n on.

        `root` is where the target's files are seen, when not where it sees them.
        """
        self._root = root
        self._package = package
        self._entry = entry
        self._more = paths
        self._places: dict[Path, int] = {}
        """Loaded CommonJS files, in their order."""
        self._missed: dict[str, int] = {}
        """Scripts that no file fits, and by how many spots that was tried."""
        self._doubtful: set[str] = set()
        self._open: dict[str, set[Spot]] = {}
        self._batch: dict[str, set[Spot]] = {}
        """What is being looked for in the files `_ahead`."""
        self._ahead: list[Path] = []
        self._weak: dict[str, list[Path]] = {}
        self._files: dict[Path, tuple[str, str, Lines] | None] = {}
        self._own: list[Path] | None = None
        self._homes: dict[str, Home] = {}
        self._taken: set[Path] = set()
        self._anchors: list[tuple[int, int]] = []
        """(script id, place in the order of loading): both grow together."""

    def find(self, sightings: Sequence[Sighting]) -> None:
        """Look for these functions' scripts in the likeliest files, at once."""
        spots: dict[str, set[Spot]] = {}
        for one in sightings:
            if not one.is_class:
                known = spots.setdefault(one.script, set())
                known.update(s for s in (one.spot, one.witness) if s is not None)
        left = {s: ones for s, ones in spots.items() if self._is_new(s, ones)}
        if not left:
            return
        weak: dict[str, list[Path]] = {}
        for path in self._likely():
            self._try(path, left, weak)
        self._decide(left, weak)
        for script, ones in left.items():
            self._open.setdefault(script, set()).update(ones)

    def go_on(self, seconds: float) -> None:
        """Look for what is left in the other files, for at most so long."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends and (self._batch or self._open):
            if not self._batch:
                self._batch, self._open, self._weak = self._open, {}, {}
                self._ahead = self._others()[::-1]
            if self._ahead:
                self._try(self._ahead.pop(), self._batch, self._weak)
                continue
            self._decide(self._batch, self._weak)
            self._missed.update({s: len(ones) for s, ones in self._batch.items()})
            self._batch = {}

    def home(self, script: str) -> Home | None:
        """The file of a script, as far as it was found."""
        return self._homes.get(script)

    def sought(self, script: str) -> bool:
        """Whether there are files that were not looked at yet."""
        return script in self._open or script in self._batch

    def doubtful(self, script: str) -> bool:
        """Whether several files fit, and nothing tells them apart."""
        return script in self._doubtful and script not in self._homes

    def _decide(self, left: dict[str, set[Spot]], weak: dict[str, list[Path]]) -> None:
        """What is no proof by itself is one where no other file has it there."""
        for script, paths in weak.items():
            if script in left and len(paths) == 1:
                self._settle(script, paths[0])
                del left[script]
            elif script in left:
                self._doubtful.add(script)

    def _is_new(self, script: str, spots: set[Spot]) -> bool:
        """Tell whether it is worth to look through the files for this script."""
        return script not in self._homes and self._missed.get(script, 0) < len(spots)

    def _try(
        self, path: Path, left: dict[str, set[Spot]], weak: dict[str, list[Path]]
    ) -> None:
        file = self._file(path)
        if file is None or path in self._taken:
            return
        fits = [s for s, spots in left.items() if fit(file[1], file[2], spots)]
        # Of copies, each is its own script: those loaded first have the smaller ids.
        for script in sorted(fits, key=_order):
            # An app that loads files anew has them in another order: then one that is
            # the only one to fit is the script's all the same.
            if not self._in_order(script, path) or not settles(left[script]):
                weak.setdefault(script, []).append(path)
                continue
            self._settle(script, path)
            del left[script]
            return

    def _settle(self, script: str, path: Path) -> None:
        file = self._file(path)
        if file is None:
            return
        self._homes[script] = Home(path, file[0], self._kind(path, file[0]))
        self._taken.add(path)
        if path in self._places and self._in_order(script, path):
            insort(self._anchors, (_order(script), self._places[path]))

    def _file(self, path: Path) -> tuple[str, str, Lines] | None:
        """A file's text, its units and its lines; the last ones are remembered."""
        if path not in self._files:
            text = read(seen_from(self._root, path))
            if len(self._files) >= MOST_KEPT:
                self._files.clear()
            units = "" if text is None else _units(text)
            self._files[path] = None if text is None else (text, units, Lines(text))
        return self._files[path]

    def _in_order(self, script: str, path: Path) -> bool:
        """Scripts are numbered in the order in which their files were loaded."""
        if path not in self._places:
            return True
        place = self._places[path]
        at = bisect_left(self._anchors, (_order(script), -1))
        after = at == len(self._anchors) or self._anchors[at][1] > place
        return after and (at == 0 or self._anchors[at - 1][1] < place)

    def _likely(self) -> Iterable[Path]:
        """The main file, and what the app has loaded of its own."""
        for name in self._more(len(self._places)):
            self._places.setdefault(Path(name), len(self._places))
        own = [p for p in self._places if "node_modules" not in p.parts]
        main = () if self._entry is None else (self._entry,)
        return dict.fromkeys([*main, *own])

    def loaded(self) -> list[Path]:
        """The files that the app runs, as far as they are known.

        All its modules of CommonJS; all files of its own where the main file is none.
        """
        likely = self._likely()
        if self._entry is None or self._entry in self._places:
            return [*dict.fromkeys([*likely, *self._places])]
        return [*dict.fromkeys([*likely, *self._places, *self._others()])]

    def _others(self) -> list[Path]:
        """Modules of the app, which no list tells, and files of its packages."""
        if self._own is None:
            self._own = list(_files(self._package, self._root))
        own = [p for p in self._own if p not in self._places]
        return [*own, *(p for p in self._places if "node_modules" in p.parts)]

    def _kind(self, path: Path, text: str) -> Literal["commonjs", "module"]:
        if path in self._places:
            return "commonjs"
        if path.suffix in {".mjs", ".mts"}:
            return "module"
        return "module" if MODULE.search(text) else "commonjs"


def fit(units: str, lines: Lines, spots: Collection[Spot]) -> bool:
    """Tell whether all these functions of one script stand in a file."""
    return all(stands(units, lines, one) for one in spots)


def settles(spots: Collection[Spot]) -> bool:
    """Tell whether functions that stand in a file prove that it is the script's.

    One that is long enough, or two; else no other file may have it there.
    """
    return len(spots) > 1 or any(one.size >= LONG for one in spots)


def stands(units: str, lines: Lines, one: Spot) -> bool:
    """Tell whether exactly this text stands where V8 says that it does."""
    at = lines.offset(one.line, one.column)
    if lines.place(at) != (one.line, one.column):
        return False
    for opening in one.openings:
        if at < opening:
            continue
        text = _plain(units[at - opening : at - opening + one.size])
        if hashlib.sha256(text.encode("utf-8", "replace")).hexdigest() == one.sha256:
            return True
    return False


def _order(script: str) -> int:
    return int(script) if script.isdecimal() else 0


def _units(text: str) -> str:
    """The text with each UTF-16 unit as one character."""
    if ASTRAL.search(text) is None:
        return text
    units = array("H", text.encode("utf-16-le", "surrogatepass"))
    return "".join(map(chr, units))


def _plain(units: str) -> str:
    """The reverse of `_units`; a lone surrogate becomes U+FFFD, as in the probe."""
    if units.isascii():
        return units
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def read(path: Path) -> str | None:
    """The text of a file without a byte order mark; None when it cannot be had."""
    try:
        if not path.is_file() or path.stat().st_size > MOST_FILE:
            return None
        return path.read_bytes().decode("utf-8", "replace").removeprefix("\ufeff")
    except (OSError, ValueError):
        return None


def seen_from(root: Path | None, path: Path) -> Path:
    """Where we see a file of the target."""
    return path if root is None else root / path.relative_to(path.anchor)


def _files(folder: Path, root: Path | None) -> Iterable[Path]:
    """The app's own files, nearest first, without the packages that it uses."""
    folders, count = [folder], 0
    while folders and count < MOST_FILES:
        try:
            at = folders.pop(0)
            inside = sorted(seen_from(root, at).iterdir())
        except OSError:
            continue
        for one in inside:
            if one.is_symlink() or one.name.startswith("."):
                continue
            if one.is_dir() and one.name != "node_modules":
                folders.append(at / one.name)
            elif one.suffix in SUFFIXES:
                count += 1
                yield at / one.name
