// private field, read and written
class A extends Object { constructor() { super(); this.v = 3; }
#p = 1; m/*F*/() { this.#p += 1; return this.#p > 1 } }
const o = new A();
module.exports = { A, o, run: () => o.m() };
