// async method of a class
class A extends Object { constructor() { super(); this.v = 3; }
async m/*F*/(a) { await 1; return this.v + a } }
const o = new A();
module.exports = { A, o, run: () => o.m(2) };
