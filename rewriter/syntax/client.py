"""The parser, seen from Python.

In: source texts and edits. Out: a ``Tree`` or a refusal, and edited text with a map.
Owns a Node.js process, and remembers what it answered: trees in memory, and answers in
a folder if it is given one. A text that acorn rejects is a ``Refusal``.
"""

from __future__ import annotations

import hashlib
import threading
from array import array
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import msgpack  # pyright: ignore[reportMissingTypeStubs]

from rewriter.syntax.foreign import foreign
from rewriter.syntax.grammar import Grammar
from rewriter.syntax.positions import Lines
from rewriter.syntax.process import Sidecar
from rewriter.syntax.tree import Columns, Kind, Tree
from rewriter.syntax.units import to_units
from store.errors import FluxionError
from store.facts import Place, Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rewriter.syntax.cache import Cache

_msgpack: Any = msgpack
KEPT_UNITS = 3_000_000
"""How much source the trees that are kept may come from."""
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


class Torn(NamedTuple):
    """A text that acorn rejects: in whichever script it is found."""

    text: str
    message: str
    at: int


class Unmapped(FluxionError):
    """A source map that is no use."""


class Unparsed(FluxionError):
    """A text that acorn rejects, for callers that must have a tree."""


class Syntax:
    """A parser; use it as a context manager."""

    def __init__(
        self,
        node: str | None = None,
        *,
        deadline_s: float = 120,
        keep: int = KEPT_UNITS,
        cache: Cache | None = None,
    ) -> None:
        """Take the node binary, a deadline for each request, and what is kept."""
        self.process = Sidecar(node, deadline_s)
        self._keep = keep
        self._kept = 0
        self._cache = cache
        self._lock = threading.RLock()
        self._grammar: Grammar | None = None
        self._trees: OrderedDict[tuple[bytes, Kind], Tree | Torn] = OrderedDict()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process; a later request starts a new one."""
        self.process.close()

    def begin(self) -> None:
        """Start the process while the caller does something else."""
        self.process.begin()

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
                found = self._trees[key] = self._parse(text, source, kind)
                self._kept += len(text)
                while self._kept > self._keep and len(self._trees) > 1:
                    _, oldest = self._trees.popitem(last=False)
                    self._kept -= len(oldest.text)
            else:
                self._trees.move_to_end(key)
        if isinstance(found, Tree):
            return found
        return unparsed(text, found.message, found.at, script)

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
        answer = self.process.ask(
            "origins", map=source_map, url=url, positions=zero_based
        )
        if "refused" in answer:
            raise Unmapped(str(answer["refused"]))
        sources = [str(source) for source in answer["sources"]]
        return [
            None
            if one is None
            else Original(sources[one[0]], one[1], one[2] + 1, one[3])
            for one in answer["found"]
        ]

    def _parse(self, text: str, source: bytes, kind: Kind) -> Tree | Torn:
        answer = self._ask("parse", text=source, kind=kind)
        if "refused" in answer:
            return Torn(text, str(answer["refused"]), int(answer["at"]))
        if self._grammar is None:
            about = self._ask("hello")
            self._grammar = Grammar.of(
                about["types"],
                about["fields"],
                about["operators"],
                about["flags"],
                about["children"],
            )
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
        """Return what the parser says, or once said."""
        if self._cache is None:
            return self.process.ask(operation, **request)
        question = bytes(_msgpack.packb([operation, sorted(request.items())]))
        known = self._cache.get(question)
        if known is None:
            known = self.process.ask(operation, **request)
            self._cache.put(question, known)
        return known


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
    seems = foreign(to_units(text), offset)
    looks = f" (it looks like {seems.name})" if seems.name else ""
    return Refusal(
        code="FX014",
        function=None,
        place=Place(script, offset, line0 + 1, column0 + 1),
        reason=f"cannot be parsed{looks}: {message}",
        evidence=(f"acorn stopped at line {line0 + 1}, column {column0 + 1}",),
        remedy=f"{seems.remedy}; the file is left as it is",
    )
