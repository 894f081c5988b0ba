"""Let other people's programs read an export, and hear what they saw.

In: the bytes of a file and who is to read it. Out: what the reader made of them, as
JSON. `tests/readers/readers.mjs` holds the readers; one process serves many files.
"""

from __future__ import annotations

import base64
import json
import subprocess
from pathlib import Path
from typing import Any, Self

FOLDER = Path(__file__).parent


class Unread(AssertionError):
    """A reader could not read a file."""


class Readers:
    """One process with all readers in it; each is loaded when it is first asked."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["node", FOLDER / "readers.mjs"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def read(self, reader: str, content: str | bytes) -> Any:
        """Return what a reader saw in a file; Unread when it failed."""
        data = content.encode() if isinstance(content, str) else content
        file = base64.b64encode(data).decode("ascii")
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"reader": reader, "file": file}) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            assert process.stderr is not None
            raise Unread(process.stderr.read())
        answer = json.loads(line)
        if "error" in answer:
            raise Unread(answer["error"])
        return answer["value"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()
