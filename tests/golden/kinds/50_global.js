// global
const k = module.exports = { f: /*F*/(a) => Math.max(a, parseInt('1')),
run: () => k.f(2) };
