"""What ``top`` shows: the rows, their order, the filter, the pause; no screen in here.

In: a moment of a target, and keys. Out: a Picture, its documented JSON, and a View,
which says what of it is shown and how. Pure; every text for a person is inert.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from fluxion.inert import inert

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fluxion.views import Names, Row
    from profiler.recent import Moment, Pace
    from profiler.seconds import Loop
    from store.facts import FunctionRef, Kind, Process

Order = Literal["cpu", "rate", "p99", "name"]
ORDERS: tuple[Order, ...] = ("cpu", "rate", "p99", "name")
LONGEST_FILTER = 80
WORDS = 60


@dataclass(frozen=True, slots=True)
class Watched:
    """What is known of the session besides its moment."""

    process: Process
    seconds: float = 0.0
    isolates: int = 1
    seen: int = 0
    dropped: int = 0
    overhead_percent: float = 0.0
    ended: str = ""
    """Why nothing more comes; empty while it does."""


@dataclass(frozen=True, slots=True)
class Line:
    """One callback."""

    function: Row
    """As every JSON has it."""
    pace: Pace

    @property
    def ref(self) -> FunctionRef:
        """Which it is."""
        return self.pace.function

    @property
    def kind(self) -> Kind:
        """What leads to it."""
        return self.pace.kind

    @property
    def cpu_ms(self) -> float | None:
        """What its runs take of each second, with all that they call; None: unknown."""
        if not self.pace.observed:
            return None
        return self.pace.rate * self.pace.mean_us / 1000

    @property
    def p50_ms(self) -> float | None:
        """Half of its runs took no longer."""
        return self.pace.p50_us / 1000 if self.pace.observed else None

    @property
    def p99_ms(self) -> float | None:
        """All but one in a hundred took no longer."""
        return self.pace.p99_us / 1000 if self.pace.observed else None

    @property
    def name(self) -> str:
        """Its name for a person."""
        return inert(self.function["name"], WORDS) or "(anonymous)"

    @property
    def place(self) -> str:
        """Where it stands, for a person."""
        return place_of(self.function)


@dataclass(frozen=True, slots=True)
class Picture:
    """What there is to see at one moment."""

    t: float
    """Seconds since the epoch, by the target's clock."""
    reports: int
    loop: Loop | None
    """The busiest of its event loops."""
    lines: tuple[Line, ...]
    watched: Watched


@dataclass(frozen=True, slots=True)
class View:
    """What of a picture is shown, and how."""

    order: Order = "cpu"
    filter: str = ""
    held: Picture | None = None
    """The picture at which it was paused."""

    def shown(self, now: Picture) -> Picture:
        """Return the picture that is shown: not the new one while it is paused."""
        return now if self.held is None else self.held

    def lines(self, now: Picture) -> list[Line]:
        """Return the callbacks that are shown, in their order."""
        return ordered(matching(self.shown(now).lines, self.filter), self.order)

    def paused(self, now: Picture) -> View:
        """Hold the picture, or go on."""
        return replace(self, held=now if self.held is None else None)

    def sorted_by_next(self) -> View:
        """Sort by the next column."""
        at = ORDERS.index(self.order)
        return replace(self, order=ORDERS[(at + 1) % len(ORDERS)])

    def filtered(self, text: str) -> View:
        """Show only what has this text in it; nothing shows all."""
        return replace(self, filter=text[:LONGEST_FILTER])


def picture_of(moment: Moment, names: Names, watched: Watched) -> Picture:
    """Return what there is to see; callbacks that never ran are left out."""
    return Picture(
        t=moment.at_ns / 1e9,
        reports=moment.reports,
        loop=busiest(moment.loops),
        lines=tuple(
            Line(_clean(names.function(pace.function)), pace)
            for pace in moment.paces
            if pace.runs
        ),
        watched=watched,
    )


def busiest(loops: Iterable[Loop]) -> Loop | None:
    """Return the loop that is held up most; one that does not turn comes first."""
    return max(
        loops, key=lambda loop: (loop.silent_us, loop.utilization or 0.0), default=None
    )


def matching(lines: Iterable[Line], text: str) -> list[Line]:
    """Return the lines that have a text in name, place or kind, whatever its case."""
    wanted = text.casefold()
    return [
        line
        for line in lines
        if wanted in f"{line.name} {line.place} {line.kind}".casefold()
    ]


def ordered(lines: Iterable[Line], order: Order) -> list[Line]:
    """Sort: the most first, names from a on; equal ones always in the same order."""

    def most(line: Line) -> float:
        if order == "cpu":
            return -(line.cpu_ms or 0.0)
        if order == "rate":
            return -line.pace.rate
        return -(line.p99_ms or 0.0) if order == "p99" else 0.0

    return sorted(
        lines,
        key=lambda line: (most(line), line.name.casefold(), line.place, line.ref),
    )


def place_of(function: Row) -> str:
    """Say where a function stands; of a long path the end tells more."""
    path = function["file"]
    file = inert(path) if len(path) <= WORDS else "…" + inert(path[-WORDS:])
    return f"{file}:{function['line']}:{function['column']}"


def json_of(picture: Picture) -> dict[str, Any]:
    """Return the documented keys; None where nothing was observed."""
    loop = picture.loop
    return {
        "t": round(picture.t, 3),
        "loop": {
            "utilization": _rounded(loop.utilization if loop else None, 4),
            "p50_ms": thousandth(loop.p50_us if loop else None),
            "p99_ms": thousandth(loop.p99_us if loop else None),
        },
        "callbacks": [
            {
                "function": line.function,
                "kind": line.kind,
                "rate": round(line.pace.rate, 3),
                "cpu_ms": _rounded(line.cpu_ms, 3),
                "p99_ms": _rounded(line.p99_ms, 3),
            }
            for line in ordered(picture.lines, "cpu")
        ],
        "fluxions": [],
    }


def _clean(function: Row) -> Row:
    """Return a function without halves of characters, which no stream can carry."""
    return {
        key: _clean(value)
        if isinstance(value, dict)
        else value.encode("utf-8", "replace").decode("utf-8")
        if isinstance(value, str)
        else value
        for key, value in function.items()
    }


def thousandth(value: int | None) -> float | None:
    """Return milliseconds for microseconds."""
    return None if value is None else value / 1000


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
