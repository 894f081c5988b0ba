// direct eval in it
const LIMIT = 5;
const k = module.exports = { f: /*F*/(a) => eval('a + LIMIT'),
run: () => k.f(2) };
