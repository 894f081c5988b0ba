Function.prototype.toString = () => 'function'; // the one thing that differs
const log = (...v) => { $out.line = v };
let fuel = 300; const burn = () => { if (fuel-- < 0) throw new RangeError('out of fuel') };
const show = (v) => typeof v === 'function' ? 'fn ' + v.name + v.length : typeof v === 'object' && v ? Object.prototype.toString.call(v) + Object.keys(v) : String(v);
const make = (n) => ({ n, p: n * 2, l: [n, n + 1], o: { n, q: { n } }, get g() { burn(); log('get g', n); return n }, set s(v) { burn(); log('set s', show(v)); this.p = v },
  m(...a) { burn(); log('m', this === undefined ? 'none' : show(this), a.map(show).join()); return a[0] === undefined ? this : a[0] }, [Symbol.iterator]: function* () { yield* this.l } });
let a = 1, b = make(2), c = null; var d = [3, make(4)]; const k = make(5); let h;
function f(x, y = x) { burn(); log('f', show(x), show(y)); return y }
const mp = new Map([['p', { n: 1 }], ['q', make(6)]]), st = new Set([1, { n: 2 }]), ta = new Uint8Array(6), dv = new DataView(ta.buffer);
const wm = new WeakMap([[k, { n: 3 }]]), re = /p/g, dt = new Date(5), fr = Object.freeze({ p: { n: 1 }, l: [1, { n: 4 }] }), sy = Symbol('sy'), bf = Buffer.alloc(4);
const got = (o) => { h = o; return o }, pick = () => h, deep = { o: { p: [{ n: 1 }, { n: 2 }], q: { n: 3 } }, [sy]: { n: 4 } };
class B { v = a; w = (burn(), f(this.v)); static n = 0; static s = [k.p]; constructor(v) { burn(); B.n += 1; this.b = v; if (v === k) k.n = this } m(v) { this.v = v; return super.toString === undefined ? v : this } get g() { return this.w } set s(v) { B.s = v } static t(v) { B.s.push(v); return v } }
class K extends B { #q; #z = (k.l[0] = 1, 0); #p(v) { this.#z++; return v } x = { n: this.v }; static { this.c = { n: 0 }; B.s.length = 0 } constructor(v, u = (a = v)) { super(v); this.#q = v; this.u = u } r() { K.c.n++; return this.#p(this.#q) } m(v) { super.v = v; return super.m(super.g ?? v) } static t(v) { this.c.n = v; return super.t(v) } set q(v) { [this.#q, super.s] = [v, v] } get q() { return this.#q } }
class L extends K {} const ki = new L(k, 1), kb = new B({ n: 8 }), seen = new Map();
const tag = (s, ...v) => { const n = seen.get(s) ?? 0; seen.set(s, n + 1); k.last = s; return [n, s.raw.join('|'), ...v.map(show)].join() };
function* items(x, n = 2) { for (let i = 0; i < n; i++) { burn(); const o = { n: i }; const back = yield i % 2 ? o : x; if (back) back.p = o; o.q = back } return k }
async function* flow(x) { burn(); yield x; const o = await { p: x }; yield o; o.p = k }
async function later(x, o = { p: x }) { burn(); await null; o.q = x; return o }
const it = items(k, 9), once = mp.values(), count = (() => { let n = 0, o = { n: 0 }; return { up: (v) => (o.n++, n += 1, o.v = v, o), o: () => o } })();
const vault = { a: { n: 1 }, b: { n: 1 }, c: { n: 1 }, d: { n: 1 }, e: { n: 1 }, f: { n: 1 }, g: { n: 1 }, i: { n: 1 }, j: Buffer.alloc(4), l: { n: 1 }, m: { n: 1, p: 2 } };
const sooner = Promise.resolve(vault.a), never = Promise.reject(vault.b), once2 = [vault.c, vault.i].values(), secret = new WeakMap([[k, vault.d]]), bound = got.bind(null, vault.e), weak = new WeakRef(vault.f), its = items(vault.g, 3), part = vault.j.subarray(1), heir = Object.create(vault.l);
never.catch(() => {});
const rx = /p/g, so = [3, 1, 2, { n: 1 }]; rx.lastIndex = 1;
const va = [[{ n: 1 }], { n: 2 }, { n: 3 }];
function old(x, y) { arguments[0] = y; return () => x }
