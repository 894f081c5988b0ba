// arrow in a field
class A extends Object { constructor() { super(); this.v = 3; }
f = /*F*/(a) => [this.v, a] }
const o = new A();
module.exports = { A, o, run: () => o.f(2) };
