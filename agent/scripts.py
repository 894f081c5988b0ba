"""Know the scripts of a target: their numbers, texts and kinds.

In: V8's `scriptParsed` events. Out: `Script` facts with our numbers, the text of each,
and offsets of V8's positions. A text comes from its file when the hash that V8 reports
is that of the file, else from the target.
"""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from agent.cdp import Json
from agent.positions import Lines
from store.facts import Script

Kind = Literal["commonjs", "module", "script", "eval", "internal"]
MOST_FILE = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Parsed:
    """One script as V8 announced it."""

    id: str
    url: str
    sha256: str
    length: int
    kind: Kind
    path: Path | None


class Numbering:
    """The numbers of scripts, which isolates of one recording may share.

    The n-th script of an isolate with some url and hash is the n-th of the others.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self._lock = threading.Lock()
        self._numbers: dict[tuple[str, str, int], int] = {}
        self._first: list[Parsed] = []
        self.texts: dict[int, str] = {}
        self.lines: dict[int, Lines] = {}

    def number(self, one: Parsed, again: int) -> int:
        """The number of the `again`-th script like this one."""
        with self._lock:
            key = (one.url, one.sha256, again)
            if key not in self._numbers:
                self._first.append(one)
                self._numbers[key] = len(self._first)
            return self._numbers[key]

    def first(self, number: int) -> Parsed:
        """What was told of a numbered script where it was met first."""
        return self._first[number - 1]

    def facts(self) -> list[Script]:
        """Every numbered script; with its text when no file holds it and we know it.

        What a loader makes of a file, such as JavaScript from TypeScript, is in none.
        """
        with self._lock:
            known = list(self._first)
        return [
            Script(
                number,
                one.url,
                str(one.path) if one.path else None,
                one.sha256,
                one.length,
                one.kind,
                self._unfiled(number, one),
            )
            for number, one in enumerate(known, 1)
        ]

    def _unfiled(self, number: int, one: Parsed) -> str | None:
        text = self.texts.get(number)
        return None if text is None or _from_file(one) is not None else text


class Scripts:
    """Every script met in one isolate; numbers never change."""

    def __init__(self, numbering: Numbering | None = None) -> None:
        """Know nothing yet; `numbering` is shared with other isolates."""
        self._numbering = numbering or Numbering()
        self._parsed: dict[str, Parsed] = {}
        self._numbers: dict[str, int] = {}
        self._by_url: dict[str, str] = {}
        self._by_number: dict[int, Parsed] = {}
        self._alike: Counter[tuple[str, str]] = Counter()
        self._texts = self._numbering.texts
        self._lines = self._numbering.lines

    def learn(self, events: Iterable[Json]) -> None:
        """Take in `Debugger.scriptParsed` events; a twin is its original's script."""
        for event in events:
            one = _parsed(event)
            if one.id in self._parsed:
                continue
            first = self._by_url.get(one.url)
            if first is not None and one.kind == "eval":
                self._parsed[one.id] = self._parsed[first]
                continue
            self._parsed[one.id] = one
            if one.url:
                self._by_url.setdefault(one.url, one.id)
            if one.kind not in {"internal", "eval"}:
                self.number(one.id)

    def place(self, script: str, path: Path, text: str, kind: Kind) -> int:
        """Take in a script that was told by its text; return its number."""
        if script not in self._parsed:
            sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
            length = len(text.encode("utf-16-le", "surrogatepass")) // 2
            one = Parsed(script, path.as_uri(), sha256, length, kind, path)
            self._parsed[script] = one
            self._by_url.setdefault(one.url, script)
        number = self.number(script)
        self._texts.setdefault(number, text)
        return number

    def alone(self, function: str, text: str) -> int:
        """Number a function whose script nobody can name as a script of its own."""
        if function not in self._parsed:
            sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
            length = len(text.encode("utf-16-le", "surrogatepass")) // 2
            self._parsed[function] = Parsed(function, "", sha256, length, "eval", None)
        number = self.number(function)
        self._texts.setdefault(number, text)
        return number

    def internal(self) -> list[str]:
        """V8's ids of the scripts that are Node's own, or ours."""
        return [key for key, one in self._parsed.items() if one.kind == "internal"]

    def number(self, script: str) -> int:
        """Our number of a script, 0 for Node's own and unknown ones."""
        one = self._parsed.get(script)
        if one is None or one.kind == "internal":
            return 0
        number = self._numbers.get(one.id)
        if number is None:
            alike = (one.url, one.sha256)
            self._alike[alike] += 1
            number = self._numbering.number(one, self._alike[alike])
            self._numbers[one.id] = number
            self._by_number[number] = one
        return number

    def number_of_url(self, url: str) -> int:
        """Our number of the script with this url or path, 0 when there is none."""
        for name in (url, _as_url(url)):
            if name in self._by_url:
                return self.number(self._by_url[name])
        return 0

    def parsed(self, number: int) -> Parsed:
        """What V8 told of a numbered script."""
        return self._by_number.get(number) or self._numbering.first(number)

    def here(self, number: int) -> bool:
        """Tell whether this isolate has the script."""
        return number in self._by_number

    def text(self, number: int, fetch: Callable[[str], str]) -> str:
        """The text of a script; `fetch` asks the target when no file has it."""
        if number not in self._texts:
            one = self.parsed(number)
            text = _from_file(one)
            self._texts[number] = fetch(one.id) if text is None else text
        return self._texts[number]

    def known(self, number: int) -> bool:
        """Tell whether the text is here, or in its file, without asking the target."""
        if number not in self._texts:
            text = _from_file(self.parsed(number))
            if text is None:
                return False
            self._texts[number] = text
        return True

    def offset(self, number: int, line: int, column: int, text: str) -> int:
        """The UTF-16 offset of V8's position in a script."""
        if number not in self._lines:
            self._lines[number] = Lines(text)
        return self._lines[number].offset(line, column)

    def facts(self) -> list[Script]:
        """Every numbered script; with its text when no file holds it and we know it."""
        return self._numbering.facts()


def _parsed(event: Json) -> Parsed:
    """Decode one event; every field is the target's word."""
    url = str(event.get("url") or "")[:4000]
    length = event.get("length")
    path = _path(url)
    loaded_as = event.get("embedderName")
    # Node marks a file whose types it has stripped with the file's own url.
    evaluated = not loaded_as or (event.get("hasSourceURL") and loaded_as != url)
    kind: Kind
    if url.startswith(("node:", "fluxion:")):
        kind = "internal"
    elif evaluated:
        kind = "eval"
    elif event.get("isModule"):
        kind = "module"
    else:
        kind = "commonjs" if path else "script"
    return Parsed(
        str(event.get("scriptId")),
        url,
        str(event.get("hash") or "").lower(),
        length if isinstance(length, int) else 0,
        kind,
        None if kind == "eval" else path,
    )


def _path(url: str) -> Path | None:
    if url.startswith("file://"):
        url = unquote(urlsplit(url).path)
    if not url.startswith("/") or "\0" in url:
        return None
    return Path(url)


def _as_url(path: str) -> str:
    return Path(path).as_uri() if path.startswith("/") and "\0" not in path else path


def _from_file(one: Parsed) -> str | None:
    """The file's text, if it still is what V8 compiled."""
    try:
        if one.path is None or one.path.stat().st_size > MOST_FILE:
            return None
        content = one.path.read_bytes()
    except OSError:
        return None
    if hashlib.sha256(content).hexdigest() != one.sha256:
        return None
    return content.decode("utf-8", "replace")
