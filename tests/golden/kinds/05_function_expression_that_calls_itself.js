// function expression that calls itself
const k = module.exports = { f: /*F*/function again(a) { return a > 0 ? again(a - 1) + 1 : 0 },
run: () => k.f(2) };
