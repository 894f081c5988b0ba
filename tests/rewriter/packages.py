"""Other people's files: the packages that the tests install.

Out: files with different contents, and who they belong to. `make test` takes a share
of them, `make soak` takes all.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).parents[2]
FOLDERS = (ROOT / "tests/apps/node_modules", ROOT / "node_modules")
SUFFIXES = frozenset({".js", ".cjs", ".mjs"})
SOAK = bool(os.environ.get("SOAK"))
SHARE = 200
"""Files for `make test`."""
POPULAR = (
    "accepts",
    "acorn",
    "ajv",
    "ansi-styles",
    "body-parser",
    "bytes",
    "chalk",
    "compression",
    "connect",
    "cookie",
    "cors",
    "cross-spawn",
    "debug",
    "depd",
    "esbuild",
    "eslint",
    "espree",
    "estraverse",
    "express",
    "express5",
    "fast-deep-equal",
    "fastify",
    "find-up",
    "graceful-fs",
    "http-errors",
    "iconv-lite",
    "ignore",
    "keyv",
    "koa",
    "lodash",
    "magic-string",
    "methods",
    "mime",
    "mime-types",
    "minimatch",
    "morgan",
    "ms",
    "nanoid",
    "negotiator",
    "on-finished",
    "optionator",
    "path-to-regexp",
    "pino",
    "pluralize",
    "proxy-addr",
    "qs",
    "raw-body",
    "safe-buffer",
    "semver",
    "send",
    "serve-static",
    "strip-ansi",
    "supports-color",
    "type-is",
    "typescript",
    "vary",
    "which",
    "wrap-ansi",
    "yargs",
    "yargs-parser",
)
"""Among the most downloaded of npm; the others are what these need."""


class Source(NamedTuple):
    """One file."""

    file: Path
    text: str
    """As Node decodes it, without the mark at its beginning."""

    @property
    def package(self) -> str:
        """The name of the installed package that it belongs to, or ""."""
        parts = self.file.parts
        if "node_modules" not in parts:
            return ""
        at = len(parts) - 1 - parts[::-1].index("node_modules")
        scoped = parts[at + 1].startswith("@")
        return "/".join(parts[at + 1 : at + (3 if scoped else 2)])


def sources(folders: Iterable[Path] = FOLDERS) -> Iterator[Source]:
    """Yield every file once, however many copies of it are installed."""
    seen: set[bytes] = set()
    for file in found(folders):
        raw = file.read_bytes()
        key = hashlib.sha256(raw).digest()
        if key not in seen:
            seen.add(key)
            yield Source(file, raw.decode("utf-8", "replace").removeprefix("\ufeff"))


def found(folders: Iterable[Path]) -> list[Path]:
    """Return the JavaScript files below some folders, in order."""
    return sorted(
        Path(at) / name
        for folder in folders
        for at, _, names in os.walk(folder)
        for name in names
        if Path(name).suffix in SUFFIXES and not (Path(at) / name).is_symlink()
    )


def some(most: int = SHARE) -> list[Source]:
    """Return all files under `make soak`, else a share that is spread over them."""
    every = found(FOLDERS)
    assert len(every) > 2500, "install the packages first: make setup"
    if SOAK:
        return list(sources())
    wanted = set(every[:: len(every) // most])
    return [source for source in sources() if source.file in wanted]
