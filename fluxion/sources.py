"""Find the sources of a recording again, and be sure that they are the same.

In: a recording, perhaps another root folder. Out: the text of each script by number,
and the recording with its paths where the sources are now. A file that is not what
was recorded is an error; one that is gone is left out, and the plan refuses it.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from store.errors import FluxionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from store.facts import Recording, Script


COMPILED = frozenset({".ts", ".mts", ".cts", ".tsx", ".jsx"})
"""Files that Node or a loader turns into JavaScript as it loads them."""


def texts_of(recording: Recording) -> dict[int, str]:
    """Return the text of every script whose source is here and unchanged."""
    found: dict[int, str] = {}
    for script in recording.scripts:
        text = read_text(script)
        if text is None:
            continue
        now = hash_of(text)
        if now != script.sha256 and Path(script.path or "").suffix in COMPILED:
            continue  # what ran was made from it as it was loaded, and is in no file
        if now != script.sha256:
            raise FluxionError(
                f"{script.path} has changed since it was recorded: it had sha256 "
                f"{script.sha256}, the file has {now}",
                "record again, or give the recorded version with --root DIR; if a "
                "loader compiles it as it is loaded, build it first and start that",
            )
        found[script.number] = text
    return found


def unchanged_texts(
    scripts: Iterable[Script], root: Path | None = None
) -> dict[int, str]:
    """Return the texts of the scripts that are unchanged, without complaint.

    `root` is where the target's files are seen, when it has a file system of its own.
    """
    found: dict[int, str] = {}
    for script in scripts:
        text = read_text(script, root)
        if text is not None and hash_of(text) == script.sha256:
            found[script.number] = text
    return found


def read_text(script: Script, root: Path | None = None) -> str | None:
    """Return a script's text as V8 has it: without a byte order mark."""
    if script.text is not None:
        return script.text
    if script.path is None:
        return None
    try:
        path = Path(script.path)
        if root is not None:
            path = root / path.relative_to(path.anchor)
        data = path.read_bytes()
    except (OSError, ValueError):  # a name with a NUL is no file's
        return None
    return data.decode("utf-8", "replace").removeprefix("\ufeff")


def hash_of(text: str) -> str:
    """Return the hash that identifies a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def remap(recording: Recording, root: Path) -> Recording:
    """Return the recording as if the app had been recorded below another root."""
    root = root.resolve()
    base = _recorded_root(recording, root)
    if base == root:
        return recording

    def moved(text: str) -> str:
        path = Path(text)
        if not path.is_absolute() or not path.is_relative_to(base):
            return text
        return str(root / path.relative_to(base))

    process = recording.process
    return replace(
        recording,
        process=replace(
            process,
            cwd=moved(process.cwd),
            entry=moved(process.entry),
            argv=(process.argv[0], *map(moved, process.argv[1:])),
        ),
        scripts=tuple(
            replace(s, path=moved(s.path) if s.path else None)
            for s in recording.scripts
        ),
        origins=tuple(replace(o, source=moved(o.source)) for o in recording.origins),
    )


def _recorded_root(recording: Recording, root: Path) -> Path:
    """Find which recorded folder the given one stands for, by the entry's text."""
    entry = Path(recording.process.entry)
    script = next((s for s in recording.scripts if s.path == str(entry)), None)
    for base in _bases(entry):
        here = root / entry.relative_to(base)
        if not here.is_file():
            continue
        text = here.read_bytes().decode("utf-8", "replace").removeprefix("\ufeff")
        if script is None or hash_of(text) == script.sha256:
            return base
        raise FluxionError(
            f"{here} is not the recorded version of {entry}: that had sha256 "
            f"{script.sha256}, this has {hash_of(text)}",
            "check out the version that was recorded",
        )
    raise FluxionError(
        f"{root} does not hold the recorded app: there is no {entry.name}",
        "--root takes the folder that held the app's files",
    )


def _bases(entry: Path) -> Iterator[Path]:
    yield from entry.parents
