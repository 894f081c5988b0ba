"""A profile by callback, as rows for programs and as a table for people.

In: what went on under each callback. Out: plain dictionaries, or lines of text, inert.
Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fluxion.inert import inert
from fluxion.units import megabytes, ms
from profiler.callbacks import shares

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from profiler.callbacks import Burnt
    from profiler.chained import Way, Ways
    from profiler.formats.named import Named, Names
    from store.facts import Process

Row = dict[str, Any]
SHOWN = 15
INSIDE = 3
FROM = 0.05
"""What took less of a callback is not shown below it."""
WAYS = 3


def rows_of(found: Sequence[Burnt], names: Names, ways: Ways | None) -> list[Row]:
    """Return the rows of ``--json``; amounts are microseconds or bytes."""
    whole = shares(found) or 1
    rows: list[Row] = []
    for one in found:
        row: Row = {
            "function": function_of(one.named),
            "callback": one.is_callback,
            "package": one.named.package,
            "amount": one.under,
            "self": one.own,
            "inclusive": one.inclusive,
            "share": 0.0 if _idles(one) else round(one.under / whole, 4),
            "hottest": [
                {"function": function_of(named), "amount": amount}
                for named, amount in one.hottest
            ],
        }
        if ways is not None and one.is_callback:
            row["chains"] = _chains(one, names, ways)
        rows.append(row)
    return rows


def function_of(named: Named) -> Row:
    """Return a function as programs find it again: as the user wrote it."""
    place = {"file": named.file, "line": named.line, "column": named.column}
    return {"name": named.name, **place}


def _chains(one: Burnt, names: Names, ways: Ways) -> list[Row] | None:
    """Return the ways to a callback; None where the recording did not see any."""
    if one.function is None or not ways.knows(one.function):
        return None

    def told(way: Way) -> list[Row]:
        return [function_of(names.function(ref)) for ref in way]

    return [
        {"callbacks": told(way), "share": round(share, 4)}
        for way, share in ways.to(one.function)
    ]


def table(rows: Sequence[Row], *, heap: bool) -> Iterator[str]:
    """Yield the table, the callbacks that took the most first."""
    amount: Callable[[float], str] = megabytes if heap else _cpu
    head = ("share", "bytes" if heap else "cpu", "self", "inclusive", "callback")
    lines: list[tuple[str, ...]] = [head]
    below: list[list[str]] = [[]]
    idle = [row for row in rows if row["function"]["name"] == "(idle)"]
    shown = [row for row in rows if row not in idle][:SHOWN]
    for row in shown:
        figures = (amount(row[key]) for key in ("amount", "self", "inclusive"))
        lines.append((f"{row['share']:.1%}", *figures, _text(row["function"])))
        below.append([*_inside(row, amount), *_led(row)])
    widths = [max(len(line[at]) for line in lines) for at in range(4)]
    for line, more in zip(lines, below, strict=True):
        yield "  ".join([*(line[at].rjust(widths[at]) for at in range(4)), line[4]])
        yield from (" " * (sum(widths) + 8) + text for text in more)
    if len(rows) - len(idle) > SHOWN:
        yield f"and {len(rows) - len(idle) - SHOWN} more (--json has all)"


def header(process: Process, seconds: float, samples: int, what: str) -> str:
    """Say what was sampled."""
    words = " ".join(process.argv[1:]).removeprefix(process.cwd.rstrip("/") + "/")
    name = inert(words, 80) or f"process {process.pid}"
    return (
        f"{name}  (pid {process.pid}, Node {inert(process.node, 20)}), "
        f"{seconds:.1f} s, {samples:,} samples, {what}"
    )


def _inside(row: Row, amount: Callable[[float], str]) -> Iterator[str]:
    """Yield the functions in which most of a callback's share was spent."""
    hottest = [one for one in row["hottest"] if one["function"] != row["function"]]
    for one in hottest[:INSIDE]:
        if row["callback"] and one["amount"] >= row["amount"] * FROM:
            yield f"{amount(one['amount'])} in {_text(one['function'])}"


def _led(row: Row) -> Iterator[str]:
    """Yield the ways to a callback."""
    for one in (row.get("chains") or ())[:WAYS]:
        if one["callbacks"]:
            way = " -> ".join(
                inert(f["name"], 40) or _text(f) for f in one["callbacks"]
            )
            share = "" if one["share"] >= 1 else f" ({one['share']:.0%})"
            yield f"after {way}{share}"


def _text(function: Row) -> str:
    name = inert(function["name"], 50) or "(anonymous)"
    if not function["file"]:
        return name
    place = inert(function["file"], 80)
    if function["line"]:
        place += f":{function['line']}:{function['column']}"
    return f"{name}  {place}"


def _cpu(amount: float) -> str:
    return ms(amount / 1000) if amount else "-"


def _idles(one: Burnt) -> bool:
    return one.named.name == "(idle)"
