"""An app whose callbacks take known shares of its CPU, and what it says of them itself.

In: a folder and what starts Node. Out: the app, at work until it is stopped. Of each
round 12 ms are spent after an `await`, 8 ms in a package below what `fs.readFile` calls
back, 4 ms in a timer of a file that esbuild made from TypeScript.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
import urllib.request
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

EVIL = "evil\x1b[31m\nname<img src=x>"
APP = """\
'use strict'
const http = require('http')
const fs = require('fs')
const heavy = require('heavy')
const { later } = require('./dist/later.js')
const spent = { ask: 0, reply: 0, later: 0 }
let kept = []

function spin (ms) {
  const end = performance.now() + ms
  let s = 0
  while (performance.now() < end) for (let i = 0; i < 20000; i++) s = (s * 31 + i) >>> 0
  return s
}

function timed (name, work) {
  const before = performance.now()
  work()
  spent[name] += performance.now() - before
}

async function ask () {
  await new Promise((resolve) => setTimeout(resolve, 1))
  timed('ask', () => spin(12))
}

function read (done) {
  fs.readFile(__filename, function reply () {
    timed('reply', () => heavy.crunch(8))
    done()
  })
}

async function round () {
  await ask()
  await new Promise((resolve) => read(resolve))
  await new Promise((resolve) => later((work) => timed('later', work), resolve))
}

function allocate (n) {
  kept = []
  for (let i = 0; i < n; i++) kept.push({ i, text: 'x' + i })
}

let rounds = false
async function turns () { while (rounds) await round() }
const evil = { EVIL () { spin(3) } }
const server = http.createServer(function handle (req, res) {
  const path = req.url.slice(1)
  if (path === 'round') return round().then(() => res.end('{}'))
  if (path === 'begin') { rounds = true; turns() }
  if (path === 'end') rounds = false
  if (path === 'allocate') allocate(20000)
  if (path === 'evil') setTimeout(Object.values(evil)[0], 1)
  if (path === 'leave') setTimeout(() => process.exit(0), 1)
  const listens = server.listeners('request').includes(handle)
  res.end(JSON.stringify({ spent, listens }))
})
server.listen(Number(process.argv[2]), '127.0.0.1')
"""
HEAVY = """\
'use strict'
exports.crunch = function crunch (ms) { return inner(ms / 2) + inner(ms / 2) }
function inner (ms) {
  const end = performance.now() + ms
  let s = 0
  while (performance.now() < end) for (let i = 0; i < 20000; i++) s = (s * 31 + i) >>> 0
  return s
}
"""
LATER = """\
type Timed = (work: () => void) => void;

function busy(ms: number): void {
  const end = performance.now() + ms;
  let s = 0;
  while (performance.now() < end) for (let i = 0; i < 20000; i++) s = (s * 31 + i) | 0;
}

export function later(timed: Timed, done: () => void): void {
  const tick = () => {
    timed(() => busy(4));
    done();
  };
  setTimeout(tick, 1);
}
"""


class Burning:
    """The app at work."""

    def __init__(self, folder: Path, spawn_node, port: int, node: Path | None) -> None:
        self.port, self.folder = port, folder
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._rounds)
        self.process = spawn_node(
            folder / "app.js",
            str(port),
            node=node,
            cwd=folder,
            flags=("--inspect-port=0",),
            port=port,
        )
        self.pid = self.process.pid

    def tell(self, path: str = "") -> dict[str, Any]:
        """Ask it for something; return what it says."""
        url = f"http://127.0.0.1:{self.port}/{path}"
        return json.loads(urllib.request.urlopen(url, timeout=30).read())

    def __enter__(self):
        """Have it do one round after the other, each for a request."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(30)

    def _rounds(self) -> None:
        while not self._over.is_set():
            with contextlib.suppress(OSError):
                self.tell("round")

    def spent(self) -> dict[str, float]:
        """Return how long its callbacks took, by its own clock."""
        return self.tell()["spent"]


def written(folder: Path) -> Path:
    """Write the app's files into a folder."""
    package = folder / "node_modules" / "heavy"
    package.mkdir(parents=True)
    (package / "index.js").write_text(HEAVY)
    (folder / "src").mkdir()
    (folder / "src" / "later.ts").write_text(LATER)
    app = APP.replace("EVIL", json.dumps(EVIL))
    (folder / "app.js").write_text(app)
    subprocess.run(
        [
            ROOT / "node_modules" / ".bin" / "esbuild",
            "src/later.ts",
            *("--minify-whitespace", "--sourcemap", "--format=cjs"),
            "--outfile=dist/later.js",
        ],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return folder
