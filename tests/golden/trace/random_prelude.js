Function.prototype.toString = () => 'function'; // the one thing that differs
let fuel = 300; const burn = () => { if (fuel-- < 0) throw new RangeError('out of fuel') };
const show = (v) => typeof v === 'function' ? 'fn ' + v.name + v.length : typeof v === 'object' && v ? Object.prototype.toString.call(v) + Object.keys(v) : String(v);
const make = (n) => ({ n, p: n * 2, l: [n, n + 1], get g() { burn(); log('get g', n); return n }, set s(v) { burn(); log('set s', show(v)); this.p = v },
  m(...a) { burn(); log('m', this === undefined ? 'none' : show(this), a.map(show).join()); return a[0] === undefined ? this : a[0] }, [Symbol.iterator]: function* () { yield* this.l } });
let a = 1, b = make(2), c = null; var d = [3, make(4)]; const k = make(5); let h;
function f(x, y = x) { burn(); log('f', show(x), show(y)); return y }
class K { #q; constructor(v) { burn(); this.v = v; this.#q = v } r() { return this.#q } static t(v) { return v } }
