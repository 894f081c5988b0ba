"""Give each run a fresh copy of the working folder, always at the same path.

In: how the app was started. Out: a folder tree under a temporary one that mirrors the
original paths, so that relative requires, hoisted packages and paths in answers are
the same for every run. Packages are linked, not copied; the app's own are copied.
Nothing is ever written to the original.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from store.errors import FluxionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

PACKAGES = "node_modules"
MAX_BYTES = 500_000_000
MAX_FILES = 50_000
_SKIPPED = {".git", ".hg", ".svn"}


@dataclass(frozen=True, slots=True)
class Copies:
    """Where things are copied from, and where the copies live."""

    mirror: Path
    """The copy of ``/``."""
    roots: tuple[Path, ...]
    """Original folders that are copied, none inside another."""
    packaged: Path | None = None
    """The package that is the app, where the app was installed as one."""

    def place(self, path: Path) -> Path:
        """Return where a path of the original is in the copy, or the path itself."""
        bases = (*self.roots, self.packaged) if self.packaged else self.roots
        for base in bases:
            inside = path == base or base in path.parents
            if inside and PACKAGES not in path.relative_to(base).parts:
                return self._mirrored(path)
        return path

    def make(self) -> None:
        """Make the copies, over whatever a run before left."""
        shutil.rmtree(self.mirror, ignore_errors=True)
        for root in self.roots:
            target = self._mirrored(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            _copy_folder(root, target)
            self._link_packages_above(root)
        if self.packaged is not None:
            self._copy_package(self.packaged)
            self._link_packages_above(self.packaged)

    def keep_as(self, name: str) -> Path:
        """Put the used copies aside; return where."""
        aside = self.mirror.with_name(name)
        shutil.rmtree(aside, ignore_errors=True)
        self.mirror.rename(aside)
        return aside

    def _mirrored(self, path: Path) -> Path:
        return self.mirror / path.relative_to(path.anchor)

    def _link_packages_above(self, root: Path) -> None:
        for folder in root.parents:
            packages = folder / PACKAGES
            link = self._mirrored(packages)
            if packages.is_dir() and not os.path.lexists(link):
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(packages)

    def _copy_package(self, package: Path) -> None:
        """Copy one package among links to its neighbours."""
        folder = package.parent
        scoped = folder.name != PACKAGES
        for place in (folder.parent, folder) if scoped else (folder,):
            target = self._mirrored(place)
            if target.is_symlink():
                target.unlink()
            target.mkdir(parents=True, exist_ok=True)
            for entry in place.iterdir():
                if entry not in {package, folder}:
                    (target / entry.name).symlink_to(entry)
        _copy_folder(package, self._mirrored(package))


def plan_copies(
    mirror: Path, script: Path, cwd: Path, loaded: Iterable[Path]
) -> Copies:
    """Choose the folders to copy: that of the app, and where it worked."""
    package = _folder_of(script)
    if PACKAGES in package.parts:
        roots, packaged = [cwd], package
    else:
        own = [p.parent for p in loaded if PACKAGES not in p.parts and p.is_file()]
        common = Path(os.path.commonpath([package, *own]))
        # Sources that share only a home folder with the app are not copied.
        roots = [common if len(common.parts) > 3 else package, cwd]
        packaged = None
    roots = [r for r in roots if not any(o != r and o in r.parents for o in roots)]
    roots = list(dict.fromkeys(roots))
    for root in (*roots, *([packaged] if packaged else [])):
        _measure(root)
    return Copies(mirror, tuple(roots), packaged)


def fingerprint(folder: Path) -> dict[str, str]:
    """Return every file of a copy with its hash; links are not followed."""
    found: dict[str, str] = {}
    for path in _walk(folder):
        inner = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[inner] = f"-> {path.readlink()}"
        else:
            with path.open("rb") as file:
                found[inner] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def settle(folder: Path, quiet_s: float, most_s: float = 5.0) -> None:
    """Wait until nothing was written for so long: apps write after they answer."""
    ends = time.monotonic() + most_s
    seen, since = _stamps(folder), time.monotonic()
    while time.monotonic() - since < quiet_s and time.monotonic() < ends:
        time.sleep(quiet_s / 6)
        now = _stamps(folder)
        if now != seen:
            seen, since = now, time.monotonic()


def _stamps(folder: Path) -> dict[Path, tuple[int, int]]:
    found: dict[Path, tuple[int, int]] = {}
    for path in _walk(folder):
        with contextlib.suppress(FileNotFoundError):  # a draft that was renamed
            info = path.lstat()
            found[path] = (info.st_mtime_ns, info.st_size)
    return found


def _folder_of(script: Path) -> Path:
    """Return the package that a script belongs to."""
    for folder in script.parents:
        if (folder / "package.json").is_file():
            return folder
        if folder.name == PACKAGES:
            break
    return script.parent


def _walk(folder: Path) -> Iterator[Path]:
    """Yield files and links below a folder; packages and links are not entered."""
    for entry in sorted(folder.iterdir()):
        if entry.is_symlink() or entry.is_file():
            yield entry
        elif entry.is_dir() and entry.name not in _SKIPPED:
            yield from _walk(entry)


def _copy_folder(root: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for entry in root.iterdir():
        place = target / entry.name
        if entry.name in _SKIPPED:
            continue
        if entry.name == PACKAGES or (
            entry.is_symlink() and not entry.resolve().is_relative_to(root.resolve())
        ):
            place.symlink_to(entry.resolve())
        elif entry.is_symlink():
            place.symlink_to(entry.readlink())
        elif entry.is_dir():
            _copy_folder(entry, place)
        elif entry.is_file():
            shutil.copy2(entry, place)


def _measure(root: Path) -> None:
    """Refuse to copy what is no app folder but half a disk."""
    size = files = 0
    folders = [root]
    while folders:
        for entry in folders.pop().iterdir():
            if entry.is_symlink() or entry.name == PACKAGES or entry.name in _SKIPPED:
                continue
            if entry.is_dir():
                folders.append(entry)
            else:
                files += 1
                size += entry.lstat().st_size
        if files > MAX_FILES or size > MAX_BYTES:
            raise FluxionError(
                f"the working folder {root} is too big to copy for every run",
                "start the app from its own folder, record again, then verify",
            )
