// super in an async method
class A extends Object { constructor() { super(); this.v = 3; }
async m/*F*/() { await 1; return super.toString() } }
const o = new A();
module.exports = { A, o, run: () => o.m() };
