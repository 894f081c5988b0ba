"""``fluxion verify``: find what to ask, have it proved, and say how it went."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fluxion import exits
from fluxion.build import read_build
from fluxion.verify.proof import verify
from store.recording import load

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from fluxion.terminal import Terminal
    from store.facts import CapturedRequest


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Run one proof and print the verdict."""
    build = read_build(arguments.build)
    requests: Sequence[CapturedRequest] = ()
    loaded: Sequence[Path] = ()
    if arguments.against is not None:
        recording = load(arguments.against)
        requests = recording.requests
        loaded = [Path(s.path) for s in recording.scripts if s.path]
    outcome = verify(
        build,
        requests=requests,
        loaded=loaded,
        driver=arguments.command,
        reset=arguments.reset,
        say=terminal.say,
    )
    if arguments.json:
        terminal.json(outcome.json())
    else:
        terminal.data(outcome.text())
    if build.fluxions and not outcome.moved:
        terminal.say("note: nothing moved in these runs, so they prove little")
    return exits.DIFFERENT if outcome.different else exits.DONE
