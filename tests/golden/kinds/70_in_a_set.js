// in a Set
const s = new Set([/*F*/(a) => a + 1, (a) => a]);
module.exports = { s, run: () => [...s].map((f) => f(2)) };
