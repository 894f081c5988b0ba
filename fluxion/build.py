"""Read a build folder: its manifest, and whether the sources are still the same.

In: the folder that ``compile`` wrote. Out: how to start the app, and what moved.
Nothing of it is executed here.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store.errors import FluxionError
from store.redact import MARK

MANIFEST = "manifest.json"
LOADER = "loader.cjs"
_INSPECTOR = ("--inspect", "--debug-port", "--inspect-port")


@dataclass(frozen=True, slots=True)
class Entry:
    """How the app was started when it was recorded."""

    argv: tuple[str, ...]
    exec_argv: tuple[str, ...]
    cwd: Path
    env_names: tuple[str, ...]
    ports: tuple[int, ...]
    script: Path
    """The main script."""

    @property
    def arguments(self) -> tuple[str, ...]:
        """Return what follows the main script; fail where a secret was left out."""
        return _whole(self.argv[2:], "fluxion run build/ -- ARGUMENTS gives them")


@dataclass(frozen=True, slots=True)
class Source:
    """One file that the build was made from."""

    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class Build:
    """A build folder."""

    folder: Path
    entry: Entry
    sources: tuple[Source, ...]
    fluxions: tuple[str, ...]
    raw: dict[str, Any]


def read_build(folder: Path) -> Build:
    """Return what the manifest says; fail when it is none of ours."""
    path = folder / MANIFEST
    try:
        raw = json.loads(path.read_text("utf-8"))
        entry = raw["entry"]
        build = Build(
            folder.resolve(),
            Entry(
                tuple(map(str, entry["argv"])),
                tuple(map(str, entry["exec_argv"])),
                Path(entry["cwd"]),
                tuple(map(str, entry["env_names"])),
                tuple(map(int, entry.get("ports", ()))),
                Path(entry.get("script") or entry["argv"][1]),
            ),
            _sources(raw),
            tuple(str(f["id"]) for f in raw["fluxions"]),
            raw,
        )
    except FileNotFoundError:
        raise FluxionError(
            f"{folder} is not a build: it has no {MANIFEST}",
            "make one: fluxion compile STORE -o build/",
        ) from None
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise FluxionError(
            f"{path} cannot be read: {error!r}",
            "make the build again: fluxion compile STORE -o build/",
        ) from error
    if len(build.entry.argv) < 2 or not (folder / LOADER).is_file():
        raise FluxionError(
            f"{folder} is not a whole build",
            "make it again: fluxion compile STORE -o build/",
        )
    return build


def check_sources(build: Build) -> None:
    """Fail when a source is not the one that the build was made from."""
    for source in build.sources:
        found = sha256_of(source.path)
        if found is None:
            raise FluxionError(
                f"{source.path} is gone; the build was made from it",
                "compile again: fluxion compile STORE -o build/ --root DIR",
            )
        if found != source.sha256:
            raise FluxionError(
                f"{source.path} has changed: the build was made from sha256 "
                f"{source.sha256}, the file has {found}",
                "record and compile again, or bring that version back",
            )


def sha256_of(path: Path) -> str | None:
    """Return the hash of what V8 sees of a file: without a byte order mark."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    return hashlib.sha256(data.removeprefix(b"\xef\xbb\xbf")).hexdigest()


def node_of(entry: Entry) -> str:
    """Return the node to start: the recorded one where it is still there."""
    recorded = Path(entry.argv[0])
    if recorded.is_absolute() and recorded.is_file():
        return str(recorded)
    found = shutil.which("node")
    if found is None:
        raise FluxionError("there is no node on PATH", "install Node.js 20 or newer")
    return found


def flags_of(entry: Entry) -> list[str]:
    """Return the recorded flags of node; an inspector is the recording's business."""
    flags = _whole(entry.exec_argv, "record it again without a secret in node's flags")
    return [f for f in flags if not f.startswith(_INSPECTOR)]


def _whole(words: tuple[str, ...], hint: str) -> tuple[str, ...]:
    if any(MARK in word for word in words):
        raise FluxionError("the recorded command line held a secret, not kept", hint)
    return words


def _sources(raw: dict[str, Any]) -> tuple[Source, ...]:
    found = {
        (str(item["path"]), str(item["sha256"]))
        for item in (*raw["files"], *raw.get("slices", ()))
    }
    return tuple(Source(Path(path), sha) for path, sha in sorted(found))
