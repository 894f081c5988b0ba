"""Verify a build: choose how, run it all, return what was found.

In: a build, captured requests or a driver command. Out: the outcome. Something must
pass through: a proof over nothing is an error, not a success.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fluxion.build import check_sources
from fluxion.verify.concurrent import check_concurrent
from fluxion.verify.driver import check_driver, check_program
from fluxion.verify.outcome import Outcome
from fluxion.verify.sequential import check_sequential
from fluxion.verify.stage import Stage
from store.errors import FluxionError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from fluxion.build import Build
    from fluxion.verify.play import Patience
    from store.facts import CapturedRequest


def verify(
    build: Build,
    *,
    requests: Sequence[CapturedRequest],
    loaded: Sequence[Path],
    driver: Sequence[str],
    reset: str | None,
    say: Callable[[str], None],
    patience: Patience | None = None,
) -> Outcome:
    """Compare original, original and compiled."""
    check_sources(build)
    outcome = Outcome(redacted=sum(r.redacted for r in requests))
    usable = [r for r in requests if not r.redacted]
    if not driver and not usable and (requests or build.entry.ports):
        raise FluxionError(
            f"there is no request to replay ({outcome.redacted} were redacted)",
            "record with --capture-requests N, or give a driver: -- CMD",
        )
    with Stage(build, loaded, reset, patience) as stage:
        if driver:
            say("running the driver on original, original and compiled")
            check_driver(stage, driver, outcome)
        elif usable:
            say(f"sequential: {len(usable)} requests, original twice, compiled once")
            learnt = check_sequential(stage, usable, outcome)
            if not outcome.different:
                say("concurrent: compiled once, then the same in one serial order")
                check_concurrent(stage, learnt, outcome)
        else:
            say("no server, no request: running the program itself to its end")
            check_program(stage, outcome)
    return outcome
