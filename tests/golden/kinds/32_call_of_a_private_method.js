// call of a private method
class A extends Object { constructor() { super(); this.v = 3; }
#q() { return this.v } m/*F*/() { return this.#q() } }
const o = new A();
module.exports = { A, o, run: () => o.m() };
