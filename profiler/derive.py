"""Turn what was put down into what it means: the whole of the profiler, in one pass.

In: the raw facts of a store, and texts where lines are wanted. Out: one Recording
(rupture points without static sites). No I/O, no clock: same facts, same Recording.
Blocks are read one by one; memory grows with what is different, not with what is long.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from profiler.fold import Fold
from profiler.streams import Streams
from profiler.taking import Taking
from profiler.touches import Bindings
from store import abi
from store.errors import ProtocolError
from store.facts import (
    Recording,
)
from store.journal import Block, Observed


def derive(
    observed: Observed,
    texts: Mapping[int, str] | None = None,
    begun: Folding | None = None,
    bindings: Bindings | None = None,
) -> Recording:
    """Return everything that the raw facts say.

    ``texts`` are V8's own texts by script number; without one, places that are not
    the start of a known literal have line 0. ``begun`` has taken in what came before
    the blocks that are still there. ``bindings`` tell whose a variable is; without them
    races at variables are told of one closure alone. ProtocolError when the blocks are
    of another version of the probe.
    """
    if observed.abi - {abi.VERSION}:
        raise ProtocolError(
            f"the store's blocks are of probe version {sorted(observed.abi)}",
            "derive them with the fluxion that recorded them, or record again",
        )
    folding = begun or Folding()
    for block in observed.blocks:
        folding.take(block)
    known = {script.number: script.text for script in observed.scripts if script.text}
    return folding.recording(observed, {**known, **(texts or {})}, bindings)


class Folding:
    """Blocks on their way to a Recording; the rest may come later."""

    def __init__(self) -> None:
        """Begin with nothing."""
        streams = Streams()
        self._fold = Fold(streams)
        self._taking = Taking(streams, self._fold)

    def take(self, block: Block) -> None:
        """Take in the next block."""
        self._taking.block(block)

    def recording(
        self,
        observed: Observed,
        texts: Mapping[int, str],
        bindings: Bindings | None = None,
    ) -> Recording:
        """Return what all blocks said together, and what was not understood."""
        fold = self._fold
        found = fold.recording(observed, texts, bindings)
        lost = self._taking.tally.words()
        return replace(found, notes=(*fold.notes, *lost, *fold.words()))
