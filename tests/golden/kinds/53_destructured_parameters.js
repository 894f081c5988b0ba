// destructured parameters
const k = module.exports = { f: /*F*/({ a, b: [c] = [9] }, ...rest) => [a, c, rest],
run: () => k.f({ a: 1 }, 2, 3) };
