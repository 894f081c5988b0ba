"""A picture of a target as text: the columns of its rows, and what stands above them.

In: a Picture, or one of its lines. Out: lines of text, inert. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fluxion.inert import inert
from fluxion.picture import WORDS, ordered, place_of, thousandth
from fluxion.units import clock, ms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fluxion.picture import Line, Picture
    from profiler.seconds import Loop

SHOWN = 20
HEADING = ("cpu ms/s", "runs/s", "p50", "p99", "kind", "callback")


def cells(line: Line) -> tuple[str, str, str, str, str, str]:
    """Return one callback as the columns of HEADING."""
    return (
        "-" if line.cpu_ms is None else f"{line.cpu_ms:,.1f}",
        f"{line.pace.rate:,.1f}",
        _time(line.p50_ms),
        _time(line.p99_ms),
        line.kind,
        f"{line.name}  {line.place}",
    )


def header(picture: Picture) -> Iterator[str]:
    """Yield what is said above the rows."""
    watched = picture.watched
    process = watched.process
    words = " ".join(process.argv[1:]).removeprefix(process.cwd.rstrip("/") + "/")
    what = inert(words, WORDS) or f"process {process.pid}"
    many = f", {watched.isolates} isolates" if watched.isolates > 1 else ""
    yield f"{what}  (pid {process.pid}, Node {inert(process.node, 20)}{many})"
    yield (
        f"{clock(watched.seconds)}  {loop_text(picture.loop)}  "
        f"{watched.seen:,} runs  {watched.dropped:,} dropped  "
        f"{watched.overhead_percent:.1f} % for the probe"
    )


def loop_text(loop: Loop | None) -> str:
    """Say how busy and how late an event loop is."""
    if loop is None:
        return "loop: not heard yet"
    if loop.silent_us:
        return f"loop: does not turn since {loop.silent_us / 1e6:.0f} s"
    busy = "-" if loop.utilization is None else f"{loop.utilization:.0%}"
    p50, p99 = thousandth(loop.p50_us), thousandth(loop.p99_us)
    return f"loop: {busy} busy, late {_time(p50)} (p99 {_time(p99)})"


def text_of(picture: Picture, most: int = SHOWN) -> list[str]:
    """Return a picture as lines of text, the busiest callbacks first."""
    rows = [cells(line) for line in ordered(picture.lines, "cpu")]
    told = [*header(picture), "", *_table([HEADING, *rows[:most]])]
    if len(rows) > most:
        told.append(f"and {len(rows) - most} more (--json has all)")
    if not rows:
        told.append("no callback has run yet")
    return told


def details(line: Line) -> Iterator[str]:
    """Yield all that is known of one callback."""
    pace = line.pace
    yield line.name
    yield f"  at        {line.place}"
    if "generated" in line.function:
        yield f"  made from {place_of(line.function['generated'])}"
    yield f"  kind      {line.kind}"
    yield f"  runs      {pace.runs:,} since we came, {pace.rate:,.1f} a second now"
    yield f"  observed  {pace.observed:,} in the last ten seconds"
    cpu = "-" if line.cpu_ms is None else f"{line.cpu_ms:,.1f} ms of each second"
    yield f"  cpu       {cpu}"
    if pace.observed:
        yield (
            f"  a run     p50 {ms(pace.p50_us / 1000)}, p99 {ms(pace.p99_us / 1000)}, "
            f"the longest {ms(pace.max_us / 1000)}"
        )
    yield "  called from"
    for frame in pace.callers:
        name = inert(frame.name, WORDS) or "(anonymous)"
        yield f"    {name}  {inert(frame.url, 80)}:{frame.line}:{frame.column}"
    if not pace.callers:
        yield "    the event loop, or nobody was seen"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows in columns; the numbers stand to the right."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEADING))]
    for row in rows:
        numbers = [row[at].rjust(widths[at]) for at in range(4)]
        yield "  ".join([*numbers, row[4].ljust(widths[4]), row[5]])


def _time(value: float | None) -> str:
    return "-" if value is None else ms(value)
