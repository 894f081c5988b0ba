"""A small deterministic server, and wrong builds of it: each with one seeded fault.

In: a folder. Out: the app, a build of it whose loader replaces the source by a copy
with the fault, and the requests that were captured from it.
"""

from __future__ import annotations

import json
from pathlib import Path

from fluxion.build import Build, read_build, sha256_of
from fluxion.verify.play import Patience
from store.facts import CapturedRequest

QUICK = Patience(
    answer_s=5,
    quiet_s=0.4,
    silent_s=3,
    known_s=1.5,
    settle_s=0.25,
    files_s=0.06,
    apart_s=0,
)

APP = """\
'use strict'
const fs = require('fs')
const http = require('http')
const log = []
const listeners = []
let balance = 0
let served = 0
let last = ''
class Refused extends Error {}
function heavy (n) {
  let s = n
  for (let i = 0; i < 2e5; i++) s = (s * 31 + i) >>> 0
  return s
}
function later (ms) { return new Promise(resolve => setTimeout(resolve, ms)) }
async function body (req) {
  const parts = []
  for await (const part of req) parts.push(part)
  return Buffer.concat(parts)
}
const routes = {
  'GET /heavy': async (req, res, url) => {
    const n = Number(url.searchParams.get('n'))
    const value = heavy(n)
    served += 1
    res.setHeader('X-Served', String(served))
    const when = new Date(n * 1000)
    res.end(JSON.stringify({ n, value, when, raw: Buffer.from('ab') }))
  },
  'POST /log': async (req, res) => {
    const text = String(await body(req))
    log.push('a:' + text)
    log.push('b:' + text)
    fs.appendFileSync('log.txt', text + '\\n')
    res.end(JSON.stringify({ size: log.length }))
  },
  'GET /log': async (req, res) => {
    res.setHeader('Content-Type', 'text/plain; charset=utf-8')
    res.setHeader('X-Size', String(log.length))
    res.end(log.join('\\n') + '\\nend \\u00e9')
  },
  'POST /pay': async (req, res) => {
    const amount = Number(await body(req))
    const before = balance
    balance = before + amount
    res.end(JSON.stringify({ before, after: balance }))
  },
  'GET /balance': async (req, res) => { res.end(String(balance)) },
  'GET /stream': async (req, res) => {
    for (const part of ['one ', 'two ', 'three ', 'four ']) {
      res.write(part)
      await later(1)
    }
    res.end('five')
  },
  'GET /fails': async () => { throw new Refused('no such thing: 42') },
  'POST /upload': async (req, res) => {
    const data = await body(req)
    fs.writeFileSync('upload.bin', data)
    res.statusCode = 201
    res.end('stored ' + data.length)
  },
  'GET /echo': async (req, res, url) => {
    const text = url.searchParams.get('t')
    last = text
    await later(2)
    res.end(text)
  },
  'GET /live': async (req, res) => { res.write('hello\\n'); listeners.push(res) },
  'POST /say': async (req, res) => {
    const text = String(await body(req))
    listeners.forEach(l => l.write('said ' + text + '\\n'))
    res.end('to ' + 'all')
  }
}
const server = http.createServer(async (req, res) => {
  res.sendDate = false
  const url = new URL(req.url, 'http://localhost')
  try {
    await routes[req.method + ' ' + url.pathname](req, res, url)
  } catch (error) {
    res.statusCode = 500
    res.end(error.constructor.name + ': ' + error.message)
  }
})
server.listen(process.env.PORT)
"""

LOADER = """\
'use strict'
const fs = require('fs')
const Module = require('module')
const { files } = JSON.parse(fs.readFileSync(__dirname + '/manifest.json', 'utf8'))
const compile = Module.prototype._compile
Module.prototype._compile = function (text, name) {
  const found = files.find(f => f.path === name)
  if (found) text = fs.readFileSync(__dirname + '/' + found.overlay, 'utf8')
  return compile.call(this, text, name)
}
require('./runtime/order.cjs')
"""

ORDER = """\
'use strict'
const fs = require('fs')
const http = require('http')
const counts = new WeakMap()
const emit = http.Server.prototype.emit
http.Server.prototype.emit = function (event, req, res) {
  if (event === 'request') {
    const index = counts.get(req.socket) || 0
    counts.set(req.socket, index + 1)
    const key = `${req.socket.remotePort}:${index}`
    const end = res.end
    res.end = function () {
      fs.appendFileSync(process.env.FLUXION_ORDER, key + '\\n')
      return end.apply(this, arguments)
    }
  }
  return emit.apply(this, arguments)
}
"""

LOGS = "log.push('a:' + text)\n    log.push('b:' + text)\n"
PAYS = "const before = balance\n    balance = before + amount\n"
SAYS = "listeners.forEach(l => l.write('said ' + text + '\\\\n'))"

WRONG: dict[str, tuple[str, str]] = {
    "log entry lost": (LOGS, "log.push('a:' + text)\n"),
    "log entries reordered": (LOGS, "log.push('b:' + text)\n log.push('a:' + text)\n"),
    "log entry twice": (LOGS, LOGS + "log.push('b:' + text)\n"),
    "stale replica": ("log.join(", "log.slice(0, -2).join("),
    "stale counter": ("res.end(String(balance))", "res.end('0')"),
    "Buffer flattened": ("raw: Buffer.from('ab')", "raw: new Uint8Array([97, 98])"),
    "Date flattened": ("new Date(n * 1000)", "n * 1000"),
    "error class lost": ("throw new Refused(", "throw new Error("),
    "error message changed": ("no such thing: 42", "no such thing: 24"),
    "error swallowed": (
        "async () => { throw new Refused('no such thing: 42') }",
        "async (req, res) => { res.end() }",
    ),
    "header dropped": ("res.setHeader('X-Served', String(served))", ""),
    "header in other case": ("'X-Served'", "'x-served'"),
    "header order changed": (
        "res.setHeader('X-Size'",
        (
            "res.removeHeader('Content-Type'); "
            "res.setHeader('X-Size', String(log.length)); "
            "res.setHeader('Content-Type', 'text/plain; charset=utf-8'); void ('X-Size'"
        ),
    ),
    "charset changed": ("charset=utf-8", "charset=UTF-8"),
    "wrong status": ("res.statusCode = 201", "res.statusCode = 200"),
    "body cut by a byte": ("'\\\\nend \\\\u00e9')", "'\\\\nend ')"),
    "chunk missing": ("'two ', ", ""),
    "stream ends early": (
        "res.end('five')",
        "res.write('five'); setImmediate(() => res.socket.destroy())",
    ),
    "side effect in a file twice": (
        "fs.appendFileSync('log.txt', text + '\\\\n')",
        "fs.appendFileSync('log.txt', text + '\\\\n' + text + '\\\\n')",
    ),
    "file not written": ("fs.writeFileSync('upload.bin', data)", ""),
    "content-length too long": (
        "res.end('stored ' + data.length)",
        "res.setHeader('Content-Length', 99); res.end('stored ' + data.length)",
    ),
    "counter off by one": ("let served = 0", "let served = 1"),
    "answer of the request before": (
        "last = text\n    await later(2)\n    res.end(text)",
        "await later(2)\n    res.end(last)\n    last = text",
    ),
    "nobody is told": (SAYS, ""),
    "undefined for a number": ("n, value,", "n, value: String(value),"),
}
"""Faults that one request after another shows."""

WRONG_TOGETHER: dict[str, tuple[str, str]] = {
    "lost update": (
        PAYS,
        "const before = balance\n    await later(15)\n    balance = before + amount\n",
    ),
    "answers swapped between two connections": (
        "await later(2)\n    res.end(text)",
        "await later(2)\n    res.end(last)",
    ),
    "two log entries torn apart": (
        LOGS,
        "log.push('a:' + text)\n    await later(15)\n    log.push('b:' + text)\n",
    ),
    "told in another order": (
        SAYS,
        (
            "globalThis.told = (globalThis.told || 0) + 1\n"
            f"    setTimeout(() => {SAYS}, 40 - 10 * (globalThis.told % 4))"
        ),
    ),
    "race that needs company": (
        "const before = balance\n",
        (
            "globalThis.inside = (globalThis.inside || 0) + 1\n    await later(15)\n"
            "    const crowd = globalThis.inside--\n"
            "    const before = balance - (crowd > 1 ? 1 : 0)\n"
        ),
    ),
}
"""Faults that only show when requests meet."""


def asked(*lines: str) -> tuple[CapturedRequest, ...]:
    """Return captured requests from lines such as ``POST /pay 5``."""
    found = []
    for number, line in enumerate(lines, 1):
        method, path, *rest = line.split(" ", 2)
        body = rest[0].encode() if rest else b""
        headers = [("Host", "app.test:8080"), ("User-Agent", "seeded")]
        if body:
            headers.append(("Content-Length", str(len(body))))
        found.append(
            CapturedRequest(
                number, number, 1, method, path, tuple(headers), body, redacted=False
            )
        )
    return tuple(found)


REQUESTS = asked(
    "GET /live",
    "GET /heavy?n=7",
    "POST /log first entry",
    "POST /pay 5",
    "GET /log",
    "GET /balance",
    "POST /say good morning",
    "POST /say good night",
    "GET /stream",
    "GET /fails",
    "GET /echo?t=one",
    "GET /echo?t=two",
    "POST /upload some bytes",
    "POST /pay 7",
    "POST /log second entry",
    "GET /balance",
    "GET /heavy?n=9",
)


def make_build(folder: Path, old: str = "", new: str = "") -> Build:
    """Write the app and a build of it in which ``old`` was replaced by ``new``."""
    app = folder / "app"
    app.mkdir()
    source = app / "server.js"
    source.write_text(APP)
    (app / "package.json").write_text("{}")
    old, new = (text.replace("\\\\", "\\") for text in (old, new))
    assert old in APP, "the fault does not apply"
    build = folder / "build"
    (build / "overlay").mkdir(parents=True)
    (build / "runtime").mkdir()
    (build / "overlay/server.js").write_text(APP.replace(old, new, 1) if old else APP)
    (build / "loader.cjs").write_text(LOADER)
    (build / "runtime/order.cjs").write_text(ORDER)
    file = {
        "path": str(source),
        "sha256": sha256_of(source),
        "overlay": "overlay/server.js",
        "map": "",
    }
    manifest = {
        "version": 1,
        "entry": {
            "argv": ["node", str(source)],
            "exec_argv": [],
            "cwd": str(app),
            "env_names": ["PORT"],
            "ports": [8080],
        },
        "files": [file],
        "slices": [],
        "fluxions": [{"id": "heavy"}],
        "workers": 1,
    }
    (build / "manifest.json").write_text(json.dumps(manifest))
    return read_build(build)
