"""Pictures to draw: callbacks with chosen rates and times, kind and hostile names."""

from __future__ import annotations

import threading
from dataclasses import replace

from fluxion.picture import Line, Picture, Watched
from profiler.recent import Pace
from profiler.seconds import Loop
from store.facts import FunctionRef, Kind, Process, StackFrame

PROCESS = Process(
    4711,
    "22.3.0",
    ("node", "server.js"),
    (),
    "/app",
    "/app/server.js",
    (),
    1,
    "attached",
)
HOSTILE = (
    "[red]boom[/red]",
    "[@click=app.quit]x[/]",
    "\x1b[2J\x1b]0;owned\x07",
    "<img src=x onerror=alert(1)>",
    "\u202egnp.exe",
    "half \ud800",
    "nul \x00 line\nbreak",
    "long " * 2000,
    "[/]",
    "\\[",
    "$(reboot) {markup}",
)


def line(
    name: str,
    number: int = 1,
    *,
    kind: Kind = "start",
    rate: float = 10.0,
    mean_us: float = 1000.0,
    p99_us: int = 2000,
    observed: int = 5,
    file: str = "server.js",
) -> Line:
    """Return one callback."""
    pace = Pace(
        FunctionRef(1, number),
        kind,
        runs=int(rate * 10),
        rate=rate,
        observed=observed,
        mean_us=mean_us if observed else 0.0,
        p50_us=int(mean_us) if observed else 0,
        p99_us=p99_us if observed else 0,
        max_us=p99_us if observed else 0,
        callers=(StackFrame("Server.emit", "node:events", 518, 28),),
    )
    where = {"file": file, "line": number, "column": 1, "name": name}
    return Line(where, pace)


LINES = (
    line("writeTextToImages", 23, rate=2.0, mean_us=423_000, p99_us=927_000),
    line("saveBody", 8, rate=40.0, mean_us=120, p99_us=800),
    line("", 9, kind="post", rate=39.5, mean_us=30, p99_us=90),
    line("never", 70, kind="internal", rate=0.3, observed=0),
)


def picture(*lines: Line, ended: str = "", reports: int = 3) -> Picture:
    """Return one moment."""
    return Picture(
        t=1_760_000_003.25,
        reports=reports,
        loop=Loop(1, 0.8712, 4_200, 610_000),
        lines=lines or LINES,
        watched=Watched(PROCESS, 12.4, 1, 8214, 3, 0.61, ended),
    )


class Given:
    """Gives the pictures that a test puts in, as a live view would."""

    def __init__(self, first: Picture) -> None:
        self.now = first
        self.ended = threading.Event()
        self.left = 0

    @property
    def reports(self) -> int:
        return self.now.reports

    def picture(self) -> Picture:
        return self.now

    def leave(self) -> None:
        self.left += 1
        self.end("detached; this is the last that was seen")

    def end(self, words: str) -> None:
        self.now = replace(self.now, watched=replace(self.now.watched, ended=words))
        self.ended.set()
