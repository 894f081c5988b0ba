"""What was decided: fluxions that move, callbacks that stay, and why.

In: nothing. Out: frozen dataclasses with the JSON shape that other programs rely on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from store.facts import FunctionRef, Kind, Place, Refusal

Shape = Literal["delegate", "call", "callback", "continuation"]
Decision = Literal["moved", "guarded"]
Fate = Literal["context", "streamed", "shared", "constant", "code", "handle"]


@dataclass(frozen=True, slots=True)
class Where:
    """A function as people and programs find it again."""

    file: str
    line: int
    column: int
    name: str
    ref: FunctionRef
    generated: tuple[str, int, int, str] | None = None
    """File, line, column and name of what ran, when that was made from a source."""

    def json(self) -> dict[str, Any]:
        """Return the documented keys."""
        row: dict[str, Any] = {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "name": self.name,
        }
        if self.generated is not None:
            keys = ("file", "line", "column", "name")
            row["generated"] = dict(zip(keys, self.generated, strict=True))
        return row


@dataclass(frozen=True, slots=True)
class Stream:
    """An output stream of a fluxion: ``>>`` start or ``->`` post."""

    type: Literal[">>", "->"]
    to: str
    message: tuple[str, ...]

    def json(self) -> dict[str, Any]:
        """Return the documented keys."""
        return {"type": self.type, "to": self.to, "message": list(self.message)}


@dataclass(frozen=True, slots=True)
class SliceFile:
    """One source file's part that a worker loads: kept top-level statements.

    ``keep`` are (start, end) offsets of the statements that stay; all other top-level
    text is blanked, so that lines and columns in stacks stay the original's.
    ``exports`` maps names asked for by other slices or cuts to an expression.
    """

    script: int
    keep: tuple[tuple[int, int], ...]
    imports: tuple[tuple[str, int], ...]
    """``require`` specifier as written -> script number of its slice."""
    builtins: tuple[str, ...]
    whole: bool = False
    """The module is loaded whole: its initialisation was proved pure."""


@dataclass(frozen=True, slots=True)
class Capture:
    """A free variable of the moved code and what becomes of it."""

    name: str
    fate: Fate
    declared: Place | None


@dataclass(frozen=True, slots=True)
class Catch:
    """A catch clause of a caller that a throw of the remainder must enter."""

    script: int
    try_start: int
    """Offset of the TryStatement node."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Where and how one fluxion is cut out: all that the emitter needs.

    call and delegate: ``host`` is the function that contains the call expression
    ``[start, end)``; its copy becomes a generator that yields there. callback: ``host``
    is the callback itself and start/end are its own.
    """

    host: FunctionRef
    start: int
    end: int
    callee: FunctionRef | None
    """The literal that the call enters, when it is one of the program's."""
    callee_text: str
    arguments: tuple[str, ...]
    """Per argument: ``primitive`` (no object at run time, else the call stays on main),
    ``readonly`` (proved: never written through), ``dead`` (main never looks at it
    again; the worker may write), ``value`` (only the host sees it: what the worker
    wrote is written back before the remainder), ``callback`` (a function handed over),
    or ``project:a,b`` (only these properties are read)."""
    receiver: str
    """``none`` for a plain function; ``module`` when the receiver is a module object
    that the worker has too; else refused at present."""
    captures: tuple[Capture, ...]
    slices: tuple[SliceFile, ...]
    stateful: bool
    """The slice holds mutable module state: pinned to one worker, main's copy dead."""
    dead_exports: tuple[tuple[int, str], ...] = ()
    """(script, function name): main's copies that must not run beside the worker's."""
    catches: tuple[Catch, ...] = ()
    holds: tuple[str, ...] = ()
    """Names in the host whose sockets are held until the remainder ran."""
    snapshot: tuple[str, ...] = ()
    """callback shape: handle paths (``req.headers``) sent with the message."""
    importers: tuple[tuple[int, int], ...] = ()
    """Stateful: (slice's script, script that may require it). Any other module that
    requires it at run time could see main's dead copy and must be told apart."""
    promised: bool = False
    """The call returns a promise, which settles by a later message."""
    sole_listener: str = ""
    """An event of which the host must be the only listener when it suspends."""


@dataclass(frozen=True, slots=True)
class Fluxion:
    """One isolated callback of the plan."""

    id: str
    shape: Shape
    function: Where
    kind: Kind
    tags: tuple[str, ...]
    context: tuple[str, ...]
    streams: tuple[Stream, ...]
    decision: Decision
    guards: tuple[str, ...]
    group: str
    bytes: int
    gain_ms: float
    confidence: float
    unseen: tuple[str, ...]
    cut: Cut
    unwatched: tuple[str, ...] = ()
    """Functions in it of whose branches only samples tell."""
    share: float = 1.0
    """Of the callback's own time, how much moves."""

    def json(self) -> dict[str, Any]:
        """Return the keys that ``plan --json`` promises."""
        return {
            "id": self.id,
            "shape": self.shape,
            "function": self.function.json(),
            "kind": self.kind,
            "tags": list(self.tags),
            "context": list(self.context),
            "streams": [stream.json() for stream in self.streams],
            "decision": self.decision,
            "guards": list(self.guards),
            "group": self.group,
            "bytes": self.bytes,
            "gain_ms": round(self.gain_ms, 3),
            "confidence": round(self.confidence, 3),
            "unseen": list(self.unseen),
            "unwatched": list(self.unwatched),
        }


@dataclass(frozen=True, slots=True)
class Stay:
    """A callback that stays on main, with the reason."""

    function: Where
    refusal: Refusal
    id: str = ""
    """Set when the callback could be forced with ``--only``."""

    def json(self) -> dict[str, Any]:
        """Return the keys that ``plan --json`` promises."""
        return {
            "id": self.id,
            "function": self.function.json(),
            "code": self.refusal.code,
            "reason": self.refusal.reason,
            "evidence": list(self.refusal.evidence),
            "remedy": self.refusal.remedy,
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """For every callback: a fluxion, or the reason why it stays."""

    fluxions: tuple[Fluxion, ...]
    stays: tuple[Stay, ...]

    def json(self) -> dict[str, Any]:
        """Return ``{"fluxions": [...], "stays": [...]}``."""
        return {
            "fluxions": [fluxion.json() for fluxion in self.fluxions],
            "stays": [stay.json() for stay in self.stays],
        }
