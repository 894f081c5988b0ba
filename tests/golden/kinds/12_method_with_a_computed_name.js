// method with a computed name
const k = module.exports = { f: 0, ['m' + 1]/*F*/(a) { return a },
run: () => k.m1(2) };
