// arrow made in a constructor
class A { constructor() { this.v = 3; this.f = /*F*/(a) => this.v + a } }
const o = new A(); module.exports = { o, run: () => o.f(2) };
