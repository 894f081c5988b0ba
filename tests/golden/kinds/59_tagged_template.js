// tagged template
const tag = (s, a) => s.raw.join('-') + a;
const k = module.exports = { f: /*F*/(a) => tag`x${a}y`,
run: () => k.f(2) };
