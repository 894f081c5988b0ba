"""What moves: the slices that a worker loads and how the called function is reached.

In: one fluxion. Out: its slice files merged into those of its group, an expression
that gives the worker its function, and on main the announcement of the closure that
may move.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rewriter.emit import callback
from rewriter.emit.access import Access, reach
from rewriter.emit.guards import insert_at_start
from store.errors import FluxionError

if TYPE_CHECKING:
    from rewriter.emit.build import Build
    from rewriter.emit.slices import Slice
    from store.plans import Fluxion


def group_of(fluxion: Fluxion) -> str:
    """Return whose modules it shares: a group's with state, else its own."""
    return fluxion.group if fluxion.cut.stateful else f".{fluxion.id}"


def obstacle(build: Build, fluxion: Fluxion) -> str:
    """Say why the moved function cannot be reached in a slice, or ``""``."""
    cut = fluxion.cut
    if fluxion.shape == "callback":
        literal = build.function(cut.host)
        kept = any(
            s.script == cut.host.script
            and (
                s.whole or any(a < literal.end and literal.start < b for a, b in s.keep)
            )
            for s in cut.slices
        )
        overlap = "the slice holds the callback already, inside of a statement"
        return callback.obstacle(literal, cut) or (overlap if kept else "")
    if cut.callee is None:
        return "the callee is no function of the program"
    literal = build.function(cut.callee)
    if reach(literal) is None:
        return "no name leads to the callee"
    planned = [s for s in cut.slices if s.script == cut.callee.script]
    whole = any(s.whole for s in planned)
    kept = any(
        a <= literal.start and literal.end <= b for s in planned for a, b in s.keep
    )
    return "" if whole or kept else "the slice does not hold the callee"


def isolate(build: Build, number: int, fluxion: Fluxion) -> str:
    """Merge the slices, announce the callee; return the id of the slice to load."""
    reason = obstacle(build, fluxion)
    if reason:
        raise FluxionError(f"{fluxion.id}: {reason}")
    for planned in fluxion.cut.slices:
        build.slice(group_of(fluxion), planned.script).add(planned)
    if fluxion.shape == "callback":
        slice_ = build.slice(group_of(fluxion), fluxion.cut.host.script)
        callback.export(slice_, build.function(fluxion.cut.host), fluxion)
        return slice_.id
    callee = fluxion.cut.callee
    access = None if callee is None else reach(build.function(callee))
    assert callee is not None
    assert access is not None
    slice_ = build.slice(group_of(fluxion), callee.script)
    export(slice_, fluxion, access)
    overlay = build.overlay(callee.script)
    told = f"{overlay.fx}.known({number},()=>{access.expression});"
    if access.within is None:
        overlay.tail += told
    else:
        insert_at_start(overlay.patch, access.within, told)
    return slice_.id


def export(slice_: Slice, fluxion: Fluxion, access: Access) -> None:
    """Let the slice tell the worker how to reach the function."""
    told = f"{slice_.fx}({json.dumps(fluxion.id)},()=>{access.expression});"
    if access.within is None:
        slice_.tail += told
    else:
        insert_at_start(slice_.patch, access.within, told)
