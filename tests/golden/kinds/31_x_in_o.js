// #x in o
class A extends Object { constructor() { super(); this.v = 3; }
#p = 1; m/*F*/(a) { return [#p in a, #p in {}] } }
const o = new A();
module.exports = { A, o, run: () => o.m(o) };
