/* eslint-disable */
// Programs of which nothing is unknown: what they call reports, or is the language's own.
//// getters that report
class A { get x() { return this.n; } set x(v) { this.n = v; } } class B extends A {} var b = new B(); exports.f = function () { b.x = 1; b.x; const { x } = b; return { ...b }; }; exports.roots = () => ({ b });
//// the language's getters
var m = new Map([[1, 2]]), u = new Uint8Array(4), s = Symbol('t'), r = /a/g; exports.f = function () { return [m.size, u.length, u.byteLength, u.buffer.byteLength, s.description, r.flags, r.global, m.__proto__ === Map.prototype]; }; exports.roots = () => ({ m });
//// Node's getters
var http = require('http'), net = require('net'); var req = new http.IncomingMessage(new net.Socket()), res = new http.ServerResponse(req), url = new URL('http://a/b'); exports.f = function () { return [res.headersSent, res.writableEnded, res.writableFinished, res.destroyed, req.readable, req.destroyed, req.readableEnded, req.connection, req.socket.pending, req.socket.writable, req.socket.remoteAddress, req.headers, url.pathname, url.searchParams.size]; }; exports.roots = () => ({});
//// a bound function that reports
var o = { n: 0, add() { this.n++; } }; exports.f = function () { setTimeout(o.add.bind(o), 0); return Promise.resolve(1).then(o.add.bind(o)); }; exports.roots = () => ({ o });
//// reactions that report
var n = { n: 0 }; exports.f = function () { setTimeout(() => n.n++, 0); process.nextTick(() => n.n++); return Promise.all([1, Promise.resolve(2)]).then((x) => x, (e) => e).catch(() => 0).finally(() => n.n++); }; exports.roots = () => ({ n });
//// a promise and its executor
exports.f = function () { return new Promise((resolve) => setTimeout(resolve, 0)); }; exports.roots = () => ({});
//// a declared executor
function run(resolve) { resolve(1); } exports.f = function () { return new Promise(run); }; exports.roots = () => ({});
//// texts and numbers
class P { toString() { return 'p'; } } var p = new P(), d = new Date(0); exports.f = function () { return [String(p), String([1, [2]]), String({}), Number('1'), Math.max(1, d), [p, 1, [2]].join(), 'a,b'.split(','), 'ab'.split(/b/), 'ab'.replace(/a/g, 'c'), [3, 1].toString(), d.toJSON()]; }; exports.roots = () => ({});
//// arrays
var a = [3, 1, 2]; exports.f = function () { return [a.map((x) => x), a.filter(Boolean), a.slice(1), a.concat([1]), a.flat(), new Uint8Array([1]).map((x) => x), Array.from(new Set(a)), Array.of(1), new Map([[1, 2]]), Object.fromEntries([[1, 2]])]; }; exports.roots = () => ({ a });
//// generators and iterators that report
function* g() { yield 1; } var own = { [Symbol.iterator]() { let n = 0; return { next: () => ({ done: n++ > 2, value: n }) }; } }, held = { m: new Map(), [Symbol.iterator]() { return this.m.values(); } }; exports.f = function () { for (const x of own); for (const x of held); return [...g(), ...own, ...Array.from(g()), ...new Set(own)]; }; exports.roots = () => ({});
//// Buffers of the pool
var b = Buffer.from('one'), c = Buffer.from('two'); exports.f = function () { b[0] = 1; return c[0] + c.toString() + b.slice(1) + Buffer.concat([b, c]); }; exports.roots = () => ({});
//// accessors that nobody asks
var o = Object.defineProperty({}, 'x', { get: [].pop.bind([]) }); exports.f = function () { return [{ ...o }, Object.keys(o), Object.assign({}, o)]; }; exports.roots = () => ({ o });
//// settling with promises and values
exports.f = function () { return Promise.all([new Promise((resolve) => resolve(Promise.resolve({ then: 1 }))), Promise.resolve({})]); }; exports.roots = () => ({});
