# ruff: noqa: E501 - the apps are JavaScript, one thought a line
from __future__ import annotations

import re

from tests.rewriter.emit.handmade import Spec, build
from tests.rewriter.runtime.apps import run, same

HEAVY = """
const http = require('http'), net = require('net')
const heavy = (ms, v) => { const end = Date.now() + ms; while (Date.now() < end); return v }
const get = (port, path, body) => new Promise((ok) => { const r = http.request({ host: '127.0.0.1', port, path, method: body ? 'POST' : 'GET' }, (s) => { let b = ''; s.on('data', (c) => { b += c }); s.on('end', () => ok(s.statusCode + ' ' + b)) }); r.on('error', (e) => ok(e.code)); r.end(body) })
const until = async (seen) => { for (let i = 0; i < 400 && !seen(); i++) await new Promise((ok) => setTimeout(ok, 10)) }
"""
SPEC = Spec("hot", "heavy", "heavy", arguments=("primitive", "primitive"), holds=("req", "res"))  # fmt: skip


def test_a_body_is_read_after_the_cut(node_version, tmp_path):
    ran = same(
        node_version,
        tmp_path,
        HEAVY
        + """
const s = http.createServer(function hot (req, res) {
  const v = heavy(60, req.url)
  const chunks = []; req.on('data', (c) => chunks.push(c)); req.on('end', () => res.end(v + Buffer.concat(chunks).length))
})
s.listen(0, '127.0.0.1', async () => { const { port } = s.address()
  console.log(await Promise.all([get(port, '/a', 'x'.repeat(3e6)), get(port, '/b', 'y'), get(port, '/c')])); s.close() })
""",
        SPEC,
        workers=2,
    )
    assert ran.moved == [3]


def test_an_idle_timeout_waits_for_the_remainder(node_version, tmp_path):
    ran = same(
        node_version,
        tmp_path,
        HEAVY
        + """
const log = []
const s = http.createServer(function hot (req, res) {
  req.socket.setTimeout(50, () => log.push('timeout ' + req.url)); res.on('close', () => log.push('close ' + req.url))
  const v = heavy(200, req.url); log.push('done ' + v)
  if (v === '/a') res.end(v); else setTimeout(() => res.end(v), 150)
})
s.listen(0, '127.0.0.1', async () => { const { port } = s.address()
  await get(port, '/a'); await until(() => log.length >= 2); await get(port, '/b'); await until(() => log.filter((l) => /close/.test(l)).length >= 2); console.log(log.join(', ')); s.close(); s.closeAllConnections() })
""",
        SPEC,
    )
    assert ran.moved == [2]


def test_a_reset_is_seen_after_the_remainder(node_version, tmp_path):
    ran = same(
        node_version,
        tmp_path,
        HEAVY
        + """
const log = []
const s = http.createServer(function hot (req, res) {
  for (const e of ['close', 'aborted', 'error']) req.on(e, () => log.push('req ' + e))
  res.on('close', () => log.push('res close')); req.socket.on('close', () => log.push('socket close'))
  const v = heavy(300, 1); log.push('done', req.destroyed, res.destroyed, req.socket.destroyed); res.end('x')
})
s.listen(0, '127.0.0.1', () => { const c = net.connect(s.address().port, '127.0.0.1', () => { c.write('GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'); setTimeout(() => c.resetAndDestroy(), 60) })
  until(() => log.includes('socket close')).then(() => { console.log(log.slice(0, 4).join(), log.includes('res close')); s.close() }) })
""",
        SPEC,
    )
    assert ran.moved == [1]


def test_light_routes_answer_while_a_heavy_one_is_away(node_version, tmp_path):
    app = tmp_path / "app.js"
    app.write_text(
        HEAVY
        + """
const s = http.createServer(function hot (req, res) { if (req.url === '/light') return res.end('light'); const v = heavy(400, req.url); res.end(v) })
s.listen(0, '127.0.0.1', async () => { const { port } = s.address(); await get(port, '/light'); const order = []
  await Promise.all([get(port, '/heavy').then(() => order.push('heavy')), new Promise((ok) => setTimeout(ok, 50)).then(() => get(port, '/light')).then(() => order.push('light'))])
  console.log(order.join()); s.close() })
"""
    )
    loader = build(app, SPEC)
    assert run(node_version, app).stdout == "heavy,light\n"
    compiled = run(node_version, app, "-r", str(loader))
    assert compiled.stdout == "light,heavy\n", compiled.stderr


def test_the_order_of_responses_is_told(node_version, tmp_path):
    app = tmp_path / "app.js"
    app.write_text(
        HEAVY
        + """
const s = http.createServer(function hot (req, res) { const v = heavy(5, req.url); res.end(v) })
s.listen(0, '127.0.0.1', () => { const c = net.connect(s.address().port, '127.0.0.1'); let b = ''; c.on('data', (d) => { b += d })
  c.on('connect', () => console.log(c.localPort)); c.on('end', () => s.close())
  c.write('GET /1 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\nGET /2 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\nGET /3 HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n') })
"""
    )
    loader = build(app, SPEC)
    order = tmp_path / "order"
    env = {"FLUXION_ORDER": str(order)}
    flags = [("-r", str(loader)), ("-r", str(loader.parent / "runtime/order.cjs"))]
    for flag in flags:
        order.write_text("")
        ran = run(node_version, app, *flag, env=env)
        port = ran.stdout.strip()
        assert re.fullmatch(r"\d+", port), ran.stderr
        assert order.read_text().split() == [f"{port}:{n}" for n in range(3)]


def test_a_request_in_the_same_packet_waits(node, tmp_path):
    ran = same(
        node,
        tmp_path,
        """
const http = require('http'), net = require('net')
let n = 0
function heavy (k) { let s = 0; for (let i = 0; i < 2e6; i++) s = (s + i * k) % 1000003; return s }
function hot (req, res) {
  if (req.url === '/n') { res.end('n=' + n); return }
  const v = heavy(5); n++; res.end('v' + v)
}
const server = http.createServer(hot).listen(0, '127.0.0.1', () => {
  const s = net.connect(server.address().port, '127.0.0.1')
  let all = ''
  s.on('data', (d) => { all += d }); s.on('close', () => { console.log(all.match(/[vn]=?\\d+/g).join()); server.close() })
  const get = (path, more = '') => `GET ${path} HTTP/1.1\\r\\nHost: x\\r\\n${more}\\r\\n`
  s.write(get('/a') + get('/n') + get('/a') + get('/a') + get('/n') + get('/n', 'Connection: close\\r\\n'))
})
""",
        Spec(
            "hot",
            call="heavy",
            callee="heavy",
            arguments=("primitive",),
            holds=("req", "res"),
        ),
    )
    assert ran.moved == [3]
