"""How fast sources are parsed, rewritten, and read back: `make bench TOPIC=parsing`.

In: the packages that the tests install. Out: megabytes of source for each second of
CPU, of Python and the parser's process together, start of the process included.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rewriter.scopes import analyse
from rewriter.syntax.cache import Cache
from rewriter.syntax.client import Syntax
from rewriter.syntax.tree import Kind, Tree
from rewriter.trace import rewrite
from store.facts import FunctionSource, Rewrite

ROOT = Path(__file__).parent.parent
FOLDERS = (ROOT / "tests/apps/node_modules", ROOT / "node_modules")
LARGEST = 300_000
"""Characters; a bigger file is not rewritten as a whole."""
GOALS = {
    "cold_parsed_mb_per_s": 1.0,
    "cold_rewritten_mb_per_s": 0.5,
    "from_memory_mb_per_s": 20.0,
    "from_disk_mb_per_s": 20.0,
}
KINDS: tuple[Kind, ...] = ("commonjs", "module")
Work = Callable[[Syntax, str, Kind], bool]


def parsed(syntax: Syntax, text: str, kind: Kind) -> bool:
    return isinstance(syntax.try_parse(text, kind), Tree)


def analysed(syntax: Syntax, text: str, kind: Kind) -> bool:
    tree = syntax.try_parse(text, kind)
    return isinstance(tree, Tree) and bool(analyse(tree).all)


def rewritten(syntax: Syntax, text: str, kind: Kind) -> bool:
    source = FunctionSource(1, "x.js", text, 0, "load", kind == "module")
    return isinstance(rewrite(syntax, source), Rewrite)


def texts(share: int) -> list[str]:
    """Every so manieth file that is different from all others."""
    files = sorted(
        file
        for folder in FOLDERS
        for file in folder.rglob("*.*js")
        if file.suffix in {".js", ".cjs", ".mjs"} and file.is_file()
    )
    found = dict.fromkeys(file.read_text("utf-8", "replace") for file in files)
    return [text for text in list(found)[::share] if len(text) <= LARGEST]


def cpu() -> float:
    """CPU seconds of this process and of those that it started and that ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def rate(sources: list[str], open_syntax: Callable[[], Syntax], work: Work) -> float:
    """Megabytes a CPU second; the files that are rewritten, analysed or parsed."""
    done, began = 0, cpu()
    with open_syntax() as syntax:
        for text in sources:
            if any(work(syntax, text, kind) for kind in KINDS):
                done += len(text.encode())
    return done / 1e6 / (cpu() - began)


def again(sources: list[str]) -> float:
    """Megabytes a CPU second of what is still in memory."""
    with Syntax(keep=sys.maxsize) as syntax:
        for text in sources:
            any(parsed(syntax, text, kind) for kind in KINDS)
        began = cpu()
        for text in sources:
            any(parsed(syntax, text, kind) for kind in KINDS)
        spent = cpu() - began
    return sum(len(text.encode()) for text in sources) / 1e6 / spent


def syntax() -> dict[str, Any]:
    """Measure, in several rounds; report the middle one."""
    quick = bool(os.environ.get("QUICK"))
    sources = texts(16 if quick else 4)
    figures: dict[str, list[float]] = {name: [] for name in GOALS}
    for _ in range(1 if quick else 3):
        figures["cold_parsed_mb_per_s"].append(rate(sources, Syntax, analysed))
        figures["cold_rewritten_mb_per_s"].append(rate(sources, Syntax, rewritten))
        figures["from_memory_mb_per_s"].append(again(sources))
        with tempfile.TemporaryDirectory() as folder:

            def kept(folder: str = folder) -> Syntax:
                return Syntax(cache=Cache(Path(folder), b"benchmark"))

            rate(sources, kept, parsed)
            figures["from_disk_mb_per_s"].append(rate(sources, kept, parsed))
    told = {name: round(statistics.median(rates), 2) for name, rates in figures.items()}
    missed = [name for name, goal in GOALS.items() if told[name] < goal]
    size = sum(len(text.encode()) for text in sources)
    return {**told, "files": len(sources), "mb": round(size / 1e6, 1), "missed": missed}


def main() -> int:
    result = syntax()
    print(json.dumps(result))
    return 1 if result["missed"] else 0


if __name__ == "__main__":
    sys.exit(main())
