"""What the parser answered before, by the hash of what it was asked.

In: a folder, questions and answers. Out: the answers again. Whatever is wrong with an
entry, or with the folder, is as if nothing had been kept: the parser is asked. An entry
can be read only by who has the question, so a cache tells nobody the text of a program.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import msgpack  # pyright: ignore[reportMissingTypeStubs]

from rewriter.syntax.process import BUNDLE, sidecar_path

if TYPE_CHECKING:
    from collections.abc import Mapping

_msgpack: Any = msgpack
MOST_BYTES = 256 * 1024 * 1024
PUTS_BETWEEN = 256
"""Entries that are written before the folder is looked through again."""
FORMAT = b"fluxion syntax 1\n"
CHECK = 16
SETTING = "FLUXION_CACHE"
"""A variable of the environment: another folder, or ``off``."""


class Cache:
    """A folder of answers."""

    def __init__(self, folder: Path, parser: bytes, most: int = MOST_BYTES) -> None:
        """Take a folder of our own, what identifies the parser, and a limit."""
        self.folder = folder
        self.hits = 0
        self._parser = hashlib.sha256(parser + sys.byteorder.encode()).digest()
        self._most = most
        self._puts = 0

    @classmethod
    def of_user(cls, environment: Mapping[str, str] | None = None) -> Self | None:
        """Return the user's cache; None if it is off or could not be trusted.

        A parser that is not the built one may change from run to run: no cache.
        """
        given = os.environ if environment is None else environment
        named = given.get(SETTING, "")
        if named == "off" or sidecar_path() != BUNDLE:
            return None
        above = given.get("XDG_CACHE_HOME") or Path(given.get("HOME", ""), ".cache")
        folder = Path(named or Path(above, "fluxion", "syntax"))
        if not folder.is_absolute() or not own_folder(folder):
            return None
        try:
            return cls(folder, BUNDLE.read_bytes())
        except OSError:
            return None

    def get(self, question: bytes) -> dict[str, Any] | None:
        """Return the answer that was kept, if it is whole."""
        name, secret = self._key(question)
        raw = read_own(self.folder / name, self._most)
        if raw is None or not raw.startswith(FORMAT):
            return None
        body = masked(raw[len(FORMAT) :], secret)
        check, packed = body[:CHECK], body[CHECK:]
        if check != check_of(packed):
            return None
        try:
            answer = _msgpack.unpackb(packed, strict_map_key=False)
        except (ValueError, _msgpack.UnpackException):
            return None
        if not isinstance(answer, dict):
            return None
        self.hits += 1
        with contextlib.suppress(OSError):
            os.utime(self.folder / name)  # the longest unused go first
        return answer

    def put(self, question: bytes, answer: dict[str, Any]) -> None:
        """Keep an answer; on a full or foreign disk it is not kept."""
        name, secret = self._key(question)
        packed = bytes(_msgpack.packb(answer))
        body = FORMAT + masked(check_of(packed) + packed, secret)
        if len(body) > self._most // 4:
            return
        made = None
        try:
            descriptor, made = tempfile.mkstemp(dir=self.folder, prefix="new-")
            with os.fdopen(descriptor, "wb") as file:
                file.write(body)
            os.replace(made, self.folder / name)  # noqa: PTH105 # made is a str
        except OSError:
            if made is not None:
                with contextlib.suppress(OSError):
                    os.unlink(made)  # noqa: PTH108 # made is a str
            return
        if self._puts % PUTS_BETWEEN == 0:
            self._prune()
        self._puts += 1

    def _key(self, question: bytes) -> tuple[str, bytes]:
        """Return an entry's name, and what its content is masked with."""
        secret = hashlib.sha256(self._parser + question).digest()
        return hashlib.sha256(b"name" + secret).hexdigest(), secret

    def _prune(self) -> None:
        """Remove what was not used for longest, down to the limit."""
        found: list[tuple[float, int, str]] = []
        with contextlib.suppress(OSError), os.scandir(self.folder) as entries:
            for entry in entries:
                about = entry.stat(follow_symlinks=False)
                found.append((about.st_mtime, about.st_size, entry.path))
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= self._most:
                return
            with contextlib.suppress(OSError):
                os.unlink(path)  # noqa: PTH108 # scandir gives a str
                total -= size


def masked(data: bytes, secret: bytes) -> bytes:
    """Mix a text with a stream that only its question gives; its own inverse."""
    stream = hashlib.shake_128(secret).digest(len(data))
    mixed = int.from_bytes(data, "little") ^ int.from_bytes(stream, "little")
    return mixed.to_bytes(len(data), "little")


def check_of(packed: bytes) -> bytes:
    """Return what shows that an entry is whole."""
    return hashlib.blake2b(packed, digest_size=CHECK).digest()


def own_folder(folder: Path) -> bool:
    """Make a folder that is ours alone; tell whether it is.

    Under ``sudo`` the home is another user's: nothing of root's belongs there.
    """
    try:
        above = next(one for one in folder.parents if one.exists())
        if not folder.exists() and above.stat().st_uid != os.geteuid():
            return False
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        about = folder.lstat()
    except OSError:
        return False
    mine = stat.S_ISDIR(about.st_mode) and about.st_uid == os.geteuid()
    return mine and not about.st_mode & 0o022


def read_own(path: Path, most: int) -> bytes | None:
    """Return a plain file of ours, None for anything else."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            about = os.fstat(descriptor)
            plain = stat.S_ISREG(about.st_mode) and about.st_uid == os.geteuid()
            return file.read() if plain and about.st_size <= most else None
    except OSError:
        return None
