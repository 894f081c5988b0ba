// getter of a class
class A extends Object { constructor() { super(); this.v = 3; }
get g/*F*/() { return this.v } }
const o = new A();
module.exports = { A, o, run: () => o.g };
