// made by new Function
const k = module.exports = { f: new Function('a', 'return a + 1'),
run: () => k.f(2) };
