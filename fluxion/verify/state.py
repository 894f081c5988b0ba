"""Compare the files that the runs left behind.

In: the files of two runs of the original, and of the compiled one. Out: findings.
A file is noise only where the two originals differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fluxion.verify.mask import text_difference, text_gaps
from fluxion.verify.outcome import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Left:
    """The files that one run left: hashes by path, and where they are."""

    folder: Path
    files: Mapping[str, str]

    def read(self, path: str) -> bytes:
        """Return a file; a link is what it points to."""
        place = self.folder / path
        return (
            str(place.readlink()).encode() if place.is_symlink() else place.read_bytes()
        )


def compare_files(first: Left, second: Left, got: Left) -> list[Finding]:
    """Return what the compiled run left differently."""
    one, two, three = first.files, second.files, got.files
    unpaired = {_folder(path) for path in set(one) ^ set(two)}
    findings: list[Finding] = []
    for path in sorted(set(one) | set(three)):
        if one.get(path) == three.get(path):
            continue
        if path not in one or path not in three:
            if _folder(path) not in unpaired:
                states = (
                    ("there" if path in one else "not there"),
                    ("there" if path in three else "not there"),
                )
                findings.append(Finding("files", path, "file", *states))
            continue
        finding = _text_finding(path, first, second, got)
        if finding is not None:
            findings.append(finding)
    for folder in sorted(unpaired):
        counts = [_count(files, folder) for files in (one, two, three)]
        if counts[2] not in range(min(counts[:2]), max(counts[:2]) + 1):
            where = "number of files"
            findings.append(
                Finding("files", folder or ".", where, str(counts[0]), str(counts[2]))
            )
    return findings


def _text_finding(path: str, first: Left, second: Left, got: Left) -> Finding | None:
    expected, found = first.read(path), got.read(path)
    noisy = path in second.files and second.files[path] != first.files[path]
    gaps = text_gaps(expected, second.read(path)) if noisy else ()
    difference = text_difference(expected, found, gaps)
    if difference is None:
        return None
    return Finding("files", path, difference.where, difference.expected, difference.got)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _count(files: Mapping[str, str], folder: str) -> int:
    return sum(_folder(path) == folder for path in files)
