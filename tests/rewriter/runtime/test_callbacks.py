# ruff: noqa: E501 - the apps are JavaScript, one thought a line
from __future__ import annotations

from tests.rewriter.emit.handmade import Spec
from tests.rewriter.runtime.apps import same


def delegate(*modes, **more):
    more = {"callee": "heavy", **more}
    return Spec("hot", call="heavy", arguments=modes, shape="delegate", **more)


def test_calls_of_a_handed_over_function_happen_in_order(node_version, tmp_path):
    ran = same(
        node_version,
        tmp_path,
        """
function heavy (n, opts, cb) {
  if (n === 0) return cb(Object.assign(new TypeError('zero'), { code: 'E0' }))
  const a = [n]
  cb(null, 'sync', a); a.push('later'); cb(null, 'twice', a, opts)
}
function hot (n, opts) {
  const log = []
  heavy(n, opts, function done (err, kind, a, o) { log.push(err ? err.code + err.message + err.name : kind, a && a.length, o === opts) })
  log.push('after')
  console.log(n, JSON.stringify(log))
}
[1, 0, 2].forEach((n, i) => setTimeout(hot, 1 + 60 * i, n, { o: 1 }))
""",
        delegate("primitive", "readonly", "callback"),
    )
    assert ran.moved == [3]


def test_a_callback_may_come_later(node_version, tmp_path):
    ran = same(
        node_version,
        tmp_path,
        """
const zlib = require('zlib')
const { AsyncLocalStorage } = require('async_hooks')
const als = new AsyncLocalStorage()
function heavy (text, cb) { zlib.deflate(text, (err, data) => { if (err) return cb(err); zlib.inflate(data, (e, back) => cb(e, data, back)) }) }
function hot (text) {
  heavy(text, (err, data, back) => { console.log(err, Buffer.isBuffer(data), back.toString(), als.getStore()); if (text === 'b') throw new Error('in callback') })
  console.log('returned', text)
}
process.on('uncaughtException', (e) => console.log('uncaught', e.message))
setTimeout(() => als.run('store', hot, 'a'), 1); setTimeout(hot, 300, 'b'); setTimeout(hot, 600, 'c')
""",
        delegate("primitive", "callback", keep=("zlib",), builtins=("zlib",)),
    )
    assert ran.moved == [3]


def test_a_throw_of_the_callback_enters_the_host(node_version, tmp_path):
    ran = same(
        node_version,
        tmp_path,
        """
function heavy (n, cb) { cb(n); }
function hot (n) { try { heavy(n, (v) => { throw new RangeError('cb ' + v) }) } catch (e) { console.log('caught', e.name, e.message) } console.log('end') }
setTimeout(hot, 1, 1)
""",
        delegate("primitive", "callback"),
    )
    assert ran.moved == [1]


def callback(host, **more):
    return Spec(host, shape="callback", **more)


PAPER = """
const http = require('http')
function bodyParser (limit) {
  return function saveBody (req, res, next) {
    const chunks = []
    req.on('data', (c) => chunks.push(c))
    req.on('end', () => finish(Buffer.concat(chunks).length > limit ? new RangeError('too big') : null, Buffer.concat(chunks), K))
    const K = function keep (err, buffer) {
      if (err) return next(err)
      req.body = buffer
      next()
    }
  }
}
function finish (err, buffer, k) { k(err, buffer) }
const parse = bodyParser(10)
const server = http.createServer((req, res) => parse(req, res, (err) => {
  res.statusCode = err ? 413 : 200
  res.end(err ? err.message + (err instanceof RangeError) : String(Buffer.isBuffer(req.body)) + req.body)
}))
const post = (body) => new Promise((ok) => { const r = http.request({ host: '127.0.0.1', port: server.address().port, method: 'POST' }, (s) => { let b = ''; s.on('data', (c) => { b += c }); s.on('end', () => ok(s.statusCode + b)) }); r.end(body) })
server.listen(0, '127.0.0.1', async () => { console.log(await post('hello'), await post('far too long for it'), await post('')); server.close() })
"""


def test_a_whole_callback_runs_on_recorders(node_version, tmp_path):
    ran = same(
        node_version,
        tmp_path,
        PAPER,
        callback(
            "keep",
            arguments=("readonly", "readonly"),
            captures=(("req", "handle"), ("next", "handle")),
            holds=("req",),
        ),
    )
    assert ran.moved == [3], ran.reasons
    assert ran.counters[0]["aborted"] == 0


def test_chains_reads_and_constants_of_a_callback(node_version, tmp_path):
    ran = same(
        node_version,
        tmp_path,
        """
const render = (t, k) => t.toUpperCase() + k
const factor = 3
class Res { constructor () { this.log = []; this.req = { url: '/u', headers: { a: 'b' } } } status (c) { this.log.push(c); return this } set (k, v) { this.log.push(k, v); return this } send (b) { this.log.push(b); return this } }
function make (res) {
  return function answer (text) {
    res.status(200).set('x', render(text, factor)).send({ url: res.url, h: res.headers })
    res.done = true
    if (text === 'bad') throw new TypeError('bad text')
  }
}
process.on('uncaughtException', (e) => console.log(e.message, e.stack.split('\\n').slice(0, 3).join('|')))
for (const text of ['ok', 'bad']) setTimeout(() => { const res = Object.assign(new Res(), { url: '/u', headers: { a: 'b' } }); setTimeout(make(res), 1, text); setTimeout(() => console.log(JSON.stringify(res.log), res.done), 400) }, 1)
""",
        callback(
            "answer",
            arguments=("primitive",),
            captures=(("res", "handle"), ("factor", "constant")),
            snapshot=("res.url", "res.headers"),
            keep=("render",),
        ),
    )
    assert ran.moved == [2], ran.reasons


def test_what_a_recorder_cannot_do_runs_on_main(node_version, tmp_path):
    ran = same(
        node_version,
        tmp_path,
        """
function make (out) {
  return function answer (n) { const o = { n }; out.push(o); o.n++; out.push(new Map([[n, o]])) }
}
for (const n of [1, 2]) setTimeout(() => { const out = []; setTimeout(make(out), 1, n); setTimeout(() => console.log(out), 300) }, 1)
""",
        callback("answer", arguments=("primitive",), captures=(("out", "handle"),)),
    )
    assert ran.counters[0]["aborted"] == 2
    assert ran.reasons == {"a logged value was changed later": 2}
