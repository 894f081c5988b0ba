class B { constructor(o) { if (o) return o } }
class S extends B { q = 2; e; #p = 1; f = () => this.q; g = class {}; 'a b' = function () {}; [`k${1}`] = 3; static s = 1; 5 = 5; __proto__ = { n: 1 }
  z
  ['y'] = 4
  w
  *gen() {}
  static of(o) { return #p in o && o.#p }
  #h = () => 1; h() { return this.#h.name } }
const mine = {};
log(new S(mine) === mine, Object.keys(mine), mine.f(), mine.f.name, mine.g.name, mine['a b'].name, S.of(mine), S.prototype.h.call(mine));
log(Object.getPrototypeOf(mine) === Object.prototype, Object.keys(new S()), new S().w);
