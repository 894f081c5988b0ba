"""Tell a story as the probe would: records in, blocks out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from profiler.derive import derive
from profiler.streams import Numbers, Stream
from store import abi
from store.abi import CELL_KINDS, OUTCOMES, Event
from store.facts import Function, FunctionRef, Process, Recording, Script
from store.journal import Block, Observed
from store.packing import pack

ZERO_NS = 1_760_000_000_000_000_000
APP = Script(1, "file:///app/server.js", "/app/server.js", "aa", 9999, "commonjs")
EXPRESS = Script(
    2,
    "file:///app/node_modules/express/lib/router.js",
    "/app/node_modules/express/lib/router.js",
    "bb",
    9999,
    "commonjs",
)
PROCESS = Process(
    1, "v22.0.0", ("node",), (), "/app", "/app/server.js", (), 1, "attached"
)


def function(
    start: int, name: str = "", *, end: int = 0, script: int = 1, **more: Any
) -> Function:
    """Return a literal that stands in the line of its offset."""
    ref = FunctionRef(script, start)
    line = more.pop("line", start)
    return Function(ref, end or start + 9, name, line, 1, more.pop("parameters", ()))


@dataclass
class Story:
    """What happened in a target, in order."""

    functions: tuple[Function, ...] = ()
    records: list[list[Any]] = field(default_factory=list)
    now: int = 0
    runs: int = 0

    def __post_init__(self) -> None:
        self.tell(Event.START, abi.VERSION, 1, ZERO_NS)

    def tell(self, code: Event, *fields: Any) -> None:
        self.records.append([int(code), *fields])

    def tick(self, elapsed: int = 10) -> int:
        self.now += elapsed
        return self.now

    def enter(
        self,
        literal: Function,
        closure: int = 0,
        parent: int = 0,
        cause: int = 0,
        stack: str | None = None,
    ) -> int:
        self.runs += 1
        ref = literal.ref
        where = (ref.script, ref.start, closure, parent, cause, 7, 0)
        self.tell(Event.ENTER, self.tick(), self.runs, *where)
        if stack is not None:
            self.tell(Event.STACK, self.runs, stack)
        return self.runs

    def exit(self, run: int, outcome: str = "undefined", elapsed: int = 10) -> None:
        self.tell(Event.EXIT, self.tick(elapsed), run, OUTCOMES.index(outcome))

    def ran(self, literal: Function, elapsed: int = 10, **more: Any) -> int:
        run = self.enter(literal, **more)
        self.exit(run, elapsed=elapsed)
        return run

    def hand(
        self,
        run: int,
        site: int,
        closure: int,
        callee: str = "",
        literal: Function | None = None,
    ) -> None:
        ref = FunctionRef(0, 0) if literal is None else literal.ref
        where = (site, closure, ref.script, ref.start, 0, callee)
        self.tell(Event.HAND, self.tick(), run, *where)

    def called(self, run: int, site: int, elapsed: int = 1) -> None:
        self.tell(Event.CALL, run, site, elapsed, 0)

    def gave(self, run: int, site: int, closure: int, callee: str = "") -> None:
        """A call that was given a closure and returned at once."""
        self.hand(run, site, closure, callee)
        self.called(run, site)

    def cell(
        self,
        number: int,
        kind: str,
        key: str,
        base: int = 0,
        of: FunctionRef | None = None,
    ) -> None:
        ref = of or FunctionRef(0, 0)
        where = (CELL_KINDS.index(kind), base, key, ref.script, ref.start)
        self.tell(Event.CELL, number, *where)

    def blocks(self, per_block: int = 7) -> list[bytes]:
        packed = [pack(record) for record in self.records]
        starts = range(0, len(packed), per_block)
        return [b"".join(packed[start : start + per_block]) for start in starts]

    def observed(self, **more: Any) -> Observed:
        known: dict[str, Any] = {
            "process": PROCESS,
            "seconds": 1.0,
            "scripts": (APP, EXPRESS),
            "functions": self.functions,
            "blocks": [Block(block) for block in self.blocks()],
        }
        return Observed(**{**known, **more})

    def derive(self, texts: dict[int, str] | None = None, **more: Any) -> Recording:
        return derive(self.observed(**more), texts)


def alone() -> Numbers:
    """Return the names of an only stream's numbers: the numbers themselves."""
    return Numbers({0: Stream(1, 0, (1, 1), activations=1000, closures=1000)})


def only(items: Iterable[Any]) -> Any:
    (item,) = items
    return item
