"""What the user wrote: positions and names through source maps.

In: a recording, and the texts of its scripts. Out: an Origin for each place that the
recording names and a map knows, and a note for each map that could not be used. Maps
come from the script itself (a ``data:`` url) or from a ``.map`` file; nothing is ever
fetched, and the sources that they name are never opened.
"""

from __future__ import annotations

import base64
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_to_bytes

from profiler.labels import shown
from profiler.places import plain_path
from rewriter.syntax.client import Unmapped
from store.errors import FluxionError
from store.facts import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rewriter.syntax.client import Original, Syntax
    from store.facts import Recording, Script

MOST_MAP = 64 * 1024 * 1024
LONGEST_SOURCE = 1000
LONGEST_NAME = 200
LARGEST_LINE = 2**31
AROUND = 300
"""Code units before and after a literal in which its name is looked for."""

_COMMENT = re.compile(r"/[/*][#@][ \t]sourceMappingURL=([^\s'\"`*]+)")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_AFTER = re.compile(r"(?:async\s+)?function\s*\*?\s*([\w$]+)")
_BEFORE = re.compile(r"([\w$]+)[ \t]*(?:[=:][ \t]*)?(?:async[ \t]*)?\Z")


@dataclass(frozen=True, slots=True)
class _Spot:
    """A place in a script that the recording names."""

    start: int
    line: int
    column: int
    name: str = ""


def origins_of(
    recording: Recording,
    texts: Mapping[int, str],
    syntax: Syntax,
    root: Path | None = None,
) -> tuple[tuple[Origin, ...], tuple[str, ...]]:
    """Return the origins of a recording's places, and notes on what was no use.

    ``root`` is where the target's own root folder is, when it has one.
    """
    spots = _spots(recording)
    found: list[Origin] = []
    notes: list[str] = []
    for script in recording.scripts:
        text = texts.get(script.number)
        if text is None or script.number not in spots:
            continue
        try:
            source_map = map_of(script, text, root)
            if source_map is not None:
                wanted = list(spots[script.number].values())
                found += _mapped(script, text, wanted, source_map, syntax)
        except FluxionError as error:
            name = shown(script.path or script.url, LONGEST_SOURCE)
            notes.append(
                f"{name}: its source map is not used, lines and columns are those of "
                f"the generated code: {shown(error.message, 300)}"
            )
    return tuple(found), tuple(notes)


def _spots(recording: Recording) -> dict[int, dict[int, _Spot]]:
    """Collect every place by script and offset."""
    spots: dict[int, dict[int, _Spot]] = {}
    for one in recording.functions:
        if one.line > 0:
            spot = _Spot(one.ref.start, one.line, one.column, one.name)
            spots.setdefault(one.ref.script, {})[spot.start] = spot
    places = [cell.declared for cell in recording.cells]
    places += [refusal.place for refusal in recording.refusals]
    for point in (*recording.ruptures, *recording.awaits):
        places += [point.definition, point.creation, point.registration]
    for place in places:
        if place is not None and place.line > 0:
            spot = _Spot(place.offset, place.line, place.column)
            spots.setdefault(place.script, {}).setdefault(place.offset, spot)
    return spots


def map_of(
    script: Script, text: str, root: Path | None = None
) -> tuple[bytes, str] | None:
    """Return a script's map and where it is, None when the script names none.

    Raises ``Unmapped`` when there is one that we may not or cannot read.
    """
    url = _named_url(text)
    if url is None:
        return None
    here = script.path or plain_path(script.url)
    if url.startswith("data:"):
        return _inline(url), here
    if _SCHEME.match(url) and not url.startswith("file://"):
        raise Unmapped("it is not a file, and nothing is fetched")
    if url.startswith("//"):
        raise Unmapped("it is on another host, and nothing is fetched")
    if not here.startswith("/"):
        raise Unmapped("the script has no file beside which it could be")
    path = Path(here).parent / unquote(plain_path(url))
    if path.suffix != ".map" or "\0" in str(path):
        raise Unmapped("it is not called .map")
    return _read(path if root is None else root / path.relative_to("/")), str(path)


def _named_url(text: str) -> str | None:
    """Return the url of the comment at the end of a text.

    One with code behind it is of something that was put into the text.
    """
    found = list(_COMMENT.finditer(text))
    if not found:
        return None
    last = found[-1]
    behind = text[last.end() :].strip().removeprefix("*/")
    lines = (line.strip() for line in behind.split("\n"))
    return last[1] if all(not x or x.startswith("//") for x in lines) else None


def _inline(url: str) -> bytes:
    head, comma, body = url.partition(",")
    if len(body) > MOST_MAP * 2:
        raise Unmapped(f"it is larger than {MOST_MAP >> 20} MB")
    if not comma:
        raise Unmapped("its data: url has no data")
    try:
        found = (
            base64.b64decode(unquote(body), validate=False)
            if head.endswith(";base64")
            else unquote_to_bytes(body)
        )
    except ValueError as error:
        raise Unmapped("its data: url is damaged") from error
    if len(found) > MOST_MAP:
        raise Unmapped(f"it is larger than {MOST_MAP >> 20} MB")
    return found


def _read(path: Path) -> bytes:
    """Read a plain file; a pipe or a device is not waited for."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            about = os.fstat(file.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise Unmapped(f"{path.name} is not a plain file")
            found = file.read(MOST_MAP + 1)
    except OSError as error:
        raise Unmapped(f"{path.name}: {error.strerror or error}") from error
    except ValueError as error:  # a name with a NUL is no file's
        raise Unmapped(str(error)) from error
    if len(found) > MOST_MAP:
        raise Unmapped(f"it is larger than {MOST_MAP >> 20} MB")
    return found


def _mapped(
    script: Script,
    text: str,
    spots: list[_Spot],
    source_map: tuple[bytes, str],
    syntax: Syntax,
) -> Iterator[Origin]:
    """Yield the origin of each spot that the map knows."""
    named = _named(text, spots)
    asked = [(spot.line, spot.column) for spot in spots]
    answers = syntax.originals(*source_map, [*asked, *named.values()])
    names = dict(zip(named, answers[len(spots) :], strict=True))
    for spot, found in zip(spots, answers, strict=False):
        if found is None or not _is_sensible(found):
            continue
        own = names.get(spot.start)
        name = own.name if own is not None and own.source == found.source else ""
        yield Origin(
            script.number,
            spot.start,
            shown(plain_path(found.source), LONGEST_SOURCE),
            found.line,
            found.column,
            shown(name, LONGEST_NAME),
        )


def _is_sensible(found: Original) -> bool:
    return bool(found.source) and max(found.line, found.column) < LARGEST_LINE


def _named(text: str, spots: list[_Spot]) -> dict[int, tuple[int, int]]:
    """Return where the identifiers are that give the functions their names.

    A map names identifiers, not literals: that of ``function f`` or ``f = () =>``.
    """
    units = text.encode("utf-16-le", "surrogatepass")
    found: dict[int, tuple[int, int]] = {}
    for spot in spots:
        if not spot.name:
            continue
        after = _units(units, spot.start, spot.start + AROUND)
        match = _AFTER.match(after)
        if match is not None:
            ahead = after[: match.start(1)]
            name, shift = match[1], _length(ahead)
        else:
            before = _units(units, spot.start - AROUND, spot.start)
            match = _BEFORE.search(before.rpartition("\n")[2])
            if match is None:
                continue
            ahead = match[0]
            name, shift = match[1], -_length(ahead)
        if name == spot.name and "\n" not in ahead and spot.column + shift > 0:
            found[spot.start] = (spot.line, spot.column + shift)
    return found


def _units(units: bytes, start: int, end: int) -> str:
    return units[2 * max(start, 0) : 2 * end].decode("utf-16-le", "replace")


def _length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
