// super in a static method
class A extends Object { constructor() { super(); this.v = 3; }
static m/*F*/() { return super.keys({ a: 1 }) } }
const o = new A();
module.exports = { A, o, run: () => A.m() };
