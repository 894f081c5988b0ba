# ruff: noqa: E501 - the apps are JavaScript, one thought a line
from __future__ import annotations

from tests.rewriter.emit.handmade import Spec
from tests.rewriter.runtime.apps import same


def spec(*modes, **more):
    return Spec("hot", call="heavy", callee="heavy", arguments=modes, **more)


def test_values_arrive_as_they_left(node_version, tmp_path):
    ran = same(
        node_version,
        tmp_path,
        """
const { inspect } = require('util')
const heavy = (v) => ({ v, seen: [typeof v, Object.prototype.toString.call(v), v instanceof Object] })
function hot (v) { const r = heavy(v); console.log(inspect(r, { depth: 9, showHidden: true }), r.v === v) }
const cycle = { a: [1, , 3], u: undefined }; cycle.self = cycle; cycle.shared = [cycle.a, cycle.a]
const bare = Object.assign(Object.create(null), { k: 1, __proto: 2 })
const error = Object.assign(new RangeError('r', { cause: { deep: 1 } }), { code: 'E', status: 4 }); error.stack = 'given'
const matched = /a(b)/.exec('xab'); const re = /x/gy; re.lastIndex = 2
const values = [1, -0, NaN, 2n ** 70n, 'a\\ud800b', null, undefined, true, cycle, bare, error, matched, re,
  new Map([[cycle, new Set([1, bare])]]), new Date(5), new Date(NaN), Buffer.from('buffer'), new Float32Array([1.5]), new DataView(new ArrayBuffer(3)),
  Object.freeze({ f: [1] }), [Object.freeze([1])], Array.from({ length: 200 }, (_, i) => i), JSON.parse('{"__proto__": 1, "2": 1, "1": 2}')]
values.forEach((v, i) => setTimeout(hot, 1 + i, v))
""",
        spec("readonly"),
    )
    assert ran.moved == [23], ran.reasons


def test_results_arrive_as_they_left(node_version, tmp_path):
    ran = same(
        node_version,
        tmp_path,
        """
const { inspect } = require('util')
const make = [() => Buffer.from('pooled'), () => Object.assign(Object.create(null), { a: Buffer.alloc(3) }), () => Object.assign(new TypeError('t'), { code: 1 }).code,
  () => { const a = []; a.push(a, { a }); a.extra = 1; return a }, () => /x/.exec('axb'), () => new Map([[{}, new Date(3)]]), () => Object.freeze({ a: 1 }), () => new Uint16Array([1, 2]),
  () => { throw Object.assign(new SyntaxError('s'), { status: 400, inner: new URIError('u') }) }, () => { throw 7 }, () => { throw { plain: 1 } }]
const heavy = (i) => make[i]()
function hot (i) { try { console.log(inspect(heavy(i), { showHidden: true, depth: 9 })) } catch (e) { console.log(inspect(e, { depth: 9 }), Object.keys(e)) } }
make.forEach((_, i) => setTimeout(hot, 1 + i, i))
""",
        spec("primitive", keep=("make",)),
    )
    assert ran.moved == [11], ran.reasons
    assert ran.counters[0]["aborted"] == 0


def test_what_clone_would_flatten_stays_on_main(node_version, tmp_path):
    ran = same(
        node_version,
        tmp_path,
        """
const heavy = (v) => String(Object.prototype.toString.call(v))
function hot (v) { const r = heavy(v); console.log(r) }
class P { constructor () { this.x = 1 } }
class A extends Array {}
let touched = 0
const values = [new P(), new A(), new URL('http://x/'), { get g () { return ++touched } }, { [Symbol('s')]: 1 }, Object.seal({ a: 1 }),
  new Proxy({}, { getPrototypeOf () { touched++; return null }, ownKeys () { touched++; return [] } }), () => 1, Symbol('x'), new (class E2 extends Error {})('e'),
  Object.defineProperty({}, 'hidden', { value: 1 }), Promise.resolve(1), new WeakMap(), (function () { return arguments })(1), new SharedArrayBuffer(2), [[{ deep: new P() }]],
  Object.assign(new Map(), { extra: 1 }), Object.assign(new Uint8Array(100), { extra: 1 }), Object.assign(new Uint8Array(3), { extra: 1 }), Object.defineProperty(new Error('x'), 'g', { get () { touched++ } }), new Number(3), process, globalThis]
values.forEach((v, i) => setTimeout(hot, 1 + i, v))
setTimeout(() => console.log('touched', touched), 500)
""",
        spec("value"),
    )
    assert ran.moved == [0], ran.reasons
    assert ran.counters[0]["fell_back"] == 23


def test_writes_through_arguments_come_back_in_place(node_version, tmp_path):
    ran = same(
        node_version,
        tmp_path,
        """
const { inspect } = require('util')
function heavy (o, extra) {
  o.list.sort(); o.list.push(o.other); delete o.gone; o.made = { back: o, of: o.list }; o.map.set('k', o.other).delete('old'); o.set.clear(); o.set.add(o)
  o.bytes.fill(7); o.date.setTime(9); o.re.lastIndex = 3; o.holes.length = 1; o.nested.deep.er.value = extra; Object.freeze(o.cold)
  return [o.other, o.list, extra]
}
function hot (o, extra, seen) {
  const before = { ...o }
  const r = heavy(o, extra)
  console.log(inspect(o, { depth: 9, showHidden: true }))
  console.log(o.list === before.list, o.list[3] === o.other, o.made.back === o, o.made.of === before.list, o.map === before.map, o.map.get('k') === o.other, [...o.set][0] === o,
    r[0] === before.other, r[1] === o.list, r[2] === extra, o.nested.deep.er.value === extra, o.nested === before.nested, seen.every((x) => x === o.list), Object.isFrozen(o.cold), o.cold === before.cold)
}
const o = { list: [3, 1, 2], other: { n: 1 }, gone: 1, map: new Map([['old', 1]]), set: new Set([1]), bytes: Buffer.from('abc'), date: new Date(1), re: /x/g, holes: [1, , 3], nested: { deep: { er: { value: 0 } } }, cold: { a: 1 } }
setTimeout(hot, 1, o, { extra: true }, [o.list])
""",
        spec("value", "readonly"),
    )
    assert ran.moved == [1], ran.reasons


def test_a_dead_argument_is_not_written_back(node_version, tmp_path):
    ran = same(
        node_version,
        tmp_path,
        """
function heavy (o) { o.done = true; o.list.reverse(); return o }
function hot (n) { const r = heavy({ n, list: [1, 2] }); console.log(r) }
setTimeout(hot, 1, 4)
""",
        spec("dead"),
    )
    assert ran.moved == [1]


def test_a_projected_argument_sends_only_what_is_read(node_version, tmp_path):
    ran = same(
        node_version,
        tmp_path,
        """
const heavy = (o) => (o.a || 'none') + o.b.length
function hot (o) { const r = heavy(o); console.log(r) }
class Big { constructor (a) { if (a) this.a = a; this.b = 'text'; this.socket = process; this.f = () => 1 } }
setTimeout(hot, 1, new Big('x')); setTimeout(hot, 2, new Big()); setTimeout(hot, 3, { get a () { return 'got' }, b: '' })
""",
        spec("project:a,b"),
    )
    assert ran.moved == [2]
    assert ran.reasons == {"a projected getter": 1}


def test_a_primitive_argument_may_be_no_object(node, tmp_path):
    ran = same(
        node,
        tmp_path,
        "const heavy = (o) => String(o)\n"
        "function hot (o) { const r = heavy(o); console.log(r) }\n"
        "setTimeout(hot, 1, 'a'); setTimeout(hot, 2, null); setTimeout(hot, 3, [1])\n",
        spec("primitive"),
    )
    assert ran.moved == [2]
    assert ran.reasons == {"an object where none was planned": 1}


def test_deep_graphs_travel(node, tmp_path):
    ran = same(
        node,
        tmp_path,
        """
const heavy = (o) => { let n = 0; while (o) { n++; o = o.next } return n }
function hot (o) { const r = heavy(o); console.log(r) }
let deep = null; for (let i = 0; i < 2000; i++) deep = { next: deep }
setTimeout(hot, 1, deep)
""",
        spec("readonly"),
    )
    assert ran.moved == [1]


def test_values_are_those_of_the_moment_of_the_call(node_version, tmp_path):
    ran = same(
        node_version,
        tmp_path,
        """
const heavy = (o) => JSON.stringify(o)
function outer (o) { hot(o, 'x'); }
function hot (o) { const r = heavy(o); console.log(r) }
const o = { n: 1 }
setTimeout(() => outer({ n: 2 }), 1)
""",
        spec("readonly"),
    )
    assert ran.moved == [1]
