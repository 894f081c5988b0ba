"""An agent of its own that traces every function of the app's, whatever it costs.

In: TARGET, a store to write, seconds; the word `fetch` when the probe is not to reach
us. Out: the word `tracing` when all twins are in
place, `left` when it went well; the exit code of the command line else.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from agent import attach as attaching
from agent.attach import attach
from agent.observation import AttachOptions
from agent.stream import Stream
from agent.target import resolve
from fluxion.ingest import Ingest
from rewriter.syntax.client import Syntax
from store.database import create
from store.errors import FluxionError
from tests.agent.live import rewriter
from tests.processes import unused_port


def follow(target: str, path: Path, seconds: float) -> None:
    """Trace, look at the counters until the time is over, and leave."""
    with Syntax() as syntax, create(path) as store:
        observed = attach(
            resolve(target),
            options=AttachOptions(overhead_percent=10_000),
            rewrite=rewriter(syntax),
            on_block=Ingest(store),
        )
        store.put_process(observed.process)
        with observed:
            wanted = [one for one in observed.walk() if one.app and one.name]
            observed.trace(wanted, 8)
            print("tracing", flush=True)
            ends = time.monotonic() + seconds
            while time.monotonic() < ends and observed.status().alive:
                time.sleep(0.2)
        print("left", flush=True)


class Unreachable(Stream):
    """A stream whose probe is told a port where nobody listens."""

    def __init__(self, *takers: Any, **more: Any) -> None:
        super().__init__(*takers, **more)
        self.port = unused_port()


if __name__ == "__main__":
    if "fetch" in sys.argv:
        vars(attaching).update(Stream=Unreachable)
    try:
        follow(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]))
    except FluxionError as error:
        print(error.message, flush=True)
        sys.exit(error.exit_code)
