// made by eval
const k = module.exports = { f: eval('(function (a) { return a + 1 })'),
run: () => k.f(2) };
