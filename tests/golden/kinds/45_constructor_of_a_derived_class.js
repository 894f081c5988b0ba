// constructor of a derived class
class B { constructor(a) { this.b = a } }
class A extends B { constructor/*F*/(a) { super(a); this.a = a } }
const k = module.exports = { A, run: () => [new k.A(2).a, new k.A(3).b] };
