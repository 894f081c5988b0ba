// in an array
const l = [/*F*/(a) => a + 1];
module.exports = { l, run: () => l.map((f) => f(2)) };
