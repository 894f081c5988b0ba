// arrow that uses super
class A { made() { return /*F*/() => super.toString() } }
const f = new A().made(); const k = module.exports = { f, run: () => k.f() };
