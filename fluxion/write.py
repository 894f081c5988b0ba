"""Write a build folder or one file: whole or not at all, and nothing outside of it.

In: relative paths with their content, or the pieces of one file. Out: a folder or a
file that was made beside its place and then renamed to it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from fluxion.build import MANIFEST
from store.errors import FluxionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def check_free(folder: Path, *, force: bool) -> None:
    """Fail when something is in the way that may not be replaced."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise FluxionError(f"{folder} is not a folder", "give another one with -o")
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not force:
        raise FluxionError(
            f"{folder} exists and is not empty",
            "give another folder with -o, or replace it with --force",
        )
    if not (folder / MANIFEST).is_file():
        raise FluxionError(
            f"{folder} is not a build, so it is not replaced",
            "give another folder with -o, or remove it yourself",
        )


def write_folder(
    folder: Path, files: Mapping[str, str | bytes], *, force: bool
) -> None:
    """Write the files below the folder, in one step."""
    check_free(folder, force=force)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        parent = folder.parent.resolve()
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=parent))
    except OSError as error:
        raise _cannot(folder, error) from error
    try:
        for name, content in sorted(files.items()):
            _write(draft, name, content)
        draft.chmod(0o755)
        _swap_in(draft, parent / folder.name)
    except OSError as error:
        raise _cannot(folder, error) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def check_file(path: Path, *, force: bool) -> None:
    """Fail when something is in the way of a file that may not be replaced."""
    if not os.path.lexists(path):
        return
    if path.is_symlink() or not path.is_file():
        raise FluxionError(f"{path} is not a plain file", "give another one with -o")
    if not force:
        raise FluxionError(
            f"{path} already exists",
            "choose another name with -o, or replace it with --force",
        )


def write_file(path: Path, chunks: Iterable[bytes], *, force: bool) -> int:
    """Write a file that only its owner can read, in one step; return its size."""
    check_file(path, force=force)
    draft = ""
    try:
        handle, draft = tempfile.mkstemp(prefix=f".{path.name[:100]}-", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            size = sum(file.write(chunk) for chunk in chunks)
        _put(Path(draft), path, force=force)
    except OSError as error:
        raise _cannot(path, error, "file") from error
    finally:
        if draft:
            Path(draft).unlink(missing_ok=True)
    return size


def _put(draft: Path, path: Path, *, force: bool) -> None:
    """Move a file to its place; what came there meanwhile stays, unless forced."""
    if not force:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        os.close(os.open(path, flags, 0o600))
    draft.replace(path)


def _write(draft: Path, name: str, content: str | bytes) -> None:
    relative = PurePosixPath(name)
    inside = not relative.is_absolute() and not {"..", "."} & set(name.split("/"))
    if not inside or "\0" in name or "\\" in name or name == "":
        raise FluxionError(f"a build cannot hold a file called {name!r}")
    target = draft / relative
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.parent.resolve().is_relative_to(draft.resolve()):
        raise FluxionError(f"a build cannot hold a file called {name!r}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    data = (
        content.encode("utf-8", "surrogatepass")
        if isinstance(content, str)
        else content
    )
    with os.fdopen(os.open(target, flags, 0o644), "wb") as file:
        file.write(data)


def _swap_in(draft: Path, place: Path) -> None:
    aside = None
    if place.exists():
        aside = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
        place.rename(aside / "old")
    try:
        draft.rename(place)
    except OSError:
        if aside is not None:
            with contextlib.suppress(OSError):
                (aside / "old").rename(place)
        raise
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)


def _cannot(path: Path, error: OSError, what: str = "folder") -> FluxionError:
    return FluxionError(
        f"{path} cannot be written: {error.strerror or error}",
        f"give another {what} with -o",
    )
