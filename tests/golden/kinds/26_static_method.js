// static method
class A extends Object { constructor() { super(); this.v = 3; }
static m/*F*/(a) { return [typeof this.m, a] } }
const o = new A();
module.exports = { A, o, run: () => A.m(2) };
