// arrow, expression
const k = module.exports = { f: /*F*/a => a * 2,
run: () => k.f(2) };
