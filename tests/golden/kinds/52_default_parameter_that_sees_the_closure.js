// default parameter that sees the closure
let base = 4; base = 5;
const k = module.exports = { f: /*F*/(a = base, b = () => a + base) => [a, b()],
run: () => [k.f(), k.f(2)] };
