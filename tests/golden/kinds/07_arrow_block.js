// arrow, block
const k = module.exports = { f: /*F*/(a) => { const b = a; return b * 2 },
run: () => k.f(2) };
