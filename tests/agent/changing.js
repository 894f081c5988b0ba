/* eslint-disable */
// Programs whose change nobody but a built-in, a bound or an unrewritten function makes.
// `//// name` begins one; those of `//// + name` must be told without anything unknown.
//// bound getter
var a = [1, 2], o = {}; Object.defineProperty(o, 'x', { get: a.pop.bind(a) }); exports.f = function () { return o.x; }; exports.roots = () => ({ a, o });
//// bound setter
var a = [1], o = {}; Object.defineProperty(o, 'x', { set: a.push.bind(a) }); exports.f = function () { o.x = 5; }; exports.roots = () => ({ a, o });
//// inherited getter made from text
var o = { n: 0 }; var p = Object.create(o); Object.defineProperty(o, 'x', { get: new Function('o', 'return () => o.n++')(o) }); exports.f = function () { return p.x; }; exports.roots = () => ({ o });
//// getter of a local
var a = [1]; exports.f = function () { const o = Object.defineProperty({}, 'x', { get: a.pop.bind(a) }); return o.x; }; exports.roots = () => ({ a });
//// getter of a pattern
var a = [1], o = {}; Object.defineProperty(o, 'x', { get: a.pop.bind(a) }); exports.f = function () { const { x } = o; return x; }; exports.roots = () => ({ a });
//// getter of a spread
var a = [1], o = {}; Object.defineProperty(o, 'x', { enumerable: true, get: a.pop.bind(a) }); exports.f = function () { return { ...o }; }; exports.roots = () => ({ a });
//// getter of a rest
var a = [1], o = { y: 1 }; Object.defineProperty(o, 'x', { enumerable: true, get: a.pop.bind(a) }); exports.f = function () { const { y, ...rest } = o; return rest; }; exports.roots = () => ({ a });
//// getter of Object.values
var a = [1], o = {}; Object.defineProperty(o, 'x', { enumerable: true, get: a.pop.bind(a) }); exports.f = function () { return Object.values(o); }; exports.roots = () => ({ a });
//// getter of Object.assign
var a = [1], o = {}; Object.defineProperty(o, 'x', { enumerable: true, get: a.pop.bind(a) }); exports.f = function () { return Object.assign({}, o); }; exports.roots = () => ({ a });
//// setter of Object.assign
var a = [], o = {}; Object.defineProperty(o, 'x', { set: a.push.bind(a) }); exports.f = function () { Object.assign(o, { x: 3 }); }; exports.roots = () => ({ a, o });
//// getter of Reflect.get
var a = [1], o = {}; Object.defineProperty(o, 'x', { get: a.pop.bind(a) }); exports.f = function () { return Reflect.get(o, 'x'); }; exports.roots = () => ({ a });
//// getter of all strings
var a = [1]; exports.prep = () => { Object.defineProperty(String.prototype, 'last', { configurable: true, get: a.pop.bind(a) }); }; exports.f = function () { const got = 'abc'.last; delete String.prototype.last; return got; }; exports.roots = () => ({ a });
//// proxy above
var a = [], o = Object.create(new Proxy({}, { get: a.push.bind(a) })); exports.f = function () { return o.zip; }; exports.roots = () => ({ a });
//// setter of a stream
var { Writable } = require('stream'); var w = new Writable({ write() {} }); exports.f = function () { w.writable = false; }; exports.roots = () => ({ s: w._writableState, n: [w.writable] });
//// + headers
var { IncomingMessage } = require('http'); var req = new IncomingMessage(null); req.rawHeaders.push('A', 'b'); exports.f = function () { return req.headers; }; exports.roots = () => ({ req });
//// + headers, set
var { IncomingMessage } = require('http'); var req = new IncomingMessage(null); exports.f = function () { req.headers = { a: 1 }; }; exports.roots = () => ({ req });
//// reaction
var a = []; exports.f = function () { return Promise.resolve(4).then(a.push.bind(a)); }; exports.roots = () => ({ a });
//// rejection
var a = []; exports.f = function () { return Promise.reject(4).catch(a.push.bind(a)); }; exports.roots = () => ({ a });
//// finally
var a = [1]; exports.f = function () { return Promise.resolve(4).finally(a.pop.bind(a)); }; exports.roots = () => ({ a });
//// timer
var a = []; exports.f = function () { setTimeout(a.push.bind(a), 0, 9); }; exports.roots = () => ({ a });
//// immediate
var a = []; exports.f = function () { setImmediate(a.push.bind(a), 9); }; exports.roots = () => ({ a });
//// microtask
var a = [1]; exports.f = function () { queueMicrotask(a.pop.bind(a)); }; exports.roots = () => ({ a });
//// tick
var a = [], later = new Function('a', 'return () => a.push(1)')(a); exports.f = function () { process.nextTick(later); }; exports.roots = () => ({ a });
//// thenable
var a = []; exports.f = function () { Promise.race([{ then: a.push.bind(a) }, 1]); }; exports.roots = () => ({ a });
//// executor that defines an accessor
var a = [], o = { set on(fn) { this.fn = fn; } }; exports.prep = () => { new Promise(function (resolve) { o.on = a.push.bind(a); }); }; exports.f = function () { o.fn(1); }; exports.roots = () => ({ a });
//// executor that was bound
var a = []; function run(push, resolve) { push(1); resolve(); } exports.f = function () { return new Promise(run.bind(null, a.push.bind(a))); }; exports.roots = () => ({ a });
//// resolvers of another
var a = [1]; function Other(run) { run(a.pop.bind(a), a.pop.bind(a)); } var made; exports.prep = () => { made = Promise.withResolvers ? Promise.withResolvers.call(Other) : { resolve: a.pop.bind(a) }; }; exports.f = function () { made.resolve(); }; exports.roots = () => ({ a });
//// + memory of the size of the pool
var b = new ArrayBuffer(Buffer.poolSize); exports.f = function () { new Uint8Array(b, 0, 10)[0] = 7; }; exports.roots = () => ({ b });
//// + Buffer over memory of the size of the pool
var b = new ArrayBuffer(Buffer.poolSize); exports.f = function () { Buffer.from(b, 0, 10)[0] = 7; }; exports.roots = () => ({ b });
//// memory of a Buffer
var b = Buffer.from('hello'); exports.f = function () { new Uint8Array(b.buffer, b.byteOffset, 3)[0] = 9; }; exports.roots = () => ({ b });
//// + items of a text
var o = {}; exports.f = function () { Object.assign(o, 'ab'); }; exports.roots = () => ({ o });
//// + push on no array
var o = { length: 0 }; exports.f = function () { Array.prototype.push.call(o, 1); }; exports.roots = () => ({ o });
//// + shift on no array
var o = { length: 2, 0: 1, 1: 2 }; exports.f = function () { [].shift.apply(o); }; exports.roots = () => ({ o });
//// species
var v = [0], a = [1, 2]; a.constructor = { [Symbol.species]: function () { return v; } }; exports.f = function () { return a.map((x) => x * 2); }; exports.roots = () => ({ v, a });
//// another constructor
var v = {}; function C() { return v; } exports.f = function () { return Array.of.call(C, 1); }; exports.roots = () => ({ v });
//// suspended in Array.from
var o = { n: 0 }; var g = new Function('o', 'return (function* () { o.n++; yield 1; })()')(o); exports.f = function () { return Array.from(g); }; exports.roots = () => ({ o });
//// suspended in Set
var o = { n: 0 }; var g = new Function('o', 'return (function* () { o.n++; yield 1; })()')(o); exports.f = function () { return new Set(g); }; exports.roots = () => ({ o });
//// suspended in Promise.all
var o = { n: 0 }; var g = new Function('o', 'return (function* () { o.n++; yield 1; })()')(o); exports.f = function () { return Promise.all(g); }; exports.roots = () => ({ o });
//// bound next in fromEntries
var a = [{ done: true }], it = { [Symbol.iterator]() { return { next: a.pop.bind(a) }; } }; exports.f = function () { return Object.fromEntries(it); }; exports.roots = () => ({ a });
//// bound next in a loop
var a = [{ done: true }], it = { [Symbol.iterator]() { return { next: a.pop.bind(a) }; } }; exports.f = function () { for (const x of it); }; exports.roots = () => ({ a });
//// bound return in a loop
var a = [{ done: true }], it = { [Symbol.iterator]() { return { next: () => ({ value: 1 }), return: a.pop.bind(a) }; } }; exports.f = function () { for (const x of it) break; }; exports.roots = () => ({ a });
//// String of an object
var a = [1], o = { toString: a.pop.bind(a) }; exports.f = function () { return String(o); }; exports.roots = () => ({ a });
//// Math of an object
var a = [1], o = { valueOf: a.pop.bind(a) }; exports.f = function () { return Math.max(o, 1); }; exports.roots = () => ({ a });
//// join of objects
var a = [1], l = [{ toString: a.pop.bind(a) }]; exports.f = function () { return l.join(); }; exports.roots = () => ({ a });
//// own join
var a = [1], l = [2]; l.join = a.pop.bind(a); exports.f = function () { return l.toString(); }; exports.roots = () => ({ a });
//// own toISOString
var a = [1], d = new Date(0); d.toISOString = a.pop.bind(a); exports.f = function () { return d.toJSON(); }; exports.roots = () => ({ a });
//// split by an object
var a = []; exports.f = function () { 'ab'.split({ [Symbol.split]: a.push.bind(a) }); }; exports.roots = () => ({ a });
//// a Set by its looks
var a = [1], s = { size: 1, has: a.push.bind(a), keys() { return [][Symbol.iterator](); } }; exports.f = function () { const one = new Set([5]); if (one.isSubsetOf) one.isSubsetOf(s); else s.has(1); }; exports.roots = () => ({ a });
//// thenable that settles
var a = []; exports.f = function () { new Promise((resolve) => resolve({ then: a.push.bind(a) })); }; exports.roots = () => ({ a });
