"""Draw docs/pictures/top.svg: what `fluxion top` shows of the bundled example.

In: the example, its own driver as the load. Out: the screen after a while of a real
run, as SVG. `python scripts/pictures.py` writes the picture, `--print` only shows it.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
import tempfile
import threading
from pathlib import Path

from agent.target import by_pid
from fluxion.example import drive, node, prepare, serving
from fluxion.looking import Looking
from fluxion.screen import Top
from fluxion.stop import Stop
from rewriter.syntax.client import Syntax
from store.errors import FluxionError

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs/pictures/top.svg"
SIZE = (100, 18)
REPORTS = 12
WITHIN_S = 90.0
POSTS = 60
BUSY_MS = 100.0


def main(*, shown: bool = False) -> None:
    """Write the picture, or print it."""
    text = top()
    if shown:
        print(text)
        return
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(text, "utf-8")
    print(f"wrote {PICTURE.relative_to(ROOT)}", file=sys.stderr)


def top(reports: int = REPORTS) -> str:
    """Return what the screen shows of the example while it is used."""
    with tempfile.TemporaryDirectory() as folder, Syntax() as syntax:
        place = prepare(Path(folder))
        log = Path(folder) / "server.log"
        stop = Stop(lambda _: None)
        with serving([node(), "server.js"], place, log) as server:
            users = threading.Thread(target=use, args=(place, server.url))
            users.start()
            with Looking(by_pid(server.pid), syntax, stop) as view:
                text = asyncio.run(drawn(view, stop, reports))
            view.check()
        users.join()
        return text


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
    # Rich names its styles after a hash of all that is drawn.
    text = re.sub(r"terminal-\d+", "terminal-top", text)
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


if __name__ == "__main__":
    main(shown="--print" in sys.argv[1:])
