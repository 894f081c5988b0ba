// static private method
class A extends Object { constructor() { super(); this.v = 3; }
static #q() { return 4 } static m/*F*/() { return A.#q() } }
const o = new A();
module.exports = { A, o, run: () => A.m() };
