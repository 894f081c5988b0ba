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
    from collections.abc import Mapping
    from pathlib import Path

    from fluxion.observe import Seen
    from rewriter.syntax.client import Syntax
    from store.database import Store
    from store.facts import Recording


def understand(
    store: Store,
    seen: Seen,
    syntax: Syntax,
    asked: Mapping[str, object],
    root: Path | None,
    live: Mapping[int, str],
) -> Recording:
    """Finish the store and derive everything from what is in it.

    In: what was ``asked`` of the recording, which the store keeps; the folder under
    which the target's files are, None when they are where it says; and texts by number
    of script, which are ``live`` only. Raises what a full or broken store raises.
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
            **asked,
        },
    )
    observed = store.observed()
    texts = {**live, **unchanged_texts(observed.scripts, root)}
    declared = Declarations(observed.scripts, texts, syntax)

    def binding(script: int, offset: int) -> Binding | None:
        known = declared(script, offset)
        return None if known is None else Binding(known.function, known.many)

    recording = derive(observed, texts, binding)
    found = sites(recording, texts, syntax)
    recording = replace(recording, ruptures=tuple(found))
    origins, said = origins_of(recording, texts, syntax, root)
    notes = (*recording.notes, *said)
    recording = replace(recording, origins=origins, notes=notes)
    store.write_derived(recording)
    return recording
