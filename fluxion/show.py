"""Show a recording: on one screen, its chains, its effects; as text or as JSON.

In: a store. Out: stdout. Every name that came from the target is made inert. What is
slow to import, the planner above all, is imported by the verb that needs it.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from fluxion import exits
from fluxion.inert import inert
from fluxion.leftalone import left_alone_lines, left_alone_rows, refused_lines
from fluxion.racing import race_lines, race_rows, report_lines
from fluxion.units import ms
from fluxion.unwatched import unwatched_lines, unwatched_row
from fluxion.views import Names, chain_rows, effect_rows, flow_rows, report_rows
from store.errors import FluxionError, NothingDone, UsageError
from store.recording import load

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping, Sequence

    from fluxion.terminal import Terminal
    from store.facts import Recording
    from store.plans import Plan

    Row = Mapping[str, Any]

TOP = 8
DEPTH = 6
MOST_CELLS = 40
"""Of one callback, in text; --json has all."""
MOST_FLOWS = 100
CHAINS = frozenset({"ruptures", "awaits", "activations", "edges", "origins"})
EFFECTS = frozenset({"ruptures", "effects", "flows", "cells", "races", "origins"})
"""What these verbs read of a store."""


def report(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show one screen; with a second store, what changed from the first to it."""
    if arguments.after is not None:
        return _changes(arguments, terminal)
    from fluxion.blocking import blockers, blocking_lines, blocking_rows  # noqa: PLC0415
    from fluxion.sources import unchanged_texts  # noqa: PLC0415

    recording = load(arguments.store)
    rows = report_rows(recording)
    alone = left_alone_rows(recording)
    texts = unchanged_texts(recording.scripts)
    found = blockers(recording, _planned(recording, texts))
    names = Names(recording)
    blocking = blocking_rows(names, found, texts)
    races = race_rows(names)
    rest = unwatched_row(names)
    if arguments.json:
        more = {"races": races, "left_alone": alone, "unwatched": rest}
        terminal.json({"blocking": blocking, **rows, **more})
        return exits.DONE
    lines = [
        *unwatched_lines(rest),
        *blocking_lines(blocking),
        *_report_lines(rows),
        *report_lines(races),
        *left_alone_lines(alone, TOP),
        *refused_lines(recording, TOP),
    ]
    terminal.data("\n".join(lines))
    terminal.say(f"next: fluxion plan {arguments.store}")
    return exits.DONE


def _changes(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from fluxion.changed import changed_lines, changed_rows  # noqa: PLC0415

    rows = changed_rows(load(arguments.store), load(arguments.after))
    if arguments.json:
        terminal.json(rows)
        return exits.DONE
    terminal.data("\n".join(changed_lines(rows)))
    return exits.DONE


def chains(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show what leads to what, or with --static what a list of names finds."""
    if arguments.static:
        from fluxion import static  # noqa: PLC0415

        return static.run(arguments, terminal)
    if arguments.config is not None:
        raise UsageError("--config is only read with --static")
    rows = chain_rows(load(arguments.store, CHAINS))
    if arguments.json:
        terminal.json({"chains": rows})
        return exits.DONE
    many = len({number for row in rows for number in row["isolates"]}) > 1
    lines = [line for row in rows for line in _chain_lines(row, 0, many=many)]
    terminal.data("\n".join(lines) or "no callback was seen")
    return exits.DONE


def effects(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show who reads and writes what."""
    recording = load(arguments.store, EFFECTS)
    rows = effect_rows(recording, arguments.cell)
    names = Names(recording)
    flows = flow_rows(names, arguments.cell)
    races = race_rows(names, arguments.cell)
    if arguments.cell is not None and not rows:
        raise NothingDone(
            f"no cell is called {arguments.cell!r}",
            f"fluxion effects {arguments.store} lists all",
        )
    if arguments.json:
        terminal.json({"effects": rows, "flows": flows, "races": races})
        return exits.DONE
    lines = [*_effect_lines(rows, flows), *race_lines(races)]
    terminal.data("\n".join(lines) or "no effect was seen")
    return exits.DONE


def _planned(recording: Recording, texts: Mapping[int, str]) -> Plan | None:
    """Return the plan; None where it cannot be made, without Node.js for one."""
    from rewriter.plan import plan  # noqa: PLC0415
    from rewriter.syntax.cache import Cache  # noqa: PLC0415
    from rewriter.syntax.client import Syntax  # noqa: PLC0415

    try:
        with Syntax(cache=Cache.of_user()) as syntax:
            return plan(recording, texts, syntax)
    except FluxionError:
        return None


def function_text(function: Row) -> str:
    """Return a function as ``name  file:line:column``."""
    name = inert(function["name"], 50) or "(anonymous)"
    return f"{name}  {place_text(function)}"


def place_text(place: Row | None) -> str:
    """Return ``file:line:column``."""
    if place is None:
        return "not seen"
    return f"{inert(place['file'], 80)}:{place['line']}:{place['column']}"


def rupture_lines(rows: Sequence[Row], limit: int) -> Iterator[str]:
    """Yield one rupture point in two lines."""
    for row in rows[:limit]:
        yield (
            f"  {row['kind']:<8} {function_text(row['function'])}"
            f"  ran {row['activations']} times"
        )
        by = f" by {inert(row['registrar'], 40)}" if row["registrar"] else ""
        yield (
            f"           made {place_text(row['creation'])}, "
            f"handed over {place_text(row['registration'])}{by}"
        )
    if len(rows) > limit:
        yield f"  and {len(rows) - limit} more (--json has all)"


def _report_lines(rows: Row) -> Iterator[str]:
    target, losses = rows["target"], rows["losses"]
    argv = inert(" ".join(target["argv"][1:]), 100)
    yield f"{argv}  (pid {target['pid']}, Node {inert(target['node'], 20)})"
    yield (
        f"{rows['seconds']:.0f} s, {rows['activations']:,} activations, "
        f"{losses['dropped']:,} of {losses['seen']:,} dropped, "
        f"{rows['requests']} requests kept"
    )
    if len(rows["isolates"]) > 1:
        yield from map(_isolate_line, rows["isolates"])
    yield ""
    yield "rupture points"
    yield from rupture_lines(rows["ruptures"], TOP)
    yield ""
    yield "what blocks the loop"
    yield f"  {'p50':>9} {'p99':>9} {'in all':>10}  runs"
    for cost in rows["costs"][:TOP]:
        yield (
            f"  {ms(cost['p50_ms']):>9} {ms(cost['p99_ms']):>9} "
            f"{ms(cost['total_ms']):>10}  {cost['estimated']:<6} "
            f"{function_text(cost['function'])}"
        )
    if rows["flows"]:
        yield ""
        yield "what flows from one callback to another"
        yield from _flow_lines(rows["flows"][:TOP])
    for note in rows["notes"][:3]:
        yield f"note: {inert(note, 160)}"


def _isolate_line(row: Row) -> str:
    """Say which process or thread an isolate's number means, and its account."""
    what = f"pid {row['pid']}"
    if row["thread"]:
        what = f"thread {row['thread']} of {what}"
    return (
        f"  isolate {row['isolate']}: {what} ({inert(row['role'], 20)}), "
        f"{row['dropped']:,} of {row['seen']:,} dropped, "
        f"overhead {row['overhead_percent']:.1f} %"
    )


def _isolates_text(row: Row) -> str:
    """Say in which isolates it was, where there are several."""
    numbers = row["isolates"]
    name = "isolate" if len(numbers) == 1 else "isolates"
    return f"  [{name} {', '.join(map(str, numbers))}]" if numbers else ""


def _chain_lines(row: Row, depth: int, *, many: bool) -> Iterator[str]:
    indent = "  " * depth + ("-> " if depth else ">> ")
    where = _isolates_text(row) if many else ""
    again = "  (see above)" if row.get("again") else ""
    yield f"{indent}{function_text(row['function'])}  {row['count']}{where}{again}"
    if not again:
        for one in row["awaits"]:
            at = place_text(one["at"])
            yield f"{'  ' * (depth + 1)}.. goes on after await  {at}  {one['count']}"
    if depth < DEPTH:
        for below in row["leads_to"]:
            yield from _chain_lines(below, depth + 1, many=many)
    if row.get("more"):
        yield "  " * (depth + 1) + "and more than is shown"


def _effect_lines(rows: Sequence[Row], flows: Sequence[Row]) -> Iterator[str]:
    many = len({number for row in rows for number in row["isolates"]}) > 1
    by_name = sorted(rows, key=lambda r: function_text(r["function"]))
    for name, group in groupby(by_name, key=lambda r: function_text(r["function"])):
        yield name
        uses = list(group)
        for row in uses[:MOST_CELLS]:
            where = _isolates_text(row) if many else ""
            cell = inert(row["cell"], 60)
            yield f"  {row['operation']:<6} {cell:<40} {row['count']:>7}{where}"
        if len(uses) > MOST_CELLS:
            yield f"  and {len(uses) - MOST_CELLS} more (--json has all)"
    if flows:
        yield "what flows from one callback to another"
        yield from _flow_lines(flows[:MOST_FLOWS])
        if len(flows) > MOST_FLOWS:
            yield f"  and {len(flows) - MOST_FLOWS} more (--json has all)"


def _flow_lines(flows: Sequence[Row]) -> Iterator[str]:
    for flow in flows:
        yield (
            f"  {inert(flow['cell'], 60)}: {function_text(flow['writer'])} -> "
            f"{function_text(flow['reader'])}  {flow['count']} times"
        )
