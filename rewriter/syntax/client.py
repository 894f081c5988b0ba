"""The parser process, seen from Python.

In: source texts and edits. Out: a ``Tree`` or a refusal, and edited text with a map.
Owns one Node.js process that is started on first use and again after it died. A text
that acorn rejects is a ``Refusal``; a process that dies, hangs or answers nonsense is
a ``FluxionError``.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import selectors
import shutil
import struct
import subprocess
import tempfile
import threading
import time
from array import array
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple, Self

import msgpack  # pyright: ignore[reportMissingTypeStubs]

from rewriter.syntax.grammar import Grammar
from rewriter.syntax.positions import Lines
from rewriter.syntax.tree import Columns, Kind, Tree
from store.errors import FluxionError
from store.facts import Place, Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

_msgpack: Any = msgpack
HERE = Path(__file__).parent
BUNDLE = HERE.parent / "bundles" / "sidecar.cjs"
# Deep source nests deep: acorn and the encoder recurse. Fits the usual 8 MB stack.
NODE_FLAGS = ("--stack-size=5000", "--max-old-space-size=4096")
COLUMN_TYPES = {
    "type": "B",
    "field": "B",
    "op": "B",
    "flags": "H",
    "start": "i",
    "end": "i",
    "parent": "i",
    "last": "i",
}


class Edit(NamedTuple):
    """Replace ``[start, end)``; with start == end, insert there."""

    start: int
    end: int
    replacement: str


@dataclass(frozen=True, slots=True)
class Edited:
    """The new text and its source map (JSON, version 3)."""

    code: str
    map_json: str


class Original(NamedTuple):
    """Where a position of generated code comes from; line and column 1-based."""

    source: str
    line: int
    column: int
    name: str
    """Of the identifier that begins exactly there, if the map has one."""


class Unmapped(FluxionError):
    """A source map that is no use."""


class Unparsed(FluxionError):
    """A text that acorn rejects, for callers that must have a tree."""


class Syntax:
    """A parser; use it as a context manager."""

    def __init__(
        self, node: str | None = None, *, deadline_s: float = 120, keep: int = 64
    ) -> None:
        """Take the node binary, a deadline for each request, how many trees to keep."""
        self._node = node
        self._deadline_s = deadline_s
        self._keep = keep
        self._lock = threading.RLock()
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None
        self._grammar: Grammar | None = None
        self._trees: OrderedDict[tuple[bytes, Kind], Tree | Refusal] = OrderedDict()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process; a later request starts a new one."""
        with self._lock:
            process, self._process = self._process, None
            errors, self._errors = self._errors, None
            if process is not None:
                process.kill()
                process.wait()
                for pipe in (process.stdin, process.stdout):
                    if pipe is not None:
                        # What was not sent yet has nobody to read it any more.
                        with contextlib.suppress(OSError):
                            pipe.close()
            if errors is not None:
                errors.close()

    def begin(self) -> None:
        """Start the process while the caller does something else."""
        threading.Thread(target=self._begin, daemon=True).start()

    def _begin(self) -> None:
        with contextlib.suppress(FluxionError, OSError), self._lock:
            if self._process is None:
                self._start()  # what fails here fails whoever asks something

    def parse(self, text: str, kind: Kind) -> Tree:
        """Parse a text that must parse; raise ``Unparsed`` when it does not."""
        tree = self.try_parse(text, kind)
        if isinstance(tree, Refusal):
            raise Unparsed(tree.reason, tree.remedy)
        return tree

    def try_parse(self, text: str, kind: Kind, script: int = 0) -> Tree | Refusal:
        """Parse a text; the refusal (FX014) says where and why it cannot be."""
        source = text.encode("utf-16-le", "surrogatepass")
        key = hashlib.sha256(source).digest(), kind
        with self._lock:
            found = self._trees.get(key)
            if found is None:
                found = self._parse(text, source, kind, script)
                self._trees[key] = found
                while len(self._trees) > self._keep:
                    self._trees.popitem(last=False)
            else:
                self._trees.move_to_end(key)
            return found

    def edit(
        self,
        text: str,
        edits: Sequence[Edit | tuple[int, int, str]],
        name: str,
        input_map: str | None = None,
    ) -> Edited:
        """Apply edits and return the text with its map.

        Offsets are UTF-16 units of ``text``. Insertions at one offset come out in the
        order given, those at the border of a replacement outside of it. ``name`` is
        the map's source; ``input_map`` is the map of ``text`` itself, if it has one.
        """
        source = text.encode("utf-16-le", "surrogatepass")
        check_edits(edits, len(source) // 2)
        answer = self._ask(
            "edit",
            text=source,
            name=name,
            inputMap=input_map,
            edits=[
                (start, end, new.encode("utf-16-le", "surrogatepass"))
                for start, end, new in edits
            ],
        )
        code = bytes(answer["code"]).decode("utf-16-le", "surrogatepass")
        return Edited(code, str(answer["map"]))

    def originals(
        self, source_map: bytes, url: str, positions: Sequence[tuple[int, int]]
    ) -> list[Original | None]:
        """Look up 1-based UTF-16 positions in a version 3 source map.

        ``url`` is where the map is: its sources are relative to it. None where the map
        says nothing. Raises ``Unmapped`` for a map that is broken.
        """
        zero_based = [(line, column - 1) for line, column in positions]
        answer = self._ask("origins", map=source_map, url=url, positions=zero_based)
        if "refused" in answer:
            raise Unmapped(str(answer["refused"]))
        sources = [str(source) for source in answer["sources"]]
        return [
            None
            if one is None
            else Original(sources[one[0]], one[1], one[2] + 1, one[3])
            for one in answer["found"]
        ]

    def _parse(
        self, text: str, source: bytes, kind: Kind, script: int
    ) -> Tree | Refusal:
        answer = self._ask("parse", text=source, kind=kind)
        if "refused" in answer:
            return unparsed(text, str(answer["refused"]), int(answer["at"]), script)
        assert self._grammar is not None
        cooked = answer["cooked"]
        return Tree(
            text,
            kind,
            self._grammar,
            Columns(
                **{n: column(answer["columns"][n], c) for n, c in COLUMN_TYPES.items()}
            ),
            {
                row: None
                if value is None
                else bytes(value).decode("utf-16-le", "surrogatepass")
                for row, value in zip(cooked[::2], cooked[1::2], strict=True)
            },
        )

    def _ask(self, operation: str, **request: object) -> dict[str, Any]:
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._start()
            return self._exchange({"operation": operation, **request})

    def _start(self) -> None:
        self.close()
        node = self._node or shutil.which("node")
        if node is None:
            raise FluxionError(
                "there is no `node` on PATH", "install Node.js 20 or newer"
            )
        # Closed by close(), whose caller is the context manager.
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            [node, *NODE_FLAGS, str(sidecar_path())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            # The user's options (--inspect, --require) are meant for the app.
            env={k: v for k, v in os.environ.items() if not k.startswith("NODE_")},
            # A Ctrl-C at the terminal is meant for us, who still need it to finish.
            start_new_session=True,
        )
        if self._grammar is None:
            about = self._exchange({"operation": "hello"})
            self._grammar = Grammar.of(
                about["types"],
                about["fields"],
                about["operators"],
                about["flags"],
                about["children"],
            )

    def _exchange(self, request: dict[str, Any]) -> dict[str, Any]:
        process = self._process
        assert process is not None
        assert process.stdin is not None
        body = bytes(_msgpack.packb(request))
        try:
            process.stdin.write(struct.pack(">I", len(body)) + body)
            process.stdin.flush()
            deadline = time.monotonic() + self._deadline_s
            (size,) = struct.unpack(">I", self._read(4, deadline))
            raw = self._read(size, deadline)
            answer: dict[str, Any] = _msgpack.unpackb(raw)
        except (OSError, EOFError, ValueError, _msgpack.UnpackException) as error:
            raise self._broken(str(error) or type(error).__name__) from error
        if "ok" not in answer:
            raise FluxionError(
                f"the syntax process failed: {answer.get('failed', answer)}"
            )
        result: dict[str, Any] = answer["ok"]
        return result

    def _read(self, size: int, deadline: float) -> bytes:
        assert self._process is not None
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        parts: list[bytes] = []
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while size:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise EOFError(f"no answer within {self._deadline_s:g} s")
                part = os.read(descriptor, min(size, 1 << 20))
                if not part:
                    raise EOFError("it ended")
                parts.append(part)
                size -= len(part)
        return b"".join(parts)

    def _broken(self, why: str) -> FluxionError:
        tail = ""
        if self._errors is not None:
            self._errors.seek(0)
            tail = self._errors.read().decode(errors="replace")[-2000:].strip()
        self.close()
        return FluxionError(
            f"the syntax process broke off: {why}{f': {tail}' if tail else ''}",
            "run it again; if it stays, report the file that was being read",
        )


def sidecar_path() -> Path:
    """Return the bundle, or in a checkout the source when that is newer."""
    source = HERE / "sidecar.js"
    if not source.exists():
        return BUNDLE
    newest = max(file.stat().st_mtime for file in HERE.glob("*.js"))
    if BUNDLE.exists() and BUNDLE.stat().st_mtime >= newest:
        return BUNDLE
    return source


def column(raw: bytes, code: str) -> array[int]:
    """Return one column from its bytes."""
    values: array[int] = array(code)
    values.frombytes(raw)
    return values


def check_edits(edits: Sequence[Edit | tuple[int, int, str]], length: int) -> None:
    """Raise when edits overlap or leave the text: both are mistakes of the caller."""
    reach = 0
    for start, end, _ in sorted(edits, key=lambda edit: (edit[0], edit[1])):
        if not 0 <= start <= end <= length:
            raise ValueError(f"edit {start}-{end} outside of the text (0-{length})")
        if start < reach:
            raise ValueError(f"edit {start}-{end} overlaps the one before it")
        reach = max(reach, end)


def unparsed(text: str, message: str, offset: int, script: int) -> Refusal:
    """Return the refusal for a text that acorn rejects."""
    lines = Lines(text)
    line0, column0 = lines.position(min(max(offset, 0), lines.length))
    return Refusal(
        code="FX014",
        function=None,
        place=Place(script, offset, line0 + 1, column0 + 1),
        reason=f"cannot be parsed: {message}",
        evidence=(f"acorn stopped at line {line0 + 1}, column {column0 + 1}",),
        remedy="compile TypeScript, JSX or Flow to JavaScript first; "
        "the file is left as it is",
    )
