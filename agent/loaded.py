"""The files of a launched app, rewritten one by one as they are loaded.

In: each file's path and text from the app. Out: the rewritten text, script numbers,
and what was traced or left alone. An app waits for an answer, so nothing here raises
because of a file.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

from agent import refusals
from agent.cdp import Json, as_list, as_object
from agent.profile import number_frame
from agent.scripts import Scripts
from agent.tracing import Rewriter
from store.errors import FluxionError
from store.facts import Function, FunctionSource, Refusal


class Loaded:
    """What an app has loaded so far."""

    def __init__(self, rewrite: Rewriter, on_block: Callable[[bytes], None]) -> None:
        """Take the rewriter, and who gets the blocks."""
        self.scripts = Scripts()
        self.results: list[Function | Refusal] = []
        self.on_block = on_block
        self.longest_ms = 0.0
        self.rewritten = 0
        self._rewrite = rewrite
        self._texts: dict[int, str] = {}
        self._answers: dict[tuple[str, str], str | None] = {}
        self._loaded: dict[tuple[str, str], int] = {}
        self._lock = threading.RLock()

    def rewrite(self, source: Json, *, shared: bool = False) -> str | None:
        """The text to load instead of a file's, None for the file's own.

        `shared`: in another isolate, where it is the script that it was in the first.
        """
        with self._lock:
            known = (str(source.get("path")), str(source.get("sha256")))
            if shared and known in self._answers:
                return self._answers[known]
            self._answers[known] = self._rewritten(source)
            return self._answers[known]

    def _rewritten(self, source: Json) -> str | None:
        number = self._registered(source)
        text = str(source.get("text") or "")
        self._texts[number] = text
        parsed = self.scripts.parsed(number)
        module = bool(source.get("module"))
        started = time.monotonic()
        try:
            answer = self._rewrite(
                FunctionSource(number, parsed.url, text, 0, "load", module)
            )
        except FluxionError as error:
            answer = refusals.of_file(number, parsed.url, error.message)
        took = (time.monotonic() - started) * 1000
        self.longest_ms = max(self.longest_ms, round(took, 1))
        self.rewritten += 1
        if isinstance(answer, Refusal):
            self.results.append(answer)
            return None
        self.results.extend(answer.functions)
        self.results.extend(answer.left_alone)
        return answer.text

    def register(self, about: Json, *, shared: bool = False) -> int:
        """Give a loaded file its script number; a file loaded twice has two."""
        with self._lock:
            known = (str(about.get("path")), str(about.get("sha256")))
            if not shared or known not in self._loaded:
                self._loaded[known] = self._registered(about)
            return self._loaded[known]

    def _registered(self, about: Json) -> int:
        path = str(about.get("path") or "")
        url = Path(path).as_uri() if path.startswith("/") and "\0" not in path else path
        identity = f"loaded:{len(self.scripts.facts())}"
        self.scripts.learn(
            [
                {
                    "scriptId": identity,
                    "url": url,
                    "embedderName": url,
                    "hash": about.get("sha256"),
                    "length": about.get("length"),
                    "isModule": bool(about.get("module")),
                }
            ]
        )
        return self.scripts.number(identity)

    def leave_alone(self, path: str) -> None:
        """An ES module that this Node does not let us rewrite, or TypeScript."""
        typed = Path(path).suffix in {".ts", ".mts"}
        why = refusals.of_typescript if typed else refusals.of_module
        self.results.append(why(path))

    def missed(self, path: str) -> None:
        """The app did not wait longer: the file was loaded as it is."""
        self.results.append(refusals.of_waiting(path))

    def text(self, number: int) -> str:
        """The text of a loaded file, before it was rewritten."""
        if number in self._texts:
            return self._texts[number]
        return self.scripts.text(number, str)

    def profile(self, profile: Json) -> str:
        """Put our script numbers into the frames of a profile."""
        for node in as_list(profile.get("nodes")):
            number_frame(as_object(node).get("callFrame"), self.scripts)
        return json.dumps(profile, separators=(",", ":"))
