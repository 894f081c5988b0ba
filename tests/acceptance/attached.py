"""A program that runs already, attached to before it begins what it is for."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from fluxion.ingest import Ingest
from profiler.derive import derive
from rewriter.syntax.client import Syntax
from store.database import create
from store.facts import Recording
from tests.acceptance.test_isolates import Blocks
from tests.agent.live import Seen, attached, functions, get
from tests.conftest import SpawnNode

SERVER = Path(__file__).parent / "causality_server.js"


def recorded(program: Path, folder: Path, spawn: SpawnNode) -> Recording:
    """Trace what the app itself has, which it must call meanwhile; then run it once."""
    process = spawn(SERVER, str(program), flags=("--inspect-port=0",), line=r"port \d+")
    port = int(process.out[0].split()[1])
    with Syntax() as syntax, create(folder / "x.db") as store:
        seen = Seen()
        seen.blocks = Blocks(Ingest(store), 1)
        with attached(process.pid, syntax, seen=seen) as (app, _):
            store.put_process(app.process)
            found = [one for one in app.walk() if one.app]
            over = threading.Event()

            def ask() -> None:
                while not over.wait(0.3):
                    get(port, "/")

            asking = threading.Thread(target=ask)
            asking.start()
            results = app.trace(found, 3)
            over.set()
            asking.join()
            time.sleep(1)
            store.put_scripts(app.scripts())
            store.put_functions(functions(results))
            get(port, "/")
            time.sleep(1)
            app.status()
        store.finish(1.0, {})
        store.write_derived(derive(store.observed()))
        return store.recording()
