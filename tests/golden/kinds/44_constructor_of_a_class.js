// constructor of a class
class A { constructor/*F*/(a) { this.a = a } }
const k = module.exports = { A, run: () => new k.A(2).a };
