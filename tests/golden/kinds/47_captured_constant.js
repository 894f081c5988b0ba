// captured constant
const LIMIT = 5;
const k = module.exports = { f: /*F*/(a) => LIMIT + a,
run: () => k.f(2) };
