"""Finish the store of a recording: what was seen becomes what it means.

In: a store that holds what was seen, and texts of scripts that no file holds. Out: the
same store, finished and with everything derived in it, and the recording.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fluxion.origins import origins_of
from fluxion.sources import unchanged_texts
from profiler.derive import derive
from profiler.touches import Binding
from rewriter.bindings import Declarations
from rewriter.sites import sites

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from fluxion.observe import Seen
    from profiler.derive import Folding
    from rewriter.syntax.client import Syntax
    from store.database import Store
    from store.facts import Origin, Recording


def understand(
    store: Store,
    seen: Seen,
    syntax: Syntax,
    asked: Mapping[str, object],
    root: Path | None,
    live: Mapping[int, str],
    begun: Folding | None = None,
) -> Recording:
    """Finish the store and derive everything from what is in it.

    In: what was ``asked`` of the recording, which the store keeps; the folder under
    which the target's files are, None when they are where it says; and texts by number
    of script, which are ``live`` only; what was ``begun`` with blocks that are not in
    the store any more. Raises what a full or broken store raises.
    """
    status = seen.status
    store.finish(
        seen.seconds,
        {
            "events": status.events if status else 0,
            "dropped": status.dropped if status else 0,
            "overhead_percent": status.overhead_percent if status else 0.0,
            "ports": sorted(seen.ports),
            "ended": "target gone" if seen.gone else "finished",
            "cut": list(seen.cut),
            **_scheduled(seen),
            **asked,
        },
    )
    return write_meaning(store, syntax, root, live, begun)


def _scheduled(seen: Seen) -> dict[str, int]:
    """Return how long main's thread ran and waited for a CPU, where that is known."""
    before, after = seen.before, seen.after
    if before is None or after is None:
        return {}
    return {
        "main_ran_us": (after.ran_ns - before.ran_ns) // 1000,
        "main_waited_us": (after.waited_ns - before.waited_ns) // 1000,
    }


def write_meaning(
    store: Store,
    syntax: Syntax,
    root: Path | None = None,
    live: Mapping[int, str] | None = None,
    begun: Folding | None = None,
    origins: Iterable[Origin] = (),
) -> Recording:
    """Derive everything from what is in a store, and write it there.

    ``origins`` are known already, from files that may not be here any more.
    """
    observed = store.observed()
    texts = {**(live or {}), **unchanged_texts(observed.scripts, root)}
    declared = Declarations(observed.scripts, texts, syntax)

    def binding(script: int, offset: int) -> Binding | None:
        known = declared(script, offset)
        return None if known is None else Binding(known.function, known.many)

    recording = derive(observed, texts, begun, binding)
    found = sites(recording, texts, syntax)
    recording = replace(recording, ruptures=tuple(found))
    mapped, said = origins_of(recording, texts, syntax, root)
    by_place = {(one.script, one.start): one for one in (*origins, *mapped)}
    notes = (*thinned(store.dropped_blocks()), *recording.notes, *said)
    recording = replace(recording, origins=tuple(by_place.values()), notes=notes)
    store.write_derived(recording)
    return recording


def thinned(blocks: int) -> tuple[str, ...]:
    """Say that raw blocks made room for later ones, if any did."""
    if not blocks:
        return ()
    said = (
        f"the oldest {blocks} blocks of raw records made room for later ones "
        "(--max-store); what is counted here is of all of them"
    )
    return (said,)
