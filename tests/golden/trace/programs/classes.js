let made = 0;
class A { #p = 1; static s = 5; static #q = 2; x = this.#p + 1; ['c' + 1] = 3; static { this.t = this.s + 1 }
  constructor(v) { this.v = v; made++ } get p() { return this.#p } set p(v) { this.#p = v } m() { return this.#n() }
  #n() { return this.#p++ + this.v } static sm() { return this.#q } static has(o) { return #p in o }
  async am() { return this.v } *gm() { yield this.v } }
class B extends A { constructor(...a) { super(...a); this.w = super.m() } m() { return 'B' + super.m() + super.p }
  static sm() { return super.sm() + 1 } get y() { return () => super.m() } }
function f() { const a = new A(4), b = new B(1); a.p = 7; class C extends B {} const c = new C(9);
  return [a.p, a.m(), a.x, a.c1, A.s, A.t, A.sm(), B.sm(), b.w, b.m(), b.y(), A.has(b), A.has({}), made, c.w, c instanceof B,
    C.name, new (class { static z = 1 })().constructor.z, [...a.gm()]].join() }
log(f());
module.exports = new A(3).am().then(log);
try { A() } catch (e) { log(e.message) }
