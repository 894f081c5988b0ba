// super.m()
class A extends Object { constructor() { super(); this.v = 3; }
toString/*F*/() { return super.toString() + this.v } }
const o = new A();
module.exports = { A, o, run: () => o.toString() };
