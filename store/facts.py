"""The core types: what was seen in a target, as plain values.

In: nothing. Out: frozen dataclasses that every room speaks. No I/O, no clock. Offsets
are UTF-16 code units in V8's own text of the script; lines and columns are 1-based;
times are microseconds unless the name says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from store.covered import Covered as Covered  # noqa: PLC0414
from store.isolates import ProbeCost as ProbeCost  # noqa: PLC0414
from store.isolates import Process as Process  # noqa: PLC0414
from store.leads import Lead as Lead  # noqa: PLC0414
from store.literals import FunctionRef as FunctionRef  # noqa: PLC0414
from store.races import Race as Race  # noqa: PLC0414

Kind = Literal["start", "post", "internal"]
Operation = Literal["read", "write"]
CellKind = Literal["argument", "capture", "this", "module", "global", "property"]


@dataclass(frozen=True, slots=True)
class Script:
    """One text that V8 compiled in the target."""

    number: int
    url: str
    path: str | None
    sha256: str
    length: int
    kind: Literal["commonjs", "module", "script", "eval", "internal"]
    text: str | None = None
    """Only for code without a file, or when sources were asked for."""


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a script."""

    script: int
    offset: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Function:
    """A function literal that was traced, found or sampled."""

    ref: FunctionRef
    end: int
    name: str
    line: int
    column: int
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RupturePoint:
    """A callback with where it is defined, made and handed over."""

    function: FunctionRef
    kind: Kind
    definition: Place
    creation: Place | None
    registration: Place | None
    basis: Literal["seen", "static"]
    """``seen``: the hand-over was observed; ``static``: it happened before we came."""
    registrar: str
    """Text of the callee at the registration, such as ``app.post``; may be empty."""
    activations: int


@dataclass(frozen=True, slots=True)
class Activation:
    """One run of a traced function."""

    number: int
    function: FunctionRef
    closure: int
    parent: int
    """Activation on whose synchronous stack it ran, 0 when none was traced."""
    cause: int
    """Activation that handed this closure over, 0 when unknown (an outside event)."""
    turn: int
    """``executionAsyncId`` of the event-loop turn."""
    started_us: int
    ended_us: int
    outcome: Literal["undefined", "value", "promise", "throw", "open"]
    process: int = 1
    """Number of the isolate that ran it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in memory with a stable label such as ``req.body``."""

    number: int
    kind: CellKind
    base: int
    """Cell of the holder for a property, 0 for a root."""
    key: str
    label: str
    function: FunctionRef | None = None
    """Roots: the function whose argument or ``this`` it is."""
    declared: Place | None = None
    """Captured variables: where the variable is declared."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What one function did to one cell, folded over its activations."""

    function: FunctionRef
    cell: int
    operation: Operation
    count: int
    first: int
    """Activation number of the first time."""
    last: int
    sites: tuple[int, ...]
    """Offsets in the function's script."""
    processes: tuple[int, ...] = (1,)
    """Numbers of the isolates in which it did."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A cell written by one callback and read later by another activation."""

    cell: int
    writer: FunctionRef
    reader: FunctionRef
    count: int


@dataclass(frozen=True, slots=True)
class Opaque:
    """An operation the tracer cannot see into; its effects are unknown, not none."""

    function: FunctionRef
    site: int
    what: str
    count: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What a traced callback cost, over its observed activations."""

    function: FunctionRef
    activations: int
    """Observed runs."""
    estimated: int
    """Runs in all, those outside a sampling burst estimated."""
    total_us: int
    p50_us: int
    p99_us: int
    max_us: int
    wait_us: int
    """Mean time from hand-over to run, 0 when the hand-over was not seen."""


@dataclass(frozen=True, slots=True)
class CallCost:
    """Inclusive time of one call expression inside a traced function."""

    function: FunctionRef
    site: int
    """Offset of the CallExpression node."""
    count: int
    total_us: int
    p50_us: int
    max_us: int


@dataclass(frozen=True, slots=True)
class Origin:
    """What the user wrote, at the place from which a script's code was made."""

    script: int
    start: int
    """Offset in the script: of a function literal, or of another place."""
    source: str
    """Path or URL of the source, as its map names it; nobody looked at it."""
    line: int
    column: int
    name: str
    """Of the function, where the generated one differs; else empty."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A node of the merged call tree of the sampling profiler."""

    number: int
    parent: int
    """0 for the root."""
    script: int
    """0 for native and program frames."""
    name: str
    url: str
    line: int
    column: int
    function: FunctionRef | None
    self_us: int
    total_us: int


@dataclass(frozen=True, slots=True)
class StackFrame:
    """One caller on the synchronous stack when a callback was entered."""

    name: str
    url: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Stack:
    """A synchronous stack above a callback, innermost caller first."""

    function: FunctionRef
    frames: tuple[StackFrame, ...]
    count: int


@dataclass(frozen=True, slots=True)
class After:
    """``then`` ran after ``function`` had returned, within the same turn's stack.

    Moving ``function`` would reverse them (trap 1), so the planner refuses.
    """

    function: FunctionRef
    then: FunctionRef
    count: int


@dataclass(frozen=True, slots=True)
class Edge:
    """``source`` led to ``target``, counted over all activations.

    ``call``: target ran on source's synchronous stack; ``cause``: source handed over
    the closure that later ran as target.
    """

    type: Literal["call", "cause"]
    source: FunctionRef
    target: FunctionRef
    count: int


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of values seen in a cell or a result: no values, only kinds."""

    function: FunctionRef
    slot: str
    """``arg:0``, ``this``, ``result`` or ``call:OFFSET:arg:0``."""
    shape: str
    """``string``, ``Buffer``, ``{html:string,errors:Array}``, ``instance:P``."""
    bytes: int
    count: int


@dataclass(frozen=True, slots=True)
class CapturedRequest:
    """One HTTP request kept on demand, redacted in the probe and before disk."""

    number: int
    at_us: int
    connection: int
    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    redacted: bool
    process: int = 1
    """Number of the isolate that received it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something stays as it is. A value, never an exception."""

    code: str
    """``FX`` and three digits; see docs/refusals.md."""
    function: FunctionRef | None
    place: Place | None
    reason: str
    evidence: tuple[str, ...]
    remedy: str


@dataclass(frozen=True, slots=True)
class Loss:
    """Exact accounting per function and isolate: seen = kept + dropped.

    ``kept`` runs have reached us; ``dropped`` ones were left out by the probe, or their
    blocks never arrived.
    """

    function: FunctionRef
    seen: int
    kept: int
    dropped: int
    process: int = 1


@dataclass(frozen=True, slots=True)
class Recording:
    """Everything a store holds, derived: what report, plan and compile read."""

    process: Process
    """The first isolate: the target that was named."""
    seconds: float
    scripts: tuple[Script, ...]
    functions: tuple[Function, ...] = ()
    ruptures: tuple[RupturePoint, ...] = ()
    awaits: tuple[RupturePoint, ...] = ()
    """Each ``await`` that was gone on after: what runs then is the rest of the
    function, which is nobody's argument. The others are in ``ruptures``."""
    activations: tuple[Activation, ...] = ()
    cells: tuple[Cell, ...] = ()
    effects: tuple[Effect, ...] = ()
    flows: tuple[Flow, ...] = ()
    opaques: tuple[Opaque, ...] = ()
    costs: tuple[Cost, ...] = ()
    calls: tuple[CallCost, ...] = ()
    frames: tuple[Frame, ...] = ()
    stacks: tuple[Stack, ...] = ()
    afters: tuple[After, ...] = ()
    shapes: tuple[Shape, ...] = ()
    losses: tuple[Loss, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    requests: tuple[CapturedRequest, ...] = ()
    edges: tuple[Edge, ...] = ()
    waited: float | None = None
    """Share of its time in which main could have run and had no CPU, if told."""
    zero_ns: int = 0
    """Time zero of activations and requests, nanoseconds since the epoch."""
    processes: tuple[Process, ...] = ()
    """Every isolate by number, the first included."""
    probe_costs: tuple[ProbeCost, ...] = ()
    origins: tuple[Origin, ...] = ()
    leads: tuple[Lead, ...] = ()
    races: tuple[Race, ...] = ()
    coverage: tuple[Covered, ...] = ()
    notes: tuple[str, ...] = ()
    """What the probe said and what could not be read, in words."""


@dataclass(frozen=True, slots=True)
class FunctionSource:
    """What the rewriter is given to instrument one live function or one file."""

    script: int
    url: str
    text: str
    """V8's own text of the whole script."""
    start: int
    """Offset of the function node, or 0 for a whole file; `watch`: as V8 has it."""
    mode: Literal["twin", "load", "watch"]
    """`watch`: only which literal stands there, with an empty text."""
    module: bool = False


@dataclass(frozen=True, slots=True)
class Rewrite:
    """An instrumented function or file.

    Twin: ``text`` is an expression that evaluates, inside the scope's evaluator, to
    ``(fx, original, <hoisted names>) => twin``; ``hoisted`` lists the free names which
    the evaluator must pass by value, in order. Load: ``text`` is the whole file.
    """

    text: str
    hoisted: tuple[str, ...] = ()
    functions: tuple[Function, ...] = ()
    """Every literal instrumented inside, the function itself first."""
    left_alone: tuple[Refusal, ...] = ()
    calls: tuple[int, ...] = field(default=())
    """Offsets of the call expressions that report to ``fx.call``."""
    callees: tuple[str, ...] = field(default=())
    """Those of ``hoisted`` that stand only where they are called.

    A twin may replace them.
    """
