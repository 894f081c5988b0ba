"""Draw docs/pictures: what `fluxion top` and `fluxion report` show of the example.

In: the example, its own driver as the load. Out: the screen after a while of a real
run, and the report of a recording, as SVG. `python scripts/pictures.py` writes them.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import re
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from agent.target import by_pid
from fluxion.example import drive, node, prepare, serving
from fluxion.looking import Looking
from fluxion.screen import Top
from fluxion.stop import Stop
from rewriter.syntax.client import Syntax
from store.errors import FluxionError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fluxion.example import Running

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs/pictures"
SIZE = (100, 18)
REPORTS = 12
WITHIN_S = 90.0
POSTS = 200
BUSY_MS = 100.0
WIDTH = 112
RECORD_S = 45


def main() -> None:
    """Write the pictures."""
    FOLDER.mkdir(exist_ok=True)
    for name, draw in (("top", top), ("report", report)):
        (FOLDER / f"{name}.svg").write_text(draw(), "utf-8")
        print(f"wrote docs/pictures/{name}.svg", file=sys.stderr)


def top(reports: int = REPORTS) -> str:
    """Return what the screen shows of the example while it is used."""
    with used() as (server, _), Syntax() as syntax:
        stop = Stop(lambda _: None)
        with Looking(by_pid(server.pid), syntax, stop) as view:
            text = asyncio.run(drawn(view, stop, reports))
        view.check()
        return text


def report(seconds: int = RECORD_S) -> str:
    """Return what the report says of a recording of the example in use."""
    with used() as (server, folder):
        store = str(folder.parent / "app.db")
        fluxion("record", str(server.pid), "-o", store, "-d", f"{seconds}s")
        shown = fluxion("report", store).replace(store, "app.db")
        shown = shown.replace(str(folder.parent), "/home/you")
    paper = Console(
        record=True,
        width=WIDTH,
        file=io.StringIO(),
        force_terminal=True,
        highlight=False,
    )
    paper.print(Text(shown), soft_wrap=False)
    return tidy(paper.export_svg(title="fluxion report app.db"), "report")


def fluxion(*words: str) -> str:
    """Run one verb in the plainest terminal; return what it shows."""
    command = [sys.executable, "-m", "fluxion", *words]
    environment = {**os.environ, "COLUMNS": str(WIDTH), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        text=True,
        check=True,
    )
    return done.stdout


@contextlib.contextmanager
def used() -> Iterator[tuple[Running, Path]]:
    """Run a copy of the example, and be its users."""
    with tempfile.TemporaryDirectory() as name:
        place = prepare(Path(name))
        log = Path(name) / "server.log"
        with serving([node(), "server.js"], place, log) as server:
            users = threading.Thread(target=use, args=(place, server.url))
            users.start()
            yield server, place
        users.join()


def use(place: Path, url: str) -> None:
    """Be the server's users, until it ends."""
    with contextlib.suppress(FluxionError):
        drive(place, url, "--posts", str(POSTS))


def enough(view: Looking, reports: int) -> bool:
    """Tell whether it was looked at for so long, and something holds the loop up."""
    return view.reports >= reports and any(
        (line.cpu_ms or 0.0) > BUSY_MS for line in view.picture().lines
    )


async def drawn(view: Looking, stop: Stop, reports: int) -> str:
    """Draw without a terminal; return the screen once enough was told."""
    app = Top(view, stop)
    async with app.run_test(size=SIZE) as pilot:
        ends = asyncio.get_running_loop().time() + WITHIN_S
        while not enough(view, reports) and not view.ended.is_set():
            if asyncio.get_running_loop().time() > ends:
                raise FluxionError("the example told too little in its time")
            await asyncio.sleep(0.1)
        await pilot.pause(0.5)
        text = app.export_screenshot(title="fluxion top", simplify=True)
    return tidy(text, "top")


def tidy(text: str, name: str) -> str:
    """Let the same screen be the same file."""
    # Rich names its styles after a hash of all that is drawn.
    text = re.sub(r"terminal-\d+", f"terminal-{name}", text)
    text = re.sub(r"@font-face {.*?}", "", text, flags=re.DOTALL)  # from the network
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


if __name__ == "__main__":
    main()
