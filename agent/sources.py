"""Fetch the texts of a target's scripts, and place in them what a walk found.

In: a session for everything, and what the probe tells of functions. Out: the scripts
with their texts, and `Found` values. The Debugger is on only for a list of the scripts,
and for a text that no file holds: for many of those at once when they are known before.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from agent.debugging import Debugging
from agent.found import Found, is_app, order, told
from agent.scripts import Scripts
from agent.session import Session


class Sources:
    """The scripts of one isolate, and the way to their texts."""

    def __init__(
        self, bulk: Session, scripts: Scripts, debugging: Debugging, package: Path
    ) -> None:
        """Take the session; `package` is the folder whose code is the app's own."""
        self._bulk = bulk
        self._debugging = debugging
        self._package = package
        self.scripts = scripts

    def learn(self) -> None:
        """Turn the Debugger on for a moment: it lists the scripts."""
        with self._debugging as parsed:
            self.scripts.learn(parsed)

    def fetch(self, numbers: Iterable[int]) -> None:
        """Have these texts here; those that no file holds are asked for together."""
        missing = [one for one in sorted(set(numbers)) if not self.scripts.known(one)]
        if missing:
            with self._debugging:
                for number in missing:
                    self.scripts.text(number, self._source)

    def text(self, number: int) -> str:
        """V8's text of a script."""
        self.fetch([number])
        return self.scripts.text(number, self._source)

    def found(self, values: list[Any], process: int) -> list[Found]:
        """What was told of functions of an isolate, as values, handlers first."""
        numbers = {self.scripts.number(str(one["script"])) for one in values} - {0}
        self.fetch(number for number in numbers if self._is_app(number))
        found = [self._found(one, process) for one in values]
        return order([one for one in found if one.script])

    def _found(self, value: Any, process: int) -> Found:
        id_, script, line, column, name, depth, root, slots, path, is_class = told(
            value
        )
        number = self.scripts.number(script)
        offset = 0
        app = number > 0 and self._is_app(number)
        if app or (number and self.scripts.known(number)):
            offset = self.scripts.offset(number, line, column, self.text(number))
        return Found(
            id_,
            number,
            offset,
            line,
            column,
            name,
            depth,
            root,
            slots,
            path,
            app,
            is_class,
            process,
        )

    def _is_app(self, number: int) -> bool:
        return is_app(self.scripts.parsed(number).path, self._package)

    def _source(self, script: str) -> str:
        answer = self._bulk.call("Debugger.getScriptSource", {"scriptId": script})
        return str(answer.get("scriptSource", ""))
