// private method itself
class A extends Object { constructor() { super(); this.v = 3; }
#q/*F*/() { return this.v } m() { return this.#q() } }
const o = new A();
module.exports = { A, o, run: () => o.m() };
