"""What a recording says, as rows for programs.

In: a Recording. Out: plain dictionaries and lists, places 1-based, functions named by
file, line, column and name. Pure.
"""

from __future__ import annotations

import os
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from store.facts import (
        Cell,
        Cost,
        Effect,
        Function,
        FunctionRef,
        Loss,
        Origin,
        Place,
        Recording,
        RupturePoint,
        Script,
    )

Row = dict[str, Any]
MOST_ROWS = 5000
"""Of all chains: every way through 200 callbacks would fill any memory."""


@dataclass(slots=True)
class Names:
    """What functions, cells and places of one recording are called."""

    recording: Recording
    functions: dict[FunctionRef, Function] = field(init=False)
    scripts: dict[int, Script] = field(init=False)
    cells: dict[int, Cell] = field(init=False)
    kinds: dict[FunctionRef, str] = field(init=False)
    origins: dict[tuple[int, int], Origin] = field(init=False)
    _rows: dict[FunctionRef, Row] = field(init=False, default_factory=dict)
    _files: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Index the recording."""
        self.functions = {f.ref: f for f in self.recording.functions}
        self.scripts = {s.number: s for s in self.recording.scripts}
        self.cells = {c.number: c for c in self.recording.cells}
        self.kinds = {r.function: r.kind for r in self.recording.ruptures}
        self.origins = {(o.script, o.start): o for o in self.recording.origins}

    def file(self, script: int) -> str:
        """Return a script's path, from the working folder where it lies below."""
        found = self.scripts.get(script)
        if found is None:
            return "?"
        return self.below(found.path or found.url)

    def below(self, path: str) -> str:
        """Return a path from the working folder where it lies below."""
        known = self._files.get(path)
        if known is None:
            cwd = self.recording.process.cwd
            is_below = cwd and path.startswith(cwd.rstrip("/") + "/")
            known = self._files[path] = os.path.relpath(path, cwd) if is_below else path
        return known

    def function(self, ref: FunctionRef) -> Row:
        """Return a function as programs find it again: as the user wrote it."""
        known = self._rows.get(ref)
        if known is None:
            known = self._rows[ref] = self._function(ref)
        return known

    def _function(self, ref: FunctionRef) -> Row:
        found = self.functions.get(ref)
        row = {
            "file": self.file(ref.script),
            "line": found.line if found else 0,
            "column": found.column if found else 0,
            "name": found.name if found else "",
        }
        origin = self.origins.get((ref.script, ref.start))
        if origin is None:
            return row
        return {
            **self._wrote(origin),
            "name": origin.name or row["name"],
            "generated": row,
        }

    def _wrote(self, origin: Origin) -> Row:
        return {
            "file": self.below(origin.source),
            "line": origin.line,
            "column": origin.column,
        }

    def place(self, place: Place | None) -> Row | None:
        """Return a position, if it is known."""
        if place is None:
            return None
        row = {
            "file": self.file(place.script),
            "line": place.line,
            "column": place.column,
        }
        origin = self.origins.get((place.script, place.offset))
        return row if origin is None else {**self._wrote(origin), "generated": row}

    def cell(self, number: int) -> str:
        """Return a cell's label."""
        found = self.cells.get(number)
        return found.label if found else f"cell {number}"


def report_rows(recording: Recording) -> Row:
    """Return the whole of ``report --json``."""
    names = Names(recording)
    process = recording.process
    return {
        "target": {
            "pid": process.pid,
            "node": process.node,
            "argv": list(process.argv),
            "cwd": process.cwd,
            "how": process.how,
        },
        "seconds": round(recording.seconds, 3),
        "activations": len(recording.activations),
        "losses": {
            "seen": sum(x.seen for x in recording.losses),
            "kept": sum(x.kept for x in recording.losses),
            "dropped": sum(x.dropped for x in recording.losses),
            "callbacks": [_loss(names, loss) for loss in recording.losses],
        },
        "isolates": isolate_rows(recording),
        "ruptures": [_rupture(names, r) for r in ranked_ruptures(recording)],
        "costs": [_cost(names, cost) for cost in ranked_costs(recording)],
        "flows": flow_rows(names),
        "requests": len(recording.requests),
        "refusals": [
            {
                "code": r.code,
                "function": names.function(r.function) if r.function else None,
                "place": names.place(r.place),
                "reason": r.reason,
                "helps": r.remedy,
            }
            for r in recording.refusals
        ],
        "notes": list(recording.notes),
    }


def isolate_rows(recording: Recording) -> list[Row]:
    """Return each process or thread, with what it said, lost and cost."""
    costs = {cost.process: cost for cost in recording.probe_costs}
    rows: list[Row] = []
    for process in recording.processes:
        losses = [x for x in recording.losses if x.process == process.number]
        cost = costs.get(process.number)
        main_us = cost.main_us if cost else 0
        rows.append(
            {
                "isolate": process.number,
                "pid": process.pid,
                "thread": process.thread,
                "role": process.role,
                "started_by": process.parent,
                "entry": process.entry,
                "seen": sum(x.seen for x in losses),
                "kept": sum(x.kept for x in losses),
                "dropped": sum(x.dropped for x in losses),
                "cpu_ms": round(main_us / 1000, 3),
                "overhead_percent": (
                    round(100 * cost.probe_us / main_us, 3) if cost and main_us else 0.0
                ),
            }
        )
    return rows


def ranked_ruptures(recording: Recording) -> list[RupturePoint]:
    """Return rupture points, the app's own and the busiest first."""
    paths = {s.number: s.path or s.url for s in recording.scripts}
    origins = {(o.script, o.start): o.source for o in recording.origins}

    def is_packaged(ref: FunctionRef) -> bool:
        made = paths.get(ref.script, "")
        return "/node_modules/" in origins.get((ref.script, ref.start), made)

    return sorted(
        (*recording.ruptures, *recording.awaits),
        key=lambda r: (
            is_packaged(r.function),
            r.kind == "internal",
            -r.activations,
            r.function,
            r.registration.offset if r.registration else 0,
        ),
    )


def ranked_costs(recording: Recording) -> list[Cost]:
    """Return costs, the dearest first."""
    return sorted(recording.costs, key=lambda c: (-c.total_us, c.function))


def chain_rows(recording: Recording) -> list[Row]:
    """Return a tree for each callback that outside events start.

    In a tree a callback's own followers stand once, where it is nearest to the start;
    elsewhere it is there ``again``. With ``more`` there is more than is shown.
    """
    names = Names(recording)
    following: dict[FunctionRef, list[tuple[FunctionRef, int]]] = {}
    targets: set[FunctionRef] = set()
    for edge in recording.edges:
        if edge.type == "cause" and edge.source != edge.target:
            following.setdefault(edge.source, []).append((edge.target, edge.count))
            targets.add(edge.target)
    counts: dict[FunctionRef, int] = {}
    isolates: dict[FunctionRef, set[int]] = {}
    for activation in recording.activations:
        counts[activation.function] = counts.get(activation.function, 0) + 1
        isolates.setdefault(activation.function, set()).add(activation.process)
    awaits: dict[FunctionRef, list[RupturePoint]] = {}
    for point in recording.awaits:
        awaits.setdefault(point.function, []).append(point)
    starts = {r.function for r in recording.ruptures if r.kind == "start"}
    roots = sorted(starts | (following.keys() | awaits.keys()) - targets)

    def row(ref: FunctionRef, count: int) -> Row:
        return {
            "function": names.function(ref),
            "kind": names.kinds.get(ref, "internal"),
            "count": count,
            "isolates": sorted(isolates.get(ref, ())),
            "awaits": [
                {"at": names.place(one.registration), "count": one.activations}
                for one in awaits.get(ref, ())
            ],
            "leads_to": [],
        }

    def grow(root: FunctionRef, top: Row, most: int) -> int:
        """Add what follows, the nearest first, each function's own once."""
        made, seen = 0, {root}
        waiting = deque([(root, top)])
        while waiting:
            ref, above = waiting.popleft()
            below = sorted(following.get(ref, []), key=lambda item: (-item[1], item[0]))
            for to, times in below:
                if made >= most:
                    above["more"] = True
                    return made
                new = row(to, times)
                above["leads_to"].append(new)
                made += 1
                if to not in seen:
                    seen.add(to)
                    waiting.append((to, new))
                elif to in following:
                    new["again"] = True
        return made

    rows = [(ref, row(ref, counts.get(ref, 0))) for ref in roots]
    rows.sort(key=lambda one: -one[1]["count"])
    left = MOST_ROWS
    for ref, top in rows:
        left -= grow(ref, top, left)
    return [top for _, top in rows]


def effect_rows(recording: Recording, cell: str | None) -> list[Row]:
    """Return who reads and writes what; only one label where one is given."""
    names = Names(recording)
    chosen = [
        effect
        for effect in recording.effects
        if cell is None or names.cell(effect.cell) == cell
    ]
    return [_effect(names, effect) for effect in chosen]


def flow_rows(names: Names, cell: str | None = None) -> list[Row]:
    """Return the cells that one callback writes and another reads later."""
    return [
        {
            "cell": names.cell(flow.cell),
            "writer": names.function(flow.writer),
            "reader": names.function(flow.reader),
            "count": flow.count,
        }
        for flow in sorted(names.recording.flows, key=lambda flow: -flow.count)
        if cell is None or names.cell(flow.cell) == cell
    ]


def _rupture(names: Names, rupture: RupturePoint) -> Row:
    return {
        "function": names.function(rupture.function),
        "kind": rupture.kind,
        "definition": names.place(rupture.definition),
        "creation": names.place(rupture.creation),
        "registration": names.place(rupture.registration),
        "registrar": rupture.registrar,
        "basis": rupture.basis,
        "activations": rupture.activations,
    }


def _cost(names: Names, cost: Cost) -> Row:
    return {
        "function": names.function(cost.function),
        "activations": cost.activations,
        "estimated": cost.estimated,
        "total_ms": round(cost.total_us / 1000, 3),
        "p50_ms": round(cost.p50_us / 1000, 3),
        "p99_ms": round(cost.p99_us / 1000, 3),
        "max_ms": round(cost.max_us / 1000, 3),
    }


def _effect(names: Names, effect: Effect) -> Row:
    return {
        "function": names.function(effect.function),
        "operation": effect.operation,
        "cell": names.cell(effect.cell),
        "kind": names.cells[effect.cell].kind if effect.cell in names.cells else "?",
        "count": effect.count,
        "first": effect.first,
        "last": effect.last,
        "isolates": list(effect.processes),
    }


def _loss(names: Names, loss: Loss) -> Row:
    return {
        "function": names.function(loss.function),
        "isolate": loss.process,
        "seen": loss.seen,
        "kept": loss.kept,
        "dropped": loss.dropped,
    }
