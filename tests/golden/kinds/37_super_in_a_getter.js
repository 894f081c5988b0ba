// super in a getter
class A extends Object { constructor() { super(); this.v = 3; }
get g/*F*/() { return super.toString() } }
const o = new A();
module.exports = { A, o, run: () => o.g };
