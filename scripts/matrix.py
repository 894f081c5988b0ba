"""Write docs/matrix.md: what fluxion does with each Node.js and each way to start it.

In: the Nodes under tests/nodes. Out: a table in which every cell was run: a server is
started, asked without a pause, recorded, and looked at again afterwards. Progress on
stderr. `python scripts/matrix.py` writes the page, `--print` only shows it.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/matrix.md"
NODES = ("20", "22", "24", "26")
SECONDS = "5s"
WITHIN_S = 60
READ_ALL = "--allow-fs-read=*"

SERVER = """
const server = http.createServer(function answer(req, res) {
  res.end(String(work(2000)));
});
function work(n) { let s = 0; for (let i = 0; i < n; i += 1) s += i % 7; return s; }
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
"""
COMMONJS = "const http = require('node:http');\n" + SERVER
MODULE = "import http from 'node:http';\n" + SERVER
OWN_HANDLER = "process.on('SIGUSR1', () => {});\n" + COMMONJS
THREADS = (
    "const { Worker } = require('node:worker_threads');\n"
    "const source = 'setInterval(function tick() { return 1 + 1; }, 20)';\n"
    "new Worker(source, { eval: true });\n" + COMMONJS
)
CHILDREN = (
    "const { fork } = require('node:child_process');\n"
    "if (process.argv[2] === 'child') setInterval(function tick() { return 1; }, 20);\n"
    "else { const child = fork(__filename, ['child']);\n"
    "process.on('exit', () => child.kill());\n"
    "process.on('SIGTERM', () => process.exit(0));\n" + COMMONJS + "}\n"
)
CLUSTER = (
    "const cluster = require('node:cluster');\n"
    "if (cluster.isPrimary) {\n"
    "  cluster.fork().on('message', (port) => console.log(port));\n"
    "  process.on('SIGTERM', () => process.exit(0));\n"
    "} else {\n" + COMMONJS.replace("console.log(server", "process.send(server") + "}\n"
)


@dataclass(frozen=True, slots=True)
class Case:
    """One row: how the app is started and how it is recorded."""

    name: str
    source: str
    options: tuple[str, ...] | Mapping[int, tuple[str, ...]] = ()
    """Of Node; where they differ, by the first Node that knows them."""
    record: tuple[str, ...] = ()
    """Of `fluxion record`."""
    launched: bool = False
    isolates: int = 1
    """How many processes and threads the recording must hold."""


CASES = (
    Case("CommonJS, `record PID`", COMMONJS),
    Case("CommonJS, `record PID --mode watch`", COMMONJS, record=("--mode", "watch")),
    Case("ES modules, `record PID`", MODULE),
    Case("CommonJS, `record -- node app.js`", COMMONJS, launched=True),
    Case("ES modules, `record -- node app.mjs`", MODULE, launched=True),
    Case("worker threads", THREADS, isolates=2),
    Case("child processes", CHILDREN, isolates=2),
    Case("cluster", CLUSTER, isolates=2),
    Case("`--inspect=0`", COMMONJS, ("--inspect=0",)),
    Case("`--inspect-port=0`", COMMONJS, ("--inspect-port=0",)),
    Case("a SIGUSR1 handler of the app", OWN_HANDLER),
    Case("`--disable-sigusr1`", COMMONJS, {22: ("--disable-sigusr1",)}),
    Case(
        "the permission model",
        COMMONJS,
        {
            20: ("--experimental-permission", READ_ALL),
            22: ("--permission", READ_ALL),
            26: ("--permission", READ_ALL, "--allow-net"),
        },
    ),
    Case(
        "the permission model with `--allow-inspector`",
        COMMONJS,
        {26: ("--permission", READ_ALL, "--allow-net", "--allow-inspector")},
    ),
    Case("`--frozen-intrinsics`", COMMONJS, ("--frozen-intrinsics",)),
    Case(
        "`--disallow-code-generation-from-strings`",
        COMMONJS,
        ("--disallow-code-generation-from-strings",),
    ),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """What was seen of one case on one Node."""

    word: str
    note: str = ""
    """The reason, in fluxion's own words."""


def main(arguments: Sequence[str]) -> int:
    """Run every case on every Node; write the page."""
    seen: dict[tuple[str, str], Cell] = {}
    for case in CASES:
        for version in NODES:
            cell = run(case, version)
            seen[case.name, version] = cell
            print(f"Node {version}, {case.name}: {cell.word}", file=sys.stderr)
    text = page(seen)
    if "--print" in arguments:
        print(text, end="")
    else:
        PAGE.write_text(text, "utf-8")
    return 0


def run(case: Case, version: str) -> Cell:
    """Start the app on this Node and record it."""
    options = options_of(case, int(version))
    if options is None:
        return Cell("no such option")
    node = str(ROOT / f"tests/nodes/node_modules/node{version}/bin/node")
    with tempfile.TemporaryDirectory(prefix="fluxion-matrix-") as name:
        folder = Path(name)
        app = folder / ("app.mjs" if case.source.startswith("import") else "app.cjs")
        app.write_text(case.source, "utf-8")
        command = [node, *options, str(app)]
        if case.launched:
            return launched(case, command, folder)
        with started(command) as (process, port):
            return attached(case, process, port, folder)


def options_of(case: Case, version: int) -> tuple[str, ...] | None:
    """Return what this Node is started with, None when it knows no such option."""
    if isinstance(case.options, tuple):
        return case.options
    known = [first for first in case.options if first <= version]
    return case.options[max(known)] if known else None


def attached(
    case: Case, process: subprocess.Popen[str], port: int, folder: Path
) -> Cell:
    """Record a running server by its pid; afterwards it must be as it was."""
    with asked(port):
        code, told, words = record(case, folder, [str(process.pid)])
    if process.poll() is not None or not answers(port):
        return Cell("**broken**", "the app no longer answers")
    return judged(case, folder, code, told, words)


def launched(case: Case, command: list[str], folder: Path) -> Cell:
    """Record from the first line on; the server is asked from within."""
    ask = (
        "\nsetInterval(() => { if (server.listening) http.get({ port: "
        "server.address().port }, (res) => res.resume()).on('error', () => {}); }, 20);"
    )
    app = Path(command[-1])
    app.write_text(app.read_text("utf-8") + ask, "utf-8")
    return judged(case, folder, *record(case, folder, ["--", *command]))


def record(case: Case, folder: Path, target: list[str]) -> tuple[int, str, str]:
    """Return the exit code of one recording, its JSON and what it said."""
    options = ["-o", str(folder / "app.db"), "-d", SECONDS, "--json", *case.record]
    done = subprocess.run(
        [sys.executable, "-m", "fluxion", "record", *options, *target],
        capture_output=True,
        text=True,
        check=False,
        timeout=WITHIN_S,
    )
    return done.returncode, done.stdout, done.stderr


def judged(case: Case, folder: Path, code: int, told: str, words: str) -> Cell:
    """Say in a word what a recording came to; nothing seen is no success."""
    if code != 0:
        lines = [line for line in words.splitlines() if line.startswith("error: ")]
        reason = lines[-1].removeprefix("error: ") if lines else f"exit code {code}"
        return Cell("refused" if code == 3 else "**failed**", general(reason))
    shown = report(folder / "app.db")
    isolates = len(shown.get("isolates", [1]))
    if json.loads(told.splitlines()[-1])["events"] == 0:
        return Cell("**nothing seen**")
    if isolates < case.isolates:
        return Cell("in part", f"{isolates} of {case.isolates} isolates were seen")
    return Cell("works")


def report(store: Path) -> dict[str, list[object]]:
    """Return what `fluxion report` says of a store."""
    done = subprocess.run(
        [sys.executable, "-m", "fluxion", "report", str(store), "--json"],
        capture_output=True,
        text=True,
        check=True,
        timeout=WITHIN_S,
    )
    found = json.loads(done.stdout)
    return found if isinstance(found, dict) else {}


def general(reason: str) -> str:
    """Take the numbers of this one run out of a reason."""
    words = ["N" if word.strip(",:").isdigit() else word for word in reason.split()]
    return " ".join(words).replace("|", "\\|")


def page(seen: dict[tuple[str, str], Cell]) -> str:
    """Return the page's text."""
    lines = [
        "# What works on which Node.js",
        "",
        "Made by `scripts/matrix.py`, which runs every cell: a server is started",
        "with that Node.js, asked without a pause, recorded for five seconds, and must",
        "still answer afterwards. `works` means that callbacks were seen, in every",
        "process and thread that the row is about.",
        "",
        "| | " + " | ".join(f"Node {version}" for version in NODES) + " |",
        "| --- |" + " --- |" * len(NODES),
    ]
    notes: list[str] = []
    for case in CASES:
        cells: list[str] = []
        for version in NODES:
            cell = seen[case.name, version]
            if cell.note and cell.note not in notes:
                notes.append(cell.note)
            mark = f" ({notes.index(cell.note) + 1})" if cell.note else ""
            cells.append(cell.word + mark)
        lines.append(f"| {case.name} | " + " | ".join(cells) + " |")
    lines += ["", *(f"{number}. {note}" for number, note in enumerate(notes, 1))]
    return "\n".join(lines).rstrip() + "\n"


@contextlib.contextmanager
def started(command: list[str]) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run a server; it prints its port."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        yield process, int(process.stdout.readline() or 0)
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


@contextlib.contextmanager
def asked(port: int) -> Iterator[None]:
    """Ask a server without a pause meanwhile."""
    over = threading.Event()

    def ask() -> None:
        while not over.wait(0.02):
            answers(port)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def answers(port: int) -> bool:
    """Tell whether the server answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
