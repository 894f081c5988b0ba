// function declaration
/*F*/function f(a) { return a + f.length }
const k = module.exports = { f, run: () => k.f(2) };
