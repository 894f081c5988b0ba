"""What moves: the slices that a worker loads and how the called function is reached.

In: one fluxion. Out: its slice files merged into those of its group, an expression that
gives the worker its function, and on main the announcement of the closure that may move.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rewriter.emit.access import Access, reach
from rewriter.emit.guards import insert_at_start
from store.errors import FluxionError

if TYPE_CHECKING:
    from rewriter.emit.build import Build
    from rewriter.emit.slices import Slice
    from store.plans import Fluxion


def obstacle(build: Build, fluxion: Fluxion) -> str:
    """Say why the callee cannot be reached in a slice, or ``""``."""
    callee = fluxion.cut.callee
    if callee is None:
        return "the callee is no function of the program"
    literal = build.function(callee)
    access = reach(literal)
    if access is None:
        return "no name leads to the callee"
    planned = [s for s in fluxion.cut.slices if s.script == callee.script]
    if not planned:
        return "the callee's file is not among the slices"
    statement = access.statement
    kept = any(
        s.whole
        or any(a <= statement.start and statement.end <= b for a, b in s.keep)
        for s in planned
    )
    return "" if kept else "the slice does not hold the statement that names the callee"


def isolate(build: Build, number: int, fluxion: Fluxion) -> str:
    """Merge the slices, announce the callee; return the id of the slice to load."""
    callee = fluxion.cut.callee
    assert callee is not None
    add_slices(build, fluxion)
    access = reach(build.function(callee))
    if access is None:
        raise FluxionError(f"{fluxion.id}: no name leads to its callee")
    slice_ = build.slice(fluxion.group, callee.script)
    export(slice_, fluxion, access)
    overlay = build.overlay(callee.script)
    told = f"{overlay.fx}.known({number},()=>{access.expression});"
    if access.within is None:
        overlay.tail += told
    else:
        insert_at_start(overlay.patch, access.within, told)
    return slice_.id


def add_slices(build: Build, fluxion: Fluxion) -> None:
    """Merge the fluxion's slice files into those of its group."""
    for planned in fluxion.cut.slices:
        build.slice(fluxion.group, planned.script).add(planned)


def export(slice_: Slice, fluxion: Fluxion, access: Access) -> None:
    """Let the slice tell the worker how to reach the function."""
    told = f"{slice_.fx}({json.dumps(fluxion.id)},()=>{access.expression});"
    if access.within is None:
        slice_.tail += told
    else:
        insert_at_start(slice_.patch, access.within, told)
