"""What V8's own profile of a target says, as a Recording that the exports read.

In: the profile's text, the process, perhaps a recording of the same app. Out: frames
with the names and places that the user wrote. Files are known by their hash: those that
have changed since the process began are not read, and functions of the recording are
met again in whatever run, wherever the file lies.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.positions import Lines
from fluxion.origins import origins_of
from fluxion.sources import hash_of, read_text
from profiler.callbacks import put_back
from profiler.frames import read_sampled
from profiler.places import plain_path
from store.facts import Function, FunctionRef, Recording, Script

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rewriter.syntax.client import Syntax
    from store.facts import Frame, Process

AROUND = 100
SLACK_NS = 50_000_000
"""The kernel tells a process's start within 20 ms; files have coarse times, too."""
_ASYNC = re.compile(r"(?:\basync\b|\*)[^;{}()]*\Z")


@dataclass(frozen=True, slots=True)
class Profiled:
    """A profile, with what is known of its functions."""

    recording: Recording
    """Frames as V8 told them."""
    returned: Recording
    """Frames with the callers that V8 missed."""
    steps: tuple[tuple[int, int], ...]
    matched: int
    """Scripts that the recording knew."""
    changed: tuple[str, ...]
    """Files that are no longer what the process loaded."""
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Files:
    """The scripts of a profile, numbered."""

    scripts: tuple[Script, ...]
    texts: Mapping[int, str]
    known: frozenset[int]
    """Numbers that are those of the recording."""
    changed: tuple[str, ...]


def profiled(
    text: str,
    process: Process,
    seconds: float,
    syntax: Syntax,
    *,
    root: Path | None = None,
    seen: Recording | None = None,
) -> Profiled:
    """Read a profile; ``root`` is where the target's own root folder is."""
    files = _files(_urls(text), process, root, seen)
    functions, ruptures = [], []
    if seen is not None:
        functions = [f for f in seen.functions if f.ref.script in files.known]
        ruptures = [r for r in seen.ruptures if r.function.script in files.known]
    sampled = read_sampled(text, files.scripts, functions)
    frames, met = _resolved(sampled.frames, files)
    recording = Recording(
        process=process,
        seconds=seconds,
        scripts=files.scripts,
        functions=(*functions, *met),
        ruptures=tuple(ruptures),
        frames=frames,
        zero_ns=process.started_ns,
    )
    used = {frame.function for frame in frames}
    asked = replace(
        recording, functions=tuple(f for f in recording.functions if f.ref in used)
    )
    origins, notes = origins_of(asked, files.texts, syntax, root)
    if seen is not None:
        have = {(one.script, one.start) for one in origins}
        origins += tuple(
            one
            for one in seen.origins
            if one.script in files.known and (one.script, one.start) not in have
        )
    recording = replace(recording, origins=origins)
    handed = {r.function for r in ruptures}

    def plain(frame: Frame) -> bool:
        whole = files.texts.get(frame.script)
        ref = frame.function
        known = ref is not None and whole is not None and ref not in handed
        return known and not _may_resume(str(whole), ref)

    returned = put_back(recording, plain)
    return Profiled(
        *(recording, returned, sampled.steps, len(files.known), files.changed, notes)
    )


def _may_resume(text: str, ref: FunctionRef | None) -> bool:
    """Tell whether the event loop may go on in a function: it is async."""
    if ref is None:
        return True
    units = text.encode("utf-16-le", "surrogatepass")
    start = max(ref.start - AROUND, 0)
    before = units[2 * start : 2 * ref.start].decode("utf-16-le", "replace")
    after = units[2 * ref.start : 2 * ref.start + 12].decode("utf-16-le", "replace")
    return after.startswith("async") or _ASYNC.search(before) is not None


def _urls(text: str) -> list[str]:
    """Return where the functions of a profile are, each url once."""
    try:
        nodes: Any = json.loads(text).get("nodes", [])
        frames = [node.get("callFrame") for node in nodes]
        urls = [frame.get("url") for frame in frames if isinstance(frame, dict)]
    except (ValueError, AttributeError, TypeError, RecursionError):
        return []  # `read_sampled` says what is wrong with it
    return list(dict.fromkeys(url for url in urls if isinstance(url, str) and url))


def _files(
    urls: Iterable[str], process: Process, root: Path | None, seen: Recording | None
) -> _Files:
    scripts: list[Script] = []
    texts: dict[int, str] = {}
    known: set[int] = set()
    changed: list[str] = []
    free = max((s.number for s in seen.scripts), default=0) if seen else 0
    by_hash: dict[str, list[Script]] = {}
    for script in seen.scripts if seen else ():
        if script.path is not None:
            by_hash.setdefault(script.sha256, []).append(script)
    for url, path in _paths(urls):
        free += 1
        script = Script(free, url, path, "", 0, "commonjs")
        text = read_text(script, root) if process.started_ns else None
        if text is not None and _is_newer(path, root, process.started_ns):
            changed.append(path)
        elif text is not None:
            script = replace(script, sha256=hash_of(text), length=len(text))
            alike = by_hash.get(script.sha256, [])
            same = [s for s in alike if s.path == path] or alike
            if same:
                script = replace(same[0], url=url, path=path, text=None)
                alike.remove(same[0])  # another file with this text is another one
                known.add(script.number)
            texts[script.number] = text
        scripts.append(script)
    return _Files(tuple(scripts), texts, frozenset(known), tuple(changed))


def _paths(urls: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the urls of files, with their paths."""
    for url in urls:
        path = plain_path(url)
        hostile = not path.isprintable()  # such as a lone surrogate
        if path.startswith("/") and not hostile:
            yield url, path


def _is_newer(path: str, root: Path | None, since_ns: int) -> bool:
    here = Path(path) if root is None else root / path.lstrip("/")
    try:
        return here.stat().st_mtime_ns > since_ns + SLACK_NS
    except (OSError, ValueError):
        return True


def _resolved(
    frames: tuple[Frame, ...], files: _Files
) -> tuple[tuple[Frame, ...], list[Function]]:
    """Give each frame of a file its function: that of its place, if no other."""
    lines: dict[int, Lines] = {}
    met: dict[FunctionRef, Function] = {}
    found: list[Frame] = []
    for frame in frames:
        text = files.texts.get(frame.script)
        if frame.function is not None or text is None or not frame.line:
            found.append(frame)
            continue
        if frame.script not in lines:
            lines[frame.script] = Lines(text)
        at = lines[frame.script].offset(frame.line - 1, frame.column - 1)
        ref = FunctionRef(frame.script, at)
        if ref not in met:
            place = (frame.name, frame.line, frame.column)
            met[ref] = Function(ref, at, *place)
        found.append(replace(frame, function=ref))
    return tuple(found), list(met.values())
