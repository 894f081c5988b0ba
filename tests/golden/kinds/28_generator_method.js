// generator method
class A extends Object { constructor() { super(); this.v = 3; }
*m/*F*/(a) { yield this.v; yield a } }
const o = new A();
module.exports = { A, o, run: () => [...o.m(2)] };
