class A { static g() { return 5 } } class B extends A { static async m/*F*/() { return super.g() + 1 } } module.exports = { f: B.m, home: B, drive: (f) => f.call(B) }
