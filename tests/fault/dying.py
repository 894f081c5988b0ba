"""Record a target that dies at its N-th message, for each N asked for.

In: `python -m tests.fault.dying TAPE KIND FOLDER N...`. Out: one JSON line for each N:
the exit code, the seconds from the blow to the end, what the recording says, and how
many threads and open files are left over. A process of its own, so that its threads
and files are those of the recordings alone.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import io
import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

from agent import linger
from fluxion.cli import main
from store.database import open_store
from tests.fault.tape import FakeTarget, Tape

SETTLE_S = 2.0
WHOLE = ("-d", "1", "--max-overhead", "50%")
"""Long enough, and with budget enough, that twins are made as well."""
HANG_S = 30.0


def once(tape: Tape, kind: str, at: int, folder: Path) -> dict[str, Any]:
    """One recording, with whatever happens to it."""
    store = folder / f"{kind}-{at}.db"
    before = held()
    words = io.StringIO()
    with FakeTarget(tape, kind, at) as target:
        with contextlib.redirect_stderr(words), contextlib.redirect_stdout(words):
            code = main(["record", f":{target.port}", "-o", str(store), *WHOLE])
        ended = time.monotonic()
    told = {
        "at": at,
        "code": code,
        "said": target.said,
        "struck": target.struck.is_set(),
        "took": round(ended - target.struck_at, 3) if target.struck.is_set() else 0.0,
        "store": state_of(store),
        "process": names_process(store),
        "words": words.getvalue(),
        "left": left(before),
    }
    store.unlink(missing_ok=True)
    return told


def state_of(store: Path) -> str:
    """`none`, or how the recording says that it ended."""
    if not store.exists():
        return "none"
    with open_store(store) as opened:
        return str(opened.status().get("ended"))


def names_process(store: Path) -> bool:
    """Tell whether the recording opens, is derived, and says whose it is."""
    if not store.exists():
        return False
    with open_store(store) as opened:
        return opened.is_derived() and opened.recording().process.how == "attached"


def held() -> tuple[int, int]:
    """Threads and open files, without the way to the process beside us: one or none."""
    files = len(list(Path("/proc/self/fd").iterdir()))
    return threading.active_count(), files - linger.there()


def left(before: tuple[int, int]) -> list[int]:
    """Threads and files more than before, once what ends by itself has ended."""
    gc.collect()  # the fake itself is a knot of threads and sockets
    until = time.monotonic() + SETTLE_S
    while True:
        more = [max(0, now - then) for now, then in zip(held(), before, strict=True)]
        if not any(more) or time.monotonic() > until:
            return more
        time.sleep(0.01)


if __name__ == "__main__":
    faulthandler.dump_traceback_later(HANG_S, exit=True)
    file, how, where, *numbers = sys.argv[1:]
    played = Tape.read(Path(file).read_text("utf-8"))
    once(played, how, 0, Path(where))  # what is loaded and opened once
    for number in numbers:
        faulthandler.dump_traceback_later(HANG_S, exit=True)
        print(json.dumps(once(played, how, int(number), Path(where))), flush=True)
