// method of a class
class A extends Object { constructor() { super(); this.v = 3; }
m/*F*/(a) { return [this.v, a] } }
const o = new A();
module.exports = { A, o, run: () => o.m(2) };
